"""The chart of an answer: estimates by kind and source, and the claimed number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.claims.words import name_kind, order_kinds
from helpers.wording import Language, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.claims.register import Reading

MEAN, SOURCE = "#0072B2", "#555555"
ROW_INCHES = 0.28


def plot_estimates(
    reading: Reading,
    estimates: pd.DataFrame,
    pooled: pd.DataFrame,
    of: str,
    *,
    ax: Axes | None = None,
    language: Language = "en",
) -> Axes:
    """Draw each source's estimate and each kind's mean, with their 95 % intervals.

    Published studies are open squares; the claimed number is a line.
    """
    rows = _list_rows(estimates, pooled, language)
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 0.9 + ROW_INCHES * len(rows)))
    for height, row in enumerate(reversed(rows)):
        _draw_row(ax, height, row)
    for number in reading.claimed_range.numbers:
        ax.axvline(number, color="0.3", lw=1, ls="--")
    ax.set_yticks(range(len(rows)), [row.label for row in reversed(rows)])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.set_xlabel(reading.label[language])
    _scale_axis(ax, of)
    return ax


class _Row(NamedTuple):
    label: str
    mark: str
    value: float
    low: float
    high: float


def _list_rows(
    estimates: pd.DataFrame, pooled: pd.DataFrame, language: Language
) -> list[_Row]:
    """List the rows of the chart: each kind with its sources, largest kind first."""
    means = pooled.set_index("kind").reindex(estimates["kind"].unique())
    by_size, rows = estimates.sort_values("estimate", kind="stable"), []
    for kind in order_kinds(means["n_units"].fillna(0)):
        mean = [float(means[name][kind]) for name in ("mean", "low", "high")]
        rows.append(_Row(render(name_kind(kind), language), "mean", *mean))
        own = by_size[by_size["kind"].eq(kind)]
        rows += [
            _Row(f"{each['study']} · {each['n']:,}", each["role"], each["estimate"],
                 each["low"], each["high"])
            for each in own.to_dict("records")
        ]  # fmt: skip
    return rows


def _draw_row(ax: Axes, height: int, row: _Row) -> None:
    color = MEAN if row.mark == "mean" else SOURCE
    shape = {"mean": "D", "published": "s"}.get(row.mark, "o")
    face = color if row.mark in {"mean", "direct"} else "white"
    width, size = (2.5, 7) if row.mark == "mean" else (1.2, 5)
    if np.isfinite([row.low, row.high]).all():
        ax.plot([row.low, row.high], [height, height], color=color, lw=width)
    ax.plot([row.value], [height], shape, color=color, mfc=face, ms=size)


def _scale_axis(ax: Axes, of: str) -> None:
    """Set the axis of a unit: percent for shares, a log axis for ratios and times."""
    if of == "share":
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    elif of in {"ratio", "days", "count"}:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.xaxis.set_minor_formatter(lambda *_: "")
