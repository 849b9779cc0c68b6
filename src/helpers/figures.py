"""Title a figure and save its picture and data under the figure's name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.files import write_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FOLDER = "SHEQUN_FIGURES"  # environment variable: where pictures go, if anywhere


def save_figure(
    ax: Axes, name: str, title: str, data: pd.DataFrame, *, note: str = ""
) -> None:
    """Title a figure with its finding; save the picture and the data behind it.

    Parameters
    ----------
    ax
        Axes of the figure.
    name
        Stem of the files.
    title
        The finding as a sentence, with computed numbers.
    data
        What is drawn.
    note
        Sources and n, below the picture.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    ax.set_title(title, loc="left", wrap=True)
    if note:
        figure.text(0.01, -0.04, note, fontsize="small", color="0.35")
    if not (place := os.environ.get(FOLDER)):
        return
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.png", bbox_inches="tight")
    write_text(folder / f"{name}.csv", data.to_csv(index=False, float_format="%.6g"))
