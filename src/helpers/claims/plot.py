"""The chart of an answer: a row per source, grouped by kind, beside the claimed number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.claims.answer import name_kind
from helpers.claims.kinds import KINDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.claims.answer import Answer

MEAN, SOURCE = "#0072B2", "#555555"
ROW_INCHES = 0.28


def plot_answer(answer: Answer, ax: Axes | None = None, language: str = "en") -> Axes:
    """Draw each source's estimate and each kind's mean, with their 95 % intervals.

    Published studies are open squares; the claimed number is a line.
    """
    reading = answer.claim.readings[0]
    estimates = answer.estimates[answer.estimates["reading"].eq(reading.key)]
    pooled = answer.by_kind[answer.by_kind["reading"].eq(reading.key)]
    rows = _list_rows(estimates, pooled, language)
    if ax is None:
        _, ax = plt.subplots(figsize=(7, 0.9 + ROW_INCHES * len(rows)))
    for height, row in enumerate(reversed(rows)):
        _draw_row(ax, height, row)
    for number in reading.claimed_range.numbers:
        ax.axvline(number, color="0.3", lw=1, ls="--")
    ax.set_yticks(range(len(rows)), [row["label"] for row in reversed(rows)])
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.set_xlabel(reading.label[language])
    _scale_axis(ax, str(answer.overall["of"]))
    return ax


def _list_rows(
    estimates: pd.DataFrame, pooled: pd.DataFrame, language: str
) -> list[dict[str, object]]:
    """List the rows of the chart: each kind with its sources, largest kind first."""
    by_kind = pooled.set_index("kind")
    order = sorted(
        (kind for kind in KINDS if kind in by_kind.index),
        key=lambda kind: (kind == "published", -by_kind.loc[kind, "n_units"]),
    )
    rows: list[dict[str, object]] = []
    for kind in order:
        own = estimates[estimates["kind"].eq(kind)].sort_values("estimate")
        mean = by_kind.loc[kind]
        rows.append(
            {"label": name_kind(kind)[language], "mark": "mean",
             "at": (mean["mean"], mean["low"], mean["high"])}
        )  # fmt: skip
        rows += [
            {"label": f"{each.study} · {each.n:,}", "mark": each.role,
             "at": (each.estimate, each.low, each.high)}
            for each in own.itertuples()
        ]  # fmt: skip
    return rows


def _draw_row(ax: Axes, height: int, row: dict[str, object]) -> None:
    mark = str(row["mark"])
    value, low, high = np.array(row["at"], float)
    color = MEAN if mark == "mean" else SOURCE
    shape = {"mean": "D", "published": "s"}.get(mark, "o")
    face = color if mark in {"mean", "direct"} else "white"
    if np.isfinite([low, high]).all():
        ax.plot(
            [low, high],
            [height, height],
            color=color,
            lw=2.5 if mark == "mean" else 1.2,
        )
    ax.plot(
        [value], [height], shape, color=color, mfc=face, ms=7 if mark == "mean" else 5
    )


def _scale_axis(ax: Axes, of: str) -> None:
    """Set the axis of a unit: percent for shares, a log axis for ratios and times."""
    if of == "share":
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    elif of in {"ratio", "days", "count"}:
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.xaxis.set_minor_formatter(lambda value, _: "")
