"""Save figures in the house style as PNG, SVG and CSV, with alt text and citation.

A notebook draws on axes and ends a cell with ``sq.save_figure(ax, name, title, data)``.
The title is the finding as a computed English sentence; Chinese pages translate it, and
the words in the figure, by the catalogue (`helpers.wording`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import paths, small_counts
from helpers.citation import read_project
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.figures.png import draw_png, stamp_png
from helpers.figures.style import apply_style, frame_figure, settle_layout
from helpers.figures.svg import SavedFigure, draw_svg, finish_svg
from helpers.files import replace_file, to_csv_text, write_text

CHAPTER = 152.0  # mm: seaborn's letters are eight pixels high on a phone
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def save_figure(
    ax: Axes | Figure | Any,  # noqa: ANN401 - or a grid of seaborn, which has no types
    name: str,
    title: str,
    data: pd.DataFrame,
    *,
    note: str = "",
    steps: Sequence[Sequence[Artist]] = (),
    at: str = "",
) -> SavedFigure:
    r"""Save what was drawn as PNG, SVG and CSV; a notebook's cell displays it.

    Parameters
    ----------
    ax
        Axes, a figure, or a grid of seaborn.
    name
        Permanent: it stands in links. Small letters, digits and hyphens.
    title
        The finding as an English sentence, with computed numbers.
    data
        Everything that the figure shows, one row a mark.
    note
        Sources and n, or another line below the picture.
    steps
        What appears together, one step after the other, once; who wants no motion, or
        has a programme without it, sees the whole picture.
    at
        ``"figure"`` shows it above the chapter (`helpers.show_answer_first`).

    Raises
    ------
    ShequnError
        If the name is not of that form, or title or data are empty.
    NotIdentifiableError
        If the data hold a count of people too small to be shown.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> ax = Figure(figsize=(3, 1)).subplots()
    >>> saved = save_figure(ax, "doctest", "One is one", pd.DataFrame({"x": [1]}))
    >>> saved.alt, saved.csv
    ('One is one.', 'x\n1\n')
    """
    _check_figure(name, title, data)
    figure = ax if isinstance(ax, Figure) else cast("Figure", ax.figure)
    words = describe_figure(figure, title)
    with apply_style():
        for axes in figure.axes:
            axes.spines[["top", "right"]].set_visible(False)
        frame_figure(figure, title, note, CHAPTER)
        settle_layout(figure)
        svg, png = draw_svg(figure, steps), draw_png(figure, steps)
    csv = to_csv_text(data)
    plt.close(figure)  # or the notebook would show it a second time
    saved = SavedFigure(name, title, note, words, svg, csv, png, at=at)
    write_figure(saved)
    return saved


def write_figure(
    saved: SavedFigure, folder: Path | None = None, page: str = ""
) -> None:
    """Write a figure's picture, table and description, by default for this run.

    Each names the project, its version, the sources and, where the project has one,
    the address of `page`.
    """
    folder = folder or paths.find_figures_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if saved.png:
        with replace_file(folder / f"{saved.name}.png") as partial:
            partial.write_bytes(stamp_png(saved, page))
    write_text(folder / f"{saved.name}.svg", finish_svg(saved, page))
    # spreadsheet programs take a file without this mark for one of their old encodings
    mark = "\ufeff" if page and not saved.csv.isascii() else ""
    write_text(folder / f"{saved.name}.csv", mark + saved.csv)
    write_text(folder / f"{saved.name}.csv-metadata.json", describe_table(saved, page))


def describe_table(saved: SavedFigure, page: str = "") -> str:
    """Describe a figure's table in the form of W3C *CSV on the Web*."""
    project = read_project()
    about = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{saved.name}.csv",
        "dc:title": saved.title,
        "dc:description": saved.note,
        "dc:source": list(saved.places),
        "dc:publisher": project.stamp,
        "dc:date": project.date,
        "dc:license": project.licence,
        "dc:identifier": project.locate(page),
        "dc:bibliographicCitation": project.format_line(saved.title, page),
    }
    kept = {key: value for key, value in about.items() if value}
    return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"


def _check_figure(name: str, title: str, data: pd.DataFrame) -> None:
    if not NAME.fullmatch(name):
        raise ShequnError(
            "a figure's name stands in links",
            where=name,
            remedy="use small letters, digits and hyphens",
        )
    for what, given in {"title": title.strip(), "data": len(data)}.items():
        if not given:
            raise ShequnError(
                f"the figure has no {what}", where=name, remedy=f"pass its {what}"
            )
    k = small_counts.get_threshold()
    if not small_counts.mask_frame(data, k).equals(data):
        raise NotIdentifiableError(
            f"it would show counts of fewer than {k} people",
            where=name,
            remedy="for your own eyes only, run with --k 1",
        )


def describe_figure(figure: Figure, title: str) -> str:
    """Return alternative text: the finding, and what is on the axes."""
    axes = [
        " ".join(part.split())
        for ax in figure.axes
        for part in (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel())
        if part
    ]
    return ". ".join([title.rstrip("."), *dict.fromkeys(axes)]) + "."
