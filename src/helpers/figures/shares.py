"""Nested shares as bars: each reading of "failed" holds the one before it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import PercentFormatter

from helpers.figures.lettering import drawable, shorten
from helpers.figures.style import BODY, GREY, INK, NAIVE, blank, house_style
from helpers.figures.wording import ENGLISH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.figures.wording import Wording

__all__ = ["share_bars"]

BAR_MM, BETWEEN_MM = 5.0, 8.0
SHADES = ("#9ecae9", "#4a93c3", "#0b4a7d", "#052a4a")  # one hue, darker as it widens
UNKNOWN: dict[str, Any] = {"color": "white", "edgecolor": GREY, "hatch": "////"}


def share_bars(
    rows: pd.DataFrame,
    *,
    title: str,
    subtitle: str = "",
    foot: str = "",
    t: Wording = ENGLISH,
) -> Figure:
    """Draw a bar for each reading, one panel a study, in the order given.

    Parameters
    ----------
    rows
        ``study, reading, share, low, high, unknown, claimed``: the share with its
        interval; `unknown` is what can't be known and is hatched behind the share,
        the whole bar where the share is null; `claimed` is the article's number.
    t
        The language of the words that are the plot's own.
    """
    studies = list(dict.fromkeys(rows["study"]))
    words = {"title": title, "subtitle": subtitle, "foot": foot}
    high = len(rows) * BAR_MM + len(studies) * BETWEEN_MM
    with house_style():
        figure = blank("two", high + 6.0, **words)
        sizes = [(rows["study"] == study).sum() for study in studies]
        panels = figure.subplots(
            len(studies), 1, sharex=True, squeeze=False, height_ratios=sizes
        )
        for axes, study in zip(panels[:, 0], studies, strict=True):
            _panel(axes, rows[rows["study"] == study].reset_index(drop=True), t)
            axes.set_title(shorten(drawable(study), 480.0, BODY))
        panels[0, 0].set_xlim(0, 1.25)
        panels[0, 0].set_xticks([0, 0.25, 0.5, 0.75, 1])
        panels[-1, 0].xaxis.set_major_formatter(PercentFormatter(1))
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, t: Wording) -> None:
    place, known = rows.index, rows["share"].notna()
    share = rows["share"].fillna(0)
    unknown = rows["unknown"].fillna(0).where(known, 1.0)
    shades = [SHADES[min(i, len(SHADES) - 1)] for i in place]
    axes.barh(place, unknown, left=share, height=0.7, **UNKNOWN)
    axes.barh(place, share, height=0.7, color=shades)
    axes.hlines(place, rows["low"], rows["high"], color=INK, lw=1)
    axes.vlines(rows["claimed"], place - 0.45, place + 0.45, color=INK, lw=2.2)
    axes.set_yticks(place, [drawable(reading) for reading in rows["reading"]])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    for row, pair in enumerate(zip(rows["share"], rows["claimed"], strict=True)):
        axes.text(1.02, row, _said(*pair, t), va="center", color=INK)
    axes.spines["left"].set_color(NAIVE)


def _said(share: float, claimed: float, t: Wording) -> str:
    """Return a bar in words.

    >>> _said(0.4, 0.58, ENGLISH), _said(float("nan"), float("nan"), ENGLISH)
    ('40%, claimed 58%', 'not known')
    """
    known = t("nested.unknown") if math.isnan(share) else f"{share:.0%}"
    if math.isnan(claimed):
        return known
    return t("nested.claimed", known=known, claimed=f"{claimed:.0%}")
