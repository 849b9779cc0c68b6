"""Survival curves, one panel a corpus, with the table that makes them honest.

After KMunicate (Morris et al. 2019, BMJ Open 9:e030215): intervals round each
curve and, beneath it, how many are at risk, dead and censored at regular times.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import FixedLocator, PercentFormatter

from helpers.figures.labelling import Labels
from helpers.figures.lettering import drawable, line_height, wrap
from helpers.figures.style import (
    BLUE,
    BODY,
    GREY,
    INK,
    NAIVE,
    SMALL,
    blank,
    house_style,
    thousands,
)
from helpers.figures.wording import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.figures.style import Threshold
    from helpers.figures.wording import Wording

__all__ = ["survival_panels"]

FEWEST = 20  # at risk: beyond that a curve is not drawn
ROWS = ("at_risk", "dead", "censored")
RING: dict[str, Any] = {"ls": "", "marker": "o", "mfc": "white", "mec": INK}
RING |= {"clip_on": False, "zorder": 4}
DASHES, DOTS = (0, (4, 1.5)), (0, (1, 1))
PANEL_MM = 48.0
ROOM = 190.0  # points for the name of a panel
TABLE_GAP = 22.0  # points from the axis to the first row of the table


def survival_panels(
    curves: pd.DataFrame,
    points: pd.DataFrame,
    counts: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    foot: str = "",
    threshold: Threshold | None = None,
    horizon: float = 365.0,
    days: Sequence[float] = (0, 365, 105, 30, 90, 180, 270),
    t: Wording = ENGLISH,
) -> Figure:
    """Draw one panel a study on shared axes, in the order of `curves`.

    Parameters
    ----------
    curves
        Steps: ``study, label, kind, day, survival, low, high, at_risk``; `kind` is
        ``estimate`` (with its band) or ``naive`` (thin and grey, with its label).
    points
        Marks on the curves: ``study, day, survival, label``, such as the median.
    counts
        The table beneath: ``study, day, at_risk, dead, censored``, cumulative, so
        that the three add up to all; days without a row are left blank.
    threshold
        The survival that decides the claim, with its words.
    horizon
        The last day drawn; curves end before where fewer than 20 are at risk.
    days
        Days marked on the axis, most important first: what has no room is left out.
    t
        The language of the words that are the plot's own.
    """
    studies = list(dict.fromkeys(curves["study"]))
    columns = min(2, len(studies))
    rows = math.ceil(len(studies) / columns)
    words = {"title": title, "subtitle": subtitle, "foot": foot}
    with house_style():
        figure = blank("two", rows * PANEL_MM + 12.0, **words)
        grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
        marked = _with_room(days, horizon, 0.075 * columns)
        panels = list(zip(grid.flat, studies, strict=False))
        for axes, study in panels:
            _curves(axes, _shown(curves, study, horizon))
            _table(axes, counts[counts["study"] == study], marked, t)
            _furnish(axes, study, marked, horizon, t)
            axes.xaxis.set_minor_locator(FixedLocator(sorted(days)))
        for axes in list(grid.flat)[len(studies) :]:
            axes.set_visible(False)
        figure.draw_without_rendering()  # lays the panels out: labels need their size
        for axes, study in panels:
            labels = _labels(axes, _shown(curves, study, horizon))
            if threshold is not None:
                labels.avoid([0, horizon], [threshold.value] * 2)
            _mark(labels, points[points["study"] == study], horizon)
            if threshold is not None:
                _threshold(labels, threshold, horizon)
            _name_naive(labels, _shown(curves, study, horizon))
    return figure


def _shown(curves: pd.DataFrame, study: str, horizon: float) -> pd.DataFrame:
    within = (curves["at_risk"] >= FEWEST) & (curves["day"] <= horizon)
    return curves[within & (curves["study"] == study)]


def _with_room(days: Iterable[float], horizon: float, gap: float) -> list[float]:
    """Keep the first days that lie at least `gap` of the axis apart."""
    kept: list[float] = []
    for day in days:
        if day <= horizon and all(abs(day - k) >= gap * horizon for k in kept):
            kept.append(day)
    return sorted(kept)


def _curves(axes: Axes, curves: pd.DataFrame) -> None:
    naive = curves["kind"] == "naive"
    for _, steps in curves[naive].groupby("label"):
        alive = steps["survival"]
        axes.step(steps["day"], alive, where="post", color=NAIVE, lw=0.7, ls=DASHES)
    for _, steps in curves[~naive].groupby("label"):
        day, low, high = steps["day"], steps["low"], steps["high"]
        axes.step(day, steps["survival"], where="post", color=BLUE)
        axes.fill_between(day, low, high, step="post", color=BLUE, alpha=0.2, lw=0)


def _labels(axes: Axes, curves: pd.DataFrame) -> Labels:
    labels = Labels(axes)
    for _, steps in curves.groupby(["kind", "label"]):
        for edge in ("survival", "low", "high"):
            labels.avoid(steps["day"], steps[edge])
    return labels


def _mark(labels: Labels, points: pd.DataFrame, horizon: float) -> None:
    known = points[points["day"] <= horizon]
    if known.empty:
        return  # an empty line that is not clipped would push the panel about
    labels.axes.plot(known["day"], known["survival"], **RING)
    places = zip(known["day"], known["survival"], strict=True)
    for label, place in zip(known["label"], places, strict=True):
        labels.put(str(label), [place], INK)


def _threshold(labels: Labels, threshold: Threshold, horizon: float) -> None:
    labels.axes.axhline(threshold.value, color=GREY, lw=0.8, ls=DOTS, zorder=1)
    places = [(part * horizon, threshold.value) for part in (1, 0.9, 0.8, 0.7, 0.6)]
    labels.put(threshold.label, places, GREY)


def _name_naive(labels: Labels, curves: pd.DataFrame) -> None:
    for label, steps in curves[curves["kind"] == "naive"].groupby("label"):
        apart = steps[steps["survival"].between(0.05, 0.8)]
        every = (steps if apart.empty else apart).iloc[:: max(1, len(apart) // 30)]
        places = zip(every["day"], every["survival"], strict=True)
        labels.put(drawable(str(label)), places, NAIVE)


def _table(axes: Axes, counts: pd.DataFrame, days: Sequence[float], t: Wording) -> None:
    known = counts[counts["day"].isin(days)]
    for row, column in enumerate(ROWS):
        down = -TABLE_GAP - row * line_height(SMALL)
        _cell(axes, 0.0, (-20.0, down), t(f"survival.{column}"))
        for day, number in zip(known["day"], known[column], strict=True):
            _cell(axes, day, (0.0, down), thousands(number))


def _cell(axes: Axes, day: float, shift: tuple[float, float], text: str) -> None:
    head = shift[0] < 0
    axes.annotate(
        text,
        (day, 0.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=shift,
        textcoords="offset points",
        ha="right" if head else "center",
        va="top",
        color=GREY if head else INK,
    )


def _furnish(
    axes: Axes, study: str, days: Sequence[float], horizon: float, t: Wording
) -> None:
    axes.set_title("\n".join(wrap(drawable(study), ROOM, BODY)))
    axes.set_xlim(0, horizon)
    axes.set_ylim(0, 1.02)
    axes.xaxis.set_major_locator(FixedLocator(days))
    axes.yaxis.set_major_locator(FixedLocator([0, 0.25, 0.5, 0.75, 1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel(t("survival.axis"), labelpad=TABLE_GAP + 14)
