"""Forest plots of claims' estimates: one panel per claim, one row per source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import isfinite

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.contract.card import (
    Measure,
    Of,
    Text,
    format_number,
    get_card,
)
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.claims.evaluation.sentences import get_word_label
from helpers.claims.fixed.source_names import get_plain_name
from helpers.errors import NotIdentifiableError
from helpers.figures import SavedFigure, show_figure
from helpers.figures.lettering import measure_width, shorten_text, wrap_text
from helpers.figures.style import BLUE, GREY, INK, SMALL, VERMILION
from helpers.notebooks.chapter import LANGUAGES, UNANSWERED
from helpers.prose import write_numbers_plainly
from helpers.study import Study
from helpers.synthesis.readings import ALONE
from helpers.wording.messages import Language

ROW, HEAD = 0.18, 0.66  # inches of a row, and of a panel's words
ACROSS, NAMES = 300.0, 150.0  # points of a panel's title, and of a source's name
LOOKS = {
    get_word_label(word, "en"): look
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
FROM_NOTHING = {"share", "points", "difference"}  # kinds of numbers whose axis shows 0
EDGE, NAMED = 0.6, 0.9  # rows beyond the last one; more where ends have names
HOW = {
    "count": Text("a count", "计数"),
    "indirect": Text("indirect", "间接测量"),
}
SILENCE_ONLY = Text("silence only", "只看沉寂")
BARRED = Text("barred", "不许用来下结论")
JOINT = Text(", ", "，")
BY_RULE = (  # what a forest plot shows, for its caption
    (
        "One estimate per source, judged alone by the rule as it now stands: later"
        " conditions and bars count. Sources with estimates for their communities only"
        " are left out. Where groups are counted, all groups that a source lists count;"
        " some sources list no groups without messages. The pages of the claims weigh"
        " all sources and often count only groups that spoke, so that their numbers may"
        " differ."
    ),
    (
        "一个来源一个估计，各自按现在的规则判，后加的条件和排除都算在内；只有分社区的估计、没有合并估计的来源没有画。数群的地方，来源列出的群都算；"
        "有的来源不列没人说过话的群。说法的页合看各来源，往往只数有人说过话的群，数字可能和这里不同。"
    ),
)


def draw_forest(
    answers: pd.DataFrame,
    studies: Sequence[Study],
    figure_id: str,
    *,
    title: str,
    zh: str,
) -> SavedFigure:
    """Draw a forest plot: estimates with intervals, by claim and source.

    The tinted side is the claim's; a dotted line is no effect. Sources stand in the
    order of their estimates.

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
        raise NotIdentifiableError(UNANSWERED)
    by_claim = [rows for _, rows in answers.groupby(["claim", "variant"], sort=False)]
    heights = [_compute_height(rows) for rows in by_claim]
    figure, panels = plt.subplots(
        len(by_claim),
        figsize=(7.2, sum(heights) * ROW + len(by_claim) * HEAD),
        height_ratios=heights,
        squeeze=False,
    )
    for axes, rows in zip(panels[:, 0], by_claim, strict=True):
        _draw_panel(axes, rows)
    drawn = [s for s in studies if s.name in set(answers["study"])]
    return show_figure(
        figure,
        figure_id,
        data=answers,
        title=title,
        zh=zh,
        studies=drawn,
        claims=list(dict.fromkeys(answers["claim"])),
        words=_translate_answers(answers),
        note=BY_RULE,
    )


def _compute_height(rows: pd.DataFrame) -> float:
    """Return the height of a forest plot's panel, in rows."""
    measure = get_card(str(rows["claim"].iloc[0])).leading(str(rows["variant"].iloc[0]))
    named = measure is not None and measure.of != "share"
    return len(rows) - 1 + 2 * EDGE + NAMED * named


def _translate_answers(answers: pd.DataFrame) -> dict[str, str]:
    """Return the Chinese texts of questions, measures, sources and verdicts."""
    words: dict[str, str] = {}
    for word, how, frame, barred in product(
        Word, ["", *HOW], ["", ALONE], [False, True]
    ):
        notes = _list_notes(how, frame, barred=barred)
        english, chinese = (
            _format_answer(get_word_label(word, language), notes, language)
            for language in LANGUAGES
        )
        words[english] = chinese
    for study, source in answers[["study", "source"]].itertuples(index=False):
        network = source.removeprefix(get_plain_name(study, "en"))
        words[_shorten_source(source)] = _shorten_source(
            get_plain_name(study, "zh") + network
        )
    for name, variant in answers[["claim", "variant"]].itertuples(index=False):
        card = get_card(name)
        words[_wrap_title(card.question.en)] = _wrap_title(card.question.zh)
        if measure := card.leading(variant):
            words[measure.measure.en] = measure.measure.zh
            words |= dict(zip(measure.ends("en"), measure.ends("zh"), strict=True))
    return words


def _list_notes(how: str, frame: str, *, barred: bool) -> list[Text]:
    """List what to note after a verdict: counts, indirect measures, silence, bars."""
    notes = [HOW[how]] if how else []
    if frame.endswith(ALONE):
        notes.append(SILENCE_ONLY)
    return [*notes, BARRED] if barred else notes


def _format_answer(answer: str, notes: Iterable[Text], language: Language) -> str:
    return JOINT(language).join([answer, *(note(language) for note in notes)])


