"""Specification curves: every defensible analysis, and the choices that made it.

Simonsohn, Simmons & Nelson 2020, Nature Human Behaviour 4:1208.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from helpers.figures.lettering import drawable, shorten
from helpers.figures.style import BLUE, GREY, INK, SMALL, VERMILION, blank, house_style
from helpers.figures.wording import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.figures.wording import Wording

__all__ = ["specification_curve"]

CURVE_MM, CHOICE_MM = 45.0, 3.2
FAINT = "#d4d4d4"
TICKS = (  # within a decade, by how many logarithms are shown
    (2.1, (1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)),
    (6.0, (1.0, 2.0, 5.0)),
    (np.inf, (1.0,)),
)
LABEL_POINTS = 130.0  # across: room for the names of choices
PANEL_POINTS = 330.0  # across: room for all panels together


def specification_curve(
    specifications: pd.DataFrame,
    choices: Sequence[str],
    *,
    title: str,
    measure: str,
    subtitle: str = "",
    foot: str = "",
    threshold: float | None = None,
    log: bool = False,
    t: Wording = ENGLISH,
) -> Figure:
    """Draw estimates sorted by size above the choices that made each of them.

    Parameters
    ----------
    specifications
        ``estimate, low, high, agrees, primary`` and one column for each of `choices`,
        missing where there was none. ``study``: a panel for each, in this order.
        ``counts``: false for what is shown only. How many agree is printed, the
        deciding one not counted.
    choices
        The columns shown in the panels below, one line for each of their values.
    threshold
        What decides; a dashed line.
    log
        Whether estimates stand on a logarithmic axis.
    """
    rows = specifications.assign(
        study=specifications.get("study", ""), counts=specifications.get("counts", True)
    )
    lines = [(c, v) for c in choices for v in rows[c].dropna().astype(str).unique()]
    words = {"title": title, "subtitle": subtitle, "foot": foot}
    heights = (CURVE_MM, CHOICE_MM * max(len(lines), 1))
    studies = rows["study"].unique()
    with house_style():
        figure = blank("two", sum(heights) + 12.0, **words)
        grid = figure.subplots(
            2, len(studies), squeeze=False, sharex="col", sharey="row",
            height_ratios=heights,
        )  # fmt: skip
        for (above, below), study in zip(grid.T, studies, strict=True):
            own = rows[rows["study"] == study]
            order = own.sort_values(["estimate", *choices], ignore_index=True)
            _estimates(above, order, log=log)
            above.set_title(
                _head(order, study, len(studies), t), color=GREY, fontsize=SMALL
            )
            if threshold is not None:
                line = {"color": GREY, "lw": 0.8, "ls": (0, (4, 2)), "zorder": 1}
                above.axhline(threshold, **line)
            _choices(below, order, lines)
        _frame(grid[0, 0], rows, threshold, log=log)
        grid[0, 0].set_ylabel(measure)
        names = [shorten(drawable(f"{c}: {v}"), LABEL_POINTS, SMALL) for c, v in lines]
        grid[1, 0].set_yticks(range(len(lines)), names)
    return figure


def _head(order: pd.DataFrame, study: str, panels: int, t: Wording) -> str:
    """Say whose panel it is, and how many of those that count agree."""
    counted = order[order["counts"].astype(bool) & ~order["primary"].astype(bool)]
    agree, all_ = int(counted["agrees"].sum()), len(counted)
    told = t("specifications.agree", agree=agree, all=all_)
    across = PANEL_POINTS / panels
    if not study:
        return told
    return f"{shorten(drawable(study), across, SMALL)}\n{shorten(told, across, SMALL)}"


def _estimates(axes: Axes, order: pd.DataFrame, *, log: bool) -> None:
    counts, agrees, primary = (
        order[name].to_numpy(dtype=bool) for name in ("counts", "agrees", "primary")
    )
    if log:
        axes.set_yscale("log")
    kinds: tuple[tuple[npt.NDArray[np.bool_], dict[str, Any]], ...] = (
        (agrees & counts & ~primary, {"color": BLUE, "marker": "o"}),
        (~agrees & counts & ~primary, {"color": VERMILION, "marker": "x"}),
        (~counts & ~primary, {"color": GREY, "marker": "o", "mfc": "white"}),
    )
    for chosen, style in kinds:
        part = order[chosen]
        bars = part.replace([np.inf, -np.inf], np.nan).dropna(subset=["low", "high"])
        axes.vlines(
            bars.index,
            bars["low"],
            bars["high"],
            color=style["color"],
            alpha=0.4,
            lw=0.7,
        )
        axes.plot(part.index, part["estimate"], ls="", ms=2.6, mew=0.7, **style)
    best = order[primary]
    axes.vlines(best.index, best["low"], best["high"], color=INK, lw=1.0)
    axes.plot(best.index, best["estimate"], "D", mfc="white", mec=INK, ms=5)
    axes.tick_params(axis="x", length=0, labelbottom=False)


def _frame(
    axes: Axes, rows: pd.DataFrame, threshold: float | None, *, log: bool
) -> None:
    """Show all estimates; of endless intervals as much again on either side."""
    scale, back = (np.log, np.exp) if log else (np.asarray, np.asarray)
    bars = [] if threshold is None else [threshold]
    inside = scale(np.array([*rows["estimate"], *bars], float))
    low, high = float(inside.min()), float(inside.max())
    span = max(high - low, 0.1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = scale(rows[["low", "high"]].to_numpy(float))
    least = max(float(np.nanmin([*ends[:, 0], low])), low - span) - 0.05 * span
    most = min(float(np.nanmax([*ends[:, 1], high])), high + span) + 0.05 * span
    axes.set_ylim(float(back(least)), float(back(most)))
    if log:
        ticks = next(subs for reach, subs in TICKS if most - least < reach)
        axes.yaxis.set_major_locator(LogLocator(subs=ticks))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())


def _choices(axes: Axes, order: pd.DataFrame, lines: Sequence[tuple[str, str]]) -> None:
    for row, (choice, value) in enumerate(lines):
        made = (order[choice].astype(str) == value).to_numpy()
        at = order.index[made]
        axes.plot(at, [row] * len(at), "|", color=INK, ms=4, mew=0.6)
        axes.axhline(row, color=FAINT, lw=0.4, zorder=0)
    axes.set_ylim(max(len(lines), 1) - 0.5, -0.5)
    axes.tick_params(axis="both", length=0, labelbottom=False)
    axes.spines[:].set_visible(False)
