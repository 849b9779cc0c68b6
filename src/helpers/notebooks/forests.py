"""All sources of a chapter in one picture: a panel a claim, a row a source."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator, PercentFormatter
from seaborn import objects as so

from helpers.claims import Word
from helpers.claims.contract.card import card
from helpers.claims.evaluation.claimed import claimed
from helpers.claims.evaluation.sentences import word_said
from helpers.claims.fixed.source_names import plain_name
from helpers.errors import NotIdentifiableError
from helpers.figures import show
from helpers.figures.lettering import shorten, wrap
from helpers.figures.style import BLUE, GREY, INK, SMALL, VERMILION
from helpers.notebooks.chapter import measure_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.claims.contract.card import Measure
    from helpers.figures import SavedFigure
    from helpers.study import Study

__all__ = ["forest"]

ROW, HEAD = 0.19, 0.66  # inches of a row, and of a panel's words
ACROSS, NAMES = 300.0, 150.0  # points of a panel's title, and of a source's name
LOOKS = {
    word_said(word, "en"): look
    for word, look in {
        "SUPPORTED": (BLUE, "o"),
        "CONTRADICTED": (VERMILION, "X"),
        "TOO_SMALL": (INK, "v"),
        "INCONCLUSIVE": (GREY, "D"),
        "FRAGILE": (GREY, "P"),
    }.items()
}
NARROW, FINE = (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 8.0, 9.0), 5.0  # ticks of a ratio
WIDEST = 100.0  # a ratio's axis ends here, whatever its interval does
ENDS = {"en": ("less", "more"), "zh": ("更少", "更多")}


def forest(
    answers: pd.DataFrame,
    studies: Sequence[Study],
    figure_id: str,
    *,
    title: str,
    zh: str,
) -> SavedFigure:
    """Draw every answer of a chapter with its interval, by claim and source.

    The tinted side is the claim's; a dotted line is no effect.

    Parameters
    ----------
    answers
        As `helpers.notebooks.answers_of` returns it.
    title, zh
        The finding, in both languages.

    Raises
    ------
    NotIdentifiableError
        If there is no answer to draw.
    """
    if answers.empty:
        raise NotIdentifiableError("no source at hand has an estimate", where=figure_id)
    asked = [rows for _, rows in answers.groupby(["claim", "variant"], sort=False)]
    figure, panels = plt.subplots(
        len(asked),
        figsize=(7.2, len(answers) * ROW + len(asked) * HEAD),
        height_ratios=[len(rows) + 1 for rows in asked],
        squeeze=False,
    )
    for axes, rows in zip(panels[:, 0], asked, strict=True):
        _panel(axes, rows)
    drawn = [s for s in studies if s.name in set(answers["study"])]
    return show(
        figure,
        figure_id,
        data=answers,
        title=title,
        zh=zh,
        studies=drawn,
        claims=list(dict.fromkeys(answers["claim"])),
        words=_in_chinese(answers),
    )


def _in_chinese(answers: pd.DataFrame) -> dict[str, str]:
    """Return Chinese for questions, measures, sources and answers, by the English."""
    words = {word_said(w, "en"): word_said(w, "zh") for w in Word}
    for study in answers["study"]:
        words[_source(plain_name(study, "en"))] = _source(plain_name(study, "zh"))
    for name, variant in answers[["claim", "variant"]].itertuples(index=False):
        words[_title(card(name).question.en)] = _title(card(name).question.zh)
        if measure := measure_of(name, variant):
            words[_along(measure, "en")] = _along(measure, "zh")
    return words


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    name, variant = str(rows["claim"].iloc[0]), str(rows["variant"].iloc[0])
    measure = measure_of(name, variant)
    rows = rows.reset_index(drop=True).assign(source=rows["source"].map(_source).array)
    rows["line"] = np.arange(len(rows))
    plot = so.Plot(rows, x="estimate", y="line", color="answer", marker="answer")
    colours, markers = ({a: look[i] for a, look in LOOKS.items()} for i in (0, 1))
    plot = plot.add(so.Range(), orient="y", xmin="low", xmax="high", legend=False)
    plot = plot.add(so.Dot(pointsize=5), legend=False)
    plot = plot.scale(color=so.Nominal(colours), marker=so.Nominal(markers))
    plot.on(axes).plot()
    if measure is not None:
        {"share": _share_axis, "ratio": _ratio_axis}.get(measure.of, _plain)(axes, rows)
    axes.set_yticks(rows["line"], rows["source"])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=_along(measure, "en") if measure else "", ylabel="")
    axes.set_title(_title(card(name).question.en))
    for line, answer in zip(rows["line"], rows["answer"], strict=True):
        axes.annotate(
            answer, (1.02, line), xycoords=axes.get_yaxis_transform(), va="center",
            color=LOOKS[answer][0], annotation_clip=False,
        )  # fmt: skip
    _claimed(axes, name)
    _beyond(axes, rows)


def _along(measure: Measure, language: Literal["en", "zh"]) -> str:
    """Return what an axis measures, and which way is more where 0 is not its start."""
    what = measure.measure(language)
    if measure.of == "share":
        return what
    less, more = ENDS[language]
    return f"\N{LEFTWARDS ARROW} {less}   {what}   {more} \N{RIGHTWARDS ARROW}"


def _beyond(axes: Axes, rows: pd.DataFrame) -> None:
    """Put an arrow where an interval leaves the picture."""
    low, high = axes.get_xlim()
    for edge, marker, out in (
        (low, "<", rows["low"] < low),
        (high, ">", rows["high"] > high),
    ):
        for line in rows.index[out]:
            colour = LOOKS[rows.loc[line, "answer"]][0]
            axes.plot(edge, line, marker, color=colour, ms=4, clip_on=False)


def _plain(axes: Axes, rows: pd.DataFrame) -> None:
    """Leave an axis of plain numbers as it is."""


def _share_axis(axes: Axes, rows: pd.DataFrame) -> None:
    if rows["low"].ge(0).all() and rows["high"].le(1).all():
        axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1))


def _ratio_axis(axes: Axes, rows: pd.DataFrame) -> None:
    if not rows["low"].gt(0).all():
        return  # a difference
    axes.set_xscale("log")
    low = max(rows["low"].min(), 1 / WIDEST) / 1.2
    high = min(rows["high"].max(), WIDEST) * 1.2
    axes.set_xlim(min(low, 1 / 1.5), max(high, 1.5))
    subs = NARROW if high / low < FINE else (1.0, 2.0, 5.0)
    axes.xaxis.set_major_locator(LogLocator(subs=subs))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _claimed(axes: Axes, name: str) -> None:
    """Tint the side of the axis that the claim speaks of, and mark no effect."""
    if axes.get_xscale() == "log":
        axes.axvline(1.0, color=GREY, lw=0.8, ls=":", zorder=0)
    found = claimed(name)
    if found is None:
        return
    low, high = axes.get_xlim()
    ends = [end for end in (found.low, found.high) if isfinite(end)]
    low, high = min(low, *ends), max(high, *ends)
    side = (max(found.low, low), min(found.high, high))
    axes.axvspan(*side, color=BLUE, alpha=0.08, lw=0, zorder=0)
    axes.set_xlim(low, high)


def _title(text: str) -> str:
    return "\n".join(wrap(text.replace("’", "'"), ACROSS, SMALL))


def _source(title: str) -> str:
    return shorten(title, NAMES, SMALL)
