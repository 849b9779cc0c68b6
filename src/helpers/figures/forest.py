"""Forest plot: one row a corpus, the refused ones with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from helpers.figures.lettering import drawable, line_height, shorten
from helpers.figures.style import (
    BLUE,
    GREY,
    INK,
    NAIVE,
    SMALL,
    VERMILION,
    Series,
    blank,
    house_style,
    thousands,
)
from helpers.figures.wording import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.figures.style import Threshold
    from helpers.figures.wording import Wording

__all__ = ["VERDICT_MARKS", "forest_plot"]

VERDICT_MARKS = MappingProxyType(
    {
        "SUPPORTED": Series(BLUE, "-", "o"),
        "CONTRADICTED": Series(VERMILION, "-", "X"),
        "TOO_SMALL": Series(INK, "-", "v"),
        "INCONCLUSIVE": Series(GREY, "-", "D"),
        "FRAGILE": Series(GREY, "-", "P"),
    }
)
OTHER = Series(GREY, "-", "s")
ROW_MM = 6.5
HEAD_ROW = -0.9
AT_N, AT_INTERVAL, AT_MARK, AT_VERDICT = 0.12, 0.18, 0.68, 0.73


def forest_plot(
    rows: pd.DataFrame,
    *,
    title: str,
    measure: str,
    subtitle: str = "",
    foot: str = "",
    threshold: Threshold | None = None,
    null: Threshold | None = None,
    log: bool = False,
    write: Callable[[float], str] = "{:.2f}".format,
    t: Wording = ENGLISH,
) -> Figure:
    """Draw an estimate with its interval for each row, in the order given.

    Parameters
    ----------
    rows
        ``label, estimate, low, high, n, verdict, reason``; a row with a `reason` is
        refused: it is greyed and the reason stands in place of the estimate.
    measure
        What is estimated, with its unit, for the axis.
    threshold, null
        The value that decides the claim and the value of no effect, with words.
    log
        Whether the axis is logarithmic, as it must be for ratios.
    write
        How estimates are written.
    t
        The language of the words that are the plot's own.
    """
    words = {"title": title, "subtitle": subtitle, "foot": foot}
    with house_style():
        figure = blank("two", len(rows) * ROW_MM + 18.0, **words)
        axes, beside = figure.subplots(1, 2, sharey=True, width_ratios=(1, 0.85))
        if log:
            _log_axis(axes)
        told = rows.assign(
            interval=[_interval(row, write) for row in rows.itertuples()]
        )
        for place, row in enumerate(told.to_dict("records")):
            _row(axes, beside, place, pd.Series(row), t)
        _furnish(axes, rows, measure)
        _columns(beside, t)
        for level, mark in enumerate(m for m in (threshold, null) if m is not None):
            _line(axes, mark, level)
    return figure


def _interval(row: Any, write: Callable[[float], str]) -> str:  # noqa: ANN401 - a row
    """Write an estimate; a count has limits of no width and is told without them."""
    told = write(row.estimate)
    if row.low < row.high:
        told += f" [{write(row.low)}, {write(row.high)}]"
    return told


def _row(axes: Axes, beside: Axes, place: int, row: pd.Series[Any], t: Wording) -> None:
    if pd.notna(row["reason"]):
        reason = shorten(drawable(row["reason"]), 190.0, SMALL)
        beside.text(0.0, place, reason, color=NAIVE, va="center")
        return
    look = VERDICT_MARKS.get(row["verdict"], OTHER)
    axes.plot([row["low"], row["high"]], [place, place], color=look.colour, lw=1.4)
    axes.plot(row["estimate"], place, look.marker, color=look.colour, ms=5.5)
    beside.text(AT_N, place, thousands(row["n"]), ha="right", va="center")
    beside.text(AT_INTERVAL, place, row["interval"], va="center")
    beside.plot(AT_MARK, place, look.marker, color=look.colour, ms=4.5)
    beside.text(AT_VERDICT, place, t(f"verdict.{row['verdict']}"), va="center")


def _columns(beside: Axes, t: Wording) -> None:
    beside.set_axis_off()
    beside.set_xlim(0, 1)
    heads = ((AT_N, "n", "right"), (AT_INTERVAL, "estimate", "left"))
    for across, name, ha in (*heads, (AT_VERDICT, "verdict", "left")):
        head = t(f"forest.{name}")
        beside.text(across, HEAD_ROW, head, color=GREY, ha=ha, va="center")


def _furnish(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    labels = [shorten(drawable(label), 130.0, SMALL) for label in rows["label"]]
    axes.set_yticks(range(len(rows)), labels)
    for tick, reason in zip(axes.get_yticklabels(), rows["reason"], strict=True):
        tick.set_color(NAIVE if pd.notna(reason) else INK)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(measure)


def _line(axes: Axes, mark: Threshold, level: int) -> None:
    """Draw a line across the rows and name it above, each on its own level."""
    axes.axvline(mark.value, color=GREY, lw=0.8, ls=(0, (4, 2)), zorder=1)
    place = axes.transAxes.inverted().transform(
        axes.transData.transform((mark.value, 0))
    )
    axes.annotate(
        mark.label,
        (mark.value, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 3 + line_height(SMALL) * level),
        textcoords="offset points",
        ha="left" if place[0] < 1 / 3 else "right" if place[0] > 2 / 3 else "center",
        color=GREY,
    )


def _log_axis(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
