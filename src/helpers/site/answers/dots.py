"""Dot plots of a claim's estimates on its page: one row per source."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from helpers.claims.contract.card import get_card
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.interval_rules import Word
from helpers.prose import format_count
from helpers.site.answers.axes import Axis, choose_axis
from helpers.site.answers.board import Answer, Cell, Range
from helpers.site.answers.quotable import (
    Numbers,
    choose_writer,
    classify_number,
    format_interval,
)
from helpers.site.languages import Words
from helpers.site.rendering import find_study_page

AGAIN = re.compile(r"of the groups once [^,]*, ([\d.]+\s%) (?:recovered|spoke again)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One source's estimate in a plot; positions in percent of the width.

    Attributes
    ----------
    name, page
        The source and its page; no page for one network of a source.
    value, text, cases, again
        The estimate, alone and with its limits; what it rests on; the share of those
        that came back, where a source tells it.
    at, left, width
        Where the point is; where its interval begins, and how long it is.
    beyond
        On which sides the interval leaves the plot.
    whole, stands_in
        Whether it is a count, which has no interval; whether it is a stand-in.
    """

    name: str
    page: str
    word: str
    value: str
    text: str | Markup
    cases: str | Markup
    again: str
    at: float
    left: float
    width: float
    beyond: tuple[str, ...]
    whole: bool
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """A dot plot of estimates by source, with the claimed side shaded.

    `null` is where no effect is, `ends` what lies to the left and to the right.
    """

    title: str
    rows: tuple[Dot, ...]
    side: tuple[float, float] | None
    ticks: tuple[tuple[float, str], ...]
    null: float | None = None
    ends: tuple[str, ...] = ()


def plot_of(answer: Answer, numbers: Numbers, t: Words) -> Plot:
    """Build the dot plot of the measure that a claim's sentence quotes.

    Stand-ins are left out where other sources measure what is claimed.
    """
    own = [cell for cell in answer.cells if not cell.stands_in and _select_drawn(cell)]
    own_answer = replace(answer, cells=tuple(own)) if own else answer
    return build_plots(own_answer, numbers, t)[0]


def build_plots(answer: Answer, numbers: Numbers, t: Words) -> list[Plot]:
    """Build one dot plot per measure of a claim, the quoted one first."""
    cells = [c for cell in answer.shown for c in _select_drawn(cell)]
    variants = dict.fromkeys(cell.variant for cell in cells) or [""]
    measured = sorted(variants, key=lambda variant: variant != answer.variant)
    return [
        _build_plot(
            answer, variant, [c for c in cells if c.variant == variant], numbers, t
        )
        for variant in measured
    ]


def _build_plot(
    answer: Answer, variant: str, cells: list[Cell], numbers: Numbers, t: Words
) -> Plot:
    ranges = [c.headline for c in cells if c.headline]
    claim_range, write = (
        describe_claimed_range(answer.claim),
        choose_writer(answer.claim, t.language),
    )
    side = (claim_range.low, claim_range.high) if claim_range else None
    ends = [end for end in side or () if math.isfinite(end)]
    axis = choose_axis(ranges, ends, classify_number(answer.claim))
    rows = [_build_dot(answer.claim, cell, axis, numbers, t) for cell in cells]
    shaded = _compute_span(axis, *side) if side else None
    ticks = tuple((axis.place(tick), write(tick)) for tick in axis.ticks)
    measure = get_card(answer.claim).leading(variant)
    rows = sorted(rows, key=lambda row: -row.at)
    if measure is None:
        return Plot("", tuple(rows), shaded, ticks)
    named = measure.ends(t.language) if measure.of != "share" else ()
    null = None if measure.null is None else axis.place(measure.null)
    return Plot(measure.measure(t.language), tuple(rows), shaded, ticks, null, named)


def _is_whole_study(cell: Cell) -> bool:
    """Return whether a verdict is on a whole study, which has its own page."""
    return "/" not in cell.study and cell.study != TOGETHER


def _select_drawn(cell: Cell) -> list[Cell]:
    """Return a study's verdict if it has an estimate, else its networks'."""
    return [cell] if cell.headline else [part for part in cell.parts if part.headline]


def _compute_span(axis: Axis, low: float, high: float) -> tuple[float, float]:
    start, end = axis.place(low), axis.place(high)
    return start, round(end - start, 2)


def _build_dot(
    claim_id: str, cell: Cell, axis: Axis, numbers: Numbers, t: Words
) -> Dot:
    bounds = cell.headline
    assert bounds is not None  # noqa: S101 - only such cells are drawn
    left, width = _compute_span(axis, bounds.low, bounds.high)
    name = f"{claim_id}.{cell.study}"
    has_number = f"{name}.estimate" in numbers.by_name
    return Dot(
        name=t.source(cell.study),
        page=find_study_page(cell.study, t.language) if _is_whole_study(cell) else "",
        word=cell.word or Word.UNTESTABLE,
        value=choose_writer(claim_id, t.language)(bounds.estimate),
        text=numbers.interval(name)
        if has_number
        else format_interval(bounds, choose_writer(claim_id, t.language)),
        cases=_format_cases(name, cell, numbers, t),
        again=_find_revival_share(cell.note),
        at=axis.place(bounds.estimate),
        left=left,
        width=width,
        beyond=_find_sides_outside(bounds, axis),
        whole=bounds.low == bounds.high and math.isfinite(bounds.low),
        stands_in=cell.stands_in,
    )


def _format_cases(name: str, cell: Cell, numbers: Numbers, t: Words) -> str | Markup:
    """Format the number and kind of units behind an estimate."""
    if cell.n is None:
        return ""
    has_n = f"{name}.n" in numbers.by_name
    n = numbers(f"{name}.n") if has_n else Markup(format_count(cell.n))  # noqa: S704 - ours
    return Markup("{} {}").format(n, t.unit(cell.cases))


def _find_sides_outside(bounds: Range, axis: Axis) -> tuple[str, ...]:
    sides = {"left": bounds.low < axis.low, "right": bounds.high > axis.high}
    return tuple(side for side, out in sides.items() if out)


def _find_revival_share(note: str) -> str:
    """Return the share of groups that revived, from an estimate's note.

    >>> _find_revival_share("of the groups once failed, 46 % recovered; silence alone")
    '46 %'
    """
    match = AGAIN.search(note)
    return match[1] if match else ""
