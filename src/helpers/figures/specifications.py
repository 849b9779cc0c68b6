"""Specification curve: every defensible analysis, and the choices that made it.

Simonsohn, Simmons & Nelson 2020, Nature Human Behaviour 4:1208.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.figures.lettering import drawable
from helpers.figures.style import BLUE, GREY, INK, VERMILION, blank, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.figures.style import Threshold

__all__ = ["specification_curve"]

CURVE_MM, CHOICE_MM = 45.0, 3.6
FAINT = "#c8c8c8"


def specification_curve(
    specifications: pd.DataFrame,
    choices: Sequence[str],
    *,
    title: str,
    measure: str,
    subtitle: str = "",
    foot: str = "",
    threshold: Threshold | None = None,
) -> Figure:
    """Draw estimates sorted by size above the choices that made each of them.

    Parameters
    ----------
    specifications
        ``estimate, low, high, agrees, primary`` and one column for each of `choices`.
        The share that agrees is printed.
    choices
        The columns shown in the panel below, one line for each of their values.
    """
    order = specifications.sort_values(["estimate", *choices], ignore_index=True)
    lines = [(c, v) for c in choices for v in sorted(order[c].astype(str).unique())]
    words = {"title": title, "subtitle": subtitle, "foot": foot}
    heights = (CURVE_MM, CHOICE_MM * len(lines))
    with house_style():
        figure = blank("two", sum(heights) + 10.0, **words)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=heights)
        _estimates(above, order, measure)
        if threshold is not None:
            above.axhline(threshold.value, color=GREY, lw=0.8, ls=(0, (4, 2)), zorder=1)
            _inside(above, threshold.label, (0.99, threshold.value), "right")
        _choices(below, order, lines)
    return figure


def _estimates(axes: Axes, order: pd.DataFrame, measure: str) -> None:
    primary = order["primary"].to_numpy(dtype=bool)
    agrees = order["agrees"].to_numpy(dtype=bool)
    for chosen, colour, marker in ((agrees, BLUE, "o"), (~agrees, VERMILION, "x")):
        part = order[chosen]
        axes.vlines(part.index, part["low"], part["high"], color=colour, alpha=0.4)
        axes.plot(part.index, part["estimate"], marker, color=colour, ms=3)
    best = order[primary]
    axes.plot(best.index, best["estimate"], "D", mfc="white", mec=INK, ms=6)
    share = (
        f"{agrees.sum()} of {agrees.size} specifications agree ({agrees.mean():.0%})"
    )
    axes.set_title(f"{share}; ◇ primary, ● agrees, × does not", color=GREY, fontsize=7)
    axes.set_ylabel(measure)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _inside(axes: Axes, text: str, place: tuple[float, float], ha: str) -> None:
    axes.annotate(
        text,
        place,
        xycoords=axes.get_yaxis_transform(),
        xytext=(0, 3),
        textcoords="offset points",
        ha=ha,
        color=GREY,
    )


def _choices(axes: Axes, order: pd.DataFrame, lines: Sequence[tuple[str, str]]) -> None:
    for row, (choice, value) in enumerate(lines):
        made = (order[choice].astype(str) == value).to_numpy()
        for part, colour in ((~made, FAINT), (made, INK)):
            at = order.index[part]
            axes.plot(at, [row] * len(at), "|", color=colour, ms=6)
    axes.set_yticks(range(len(lines)), [drawable(f"{c}: {v}") for c, v in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.tick_params(axis="both", length=0, labelbottom=False)
    axes.spines[:].set_visible(False)