def _draw_panel(axes: Axes, rows: pd.DataFrame) -> None:
    name, variant = str(rows["claim"].iloc[0]), str(rows["variant"].iloc[0])
    card = get_card(name)
    measure = card.leading(variant)
    rows = rows.sort_values("estimate", ascending=False, ignore_index=True)
    rows = rows.assign(
        source=rows["source"].map(_shorten_source), line=range(len(rows))
    )
    colours, markers = ({a: look[i] for a, look in LOOKS.items()} for i in (0, 1))
    sns.scatterplot(
        rows, x="estimate", y="line", hue="answer", style="answer", palette=colours,
        markers=markers, s=28, linewidth=0, legend=False, clip_on=False, ax=axes,
    )  # fmt: skip
    axes.set_yticks(rows["line"], rows["source"])
    axes.set_ylim(len(rows) - 1 + EDGE, -EDGE)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel=measure.measure.en if measure else "", ylabel="")
    axes.set_title(_wrap_title(card.question.en))
    _lay_out_axis(axes, rows, measure)
    _shade_claimed_side(axes, name, variant)
    _draw_intervals(axes, rows)
    said = rows[["answer", "how", "frame", "barred"]].itertuples(index=False)
    for line, (answer, how, frame, barred) in enumerate(said):
        notes = _list_notes(how, frame, barred=barred)
        axes.annotate(
            _format_answer(answer, notes, "en"), (1.02, line), va="center",
            xycoords=axes.get_yaxis_transform(), color=LOOKS[answer][0],
            annotation_clip=False,
        )  # fmt: skip


def _lay_out_axis(axes: Axes, rows: pd.DataFrame, measure: Measure | None) -> None:
    """Set limits, scale and end labels of a forest plot's axis."""
    if measure is None:
        return
    if measure.of == "ratio" and rows["estimate"].gt(0).all():
        _set_ratio_axis(axes, rows)
    else:
        _set_plain_axis(axes, rows, measure.of)
    if measure.of != "share":
        _name_ends(axes, measure.ends("en"))
    if measure.null is not None:
        bottom, top = axes.get_ylim()
        words = NAMED / (bottom - top)
        axes.axvline(measure.null, words, color=GREY, lw=0.8, ls=":", zorder=0)


def _name_ends(axes: Axes, ends: tuple[str, str]) -> None:
    """Label what values at the left and right end of a forest plot mean."""
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom + NAMED, top)
    for across, end in enumerate(ends):
        axes.annotate(
            end, (across, 0), xycoords="axes fraction", xytext=(0, 1), va="bottom",
            textcoords="offset points", ha=("left", "right")[across], color=GREY,
        )  # fmt: skip


def _draw_intervals(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw confidence intervals; an arrow shows where one exceeds the axis."""
    left, right = axes.get_xlim()
    seen = zip(rows["answer"], rows["low"], rows["high"], strict=True)
    for line, (answer, low, high) in enumerate(seen):
        colour = LOOKS[answer][0]
        inside = [max(low, left), min(high, right)]
        axes.plot(inside, [line, line], "-", color=colour, lw=1.5, zorder=1)
        for edge, marker, out in ((left, "<", low < left), (right, ">", high > right)):
            if out:
                axes.plot(edge, line, marker, color=colour, ms=4, clip_on=False)


def _set_plain_axis(axes: Axes, rows: pd.DataFrame, of: Of) -> None:
    """Set linear limits to show all estimates; shares 0–1, differences with 0."""
    numbers = rows[["estimate", "low", "high"]].to_numpy(float).ravel()
    seen = [*numbers[np.isfinite(numbers)], *([0.0] if of in FROM_NOTHING else [])]
    if of in {"share", "points"}:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _format_tick(of, x)))
        axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    if of == "share":
        seen.append(1.0)
    low, high = min(seen), max(seen)
    room = 0.0 if of == "share" else 0.05 * (high - low or 1.0)
    axes.set_xlim(low - room, high + room)


def _format_tick(of: Of, value: float) -> str:
    return write_numbers_plainly(format_number(of, value))


def _set_ratio_axis(axes: Axes, rows: pd.DataFrame) -> None:
    """Set a logarithmic axis for ratios, with several ticks including 1."""
    axes.set_xscale("log")
    numbers = rows[["estimate", "low"]].to_numpy(float)
    low = max(numbers[numbers > 0].min(), 1 / WIDEST) / 1.2  # where 0, an arrow says so
    high = min(rows["high"].max(), WIDEST) * 1.2
    axes.set_xlim(min(low, 1 / 1.5), max(high, 1.5))
    subs = NARROW if high / low < FINE else (1.0, 2.0, 5.0)
    axes.xaxis.set_major_locator(LogLocator(subs=subs))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _shade_claimed_side(axes: Axes, name: str, variant: str) -> None:
    """Shade the range of the axis in which the claim would be true."""
    claim = Claim.of(name)
    region = describe_claimed_range(claim, claim.wording.lead(variant))
    if region is None:
        return
    low, high = axes.get_xlim()
    ends = [end for end in (region.low, region.high) if isfinite(end)]
    low, high = min(low, *ends), max(high, *ends)
    side = (max(region.low, low), min(region.high, high))
    axes.axvspan(*side, color=BLUE, alpha=0.08, lw=0, zorder=0)
    axes.set_xlim(low, high)


def _wrap_title(text: str) -> str:
    return "\n".join(wrap_text(text.replace("’", "'"), ACROSS, SMALL))


def _shorten_source(title: str) -> str:
    """Truncate a source's name; a last part in brackets, such as its network, stays."""
    name, bracket, last = title.rpartition(" (")
    if not name:
        return shorten_text(title, NAMES, SMALL)
    ending = bracket + last
    return shorten_text(name, NAMES - measure_width(ending, SMALL), SMALL) + ending
