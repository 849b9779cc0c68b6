"""Dot plots that pages draw themselves: a row a source, and the claim's side shaded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from markupsafe import Markup

from helpers.claims.contract.card import card
from helpers.claims.evaluation.claimed import claimed
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.interval_rules import Word
from helpers.prose import count
from helpers.site.answers.axes import Axis, axis_for
from helpers.site.answers.board import Answer, Cell, Range
from helpers.site.answers.quotable import Numbers, interval_text, kind_of, writer
from helpers.site.languages import Words
from helpers.site.rendering import study_page

AGAIN = re.compile(r"of the groups once [^,]*, ([\d.]+\s%) (?:recovered|spoke again)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One source's estimate; places are in percent of the plot's width.

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
    """What is measured; rows from the largest down, the claim's side, the axis.

    `null` is where no effect is, `ends` what lies to the left and to the right.
    """

    title: str
    rows: tuple[Dot, ...]
    side: tuple[float, float] | None
    ticks: tuple[tuple[float, str], ...]
    null: float | None = None
    ends: tuple[str, ...] = ()


def plot_of(answer: Answer, numbers: Numbers, t: Words) -> Plot:
    """Return what a page draws of one claim: what its sentence tells of.

    Stand-ins are left out where other sources measure what is claimed.
    """
    own = [cell for cell in answer.cells if not cell.stands_in and _drawn(cell)]
    own_answer = replace(answer, cells=tuple(own)) if own else answer
    return plots_of(own_answer, numbers, t)[0]


def plots_of(answer: Answer, numbers: Numbers, t: Words) -> list[Plot]:
    """Return a plot for each thing that was measured, what the sentence tells first."""
    cells = [c for cell in answer.shown for c in _drawn(cell)]
    variants = dict.fromkeys(cell.variant for cell in cells) or [""]
    measured = sorted(variants, key=lambda variant: variant != answer.variant)
    return [
        _plot(answer, variant, [c for c in cells if c.variant == variant], numbers, t)
        for variant in measured
    ]


def _plot(
    answer: Answer, variant: str, cells: list[Cell], numbers: Numbers, t: Words
) -> Plot:
    ranges = [c.headline for c in cells if c.headline]
    claim_range, write = claimed(answer.claim), writer(answer.claim, t.language)
    side = (claim_range.low, claim_range.high) if claim_range else None
    ends = [end for end in side or () if math.isfinite(end)]
    axis = axis_for(ranges, ends, kind_of(answer.claim))
    rows = [_dot(answer.claim, cell, axis, numbers, t) for cell in cells]
    shaded = _between(axis, *side) if side else None
    ticks = tuple((axis.place(tick), write(tick)) for tick in axis.ticks)
    measure = card(answer.claim).leading(variant)
    rows = sorted(rows, key=lambda row: -row.at)
    if measure is None:
        return Plot("", tuple(rows), shaded, ticks)
    named = measure.ends(t.language) if measure.of != "share" else ()
    null = None if measure.null is None else axis.place(measure.null)
    return Plot(measure.measure(t.language), tuple(rows), shaded, ticks, null, named)


def _one(cell: Cell) -> bool:
    """Say whether a cell is a whole study's, which has a page."""
    return "/" not in cell.study and cell.study != TOGETHER


def _drawn(cell: Cell) -> list[Cell]:
    """Return the source where it has an estimate, else those of its networks."""
    return [cell] if cell.headline else [part for part in cell.parts if part.headline]


def _between(axis: Axis, low: float, high: float) -> tuple[float, float]:
    start, end = axis.place(low), axis.place(high)
    return start, round(end - start, 2)


def _dot(claim_id: str, cell: Cell, axis: Axis, numbers: Numbers, t: Words) -> Dot:
    bounds = cell.headline
    assert bounds is not None  # noqa: S101 - only such cells are drawn
    left, width = _between(axis, bounds.low, bounds.high)
    name = f"{claim_id}.{cell.study}"
    has_number = f"{name}.estimate" in numbers.by_name
    return Dot(
        name=t.source(cell.study),
        page=study_page(cell.study, t.language) if _one(cell) else "",
        word=cell.word or Word.UNTESTABLE,
        value=writer(claim_id, t.language)(bounds.estimate),
        text=numbers.interval(name)
        if has_number
        else interval_text(bounds, writer(claim_id, t.language)),
        cases=_cases(name, cell, numbers, t),
        again=_again(cell.note),
        at=axis.place(bounds.estimate),
        left=left,
        width=width,
        beyond=_outside(bounds, axis),
        whole=bounds.low == bounds.high and math.isfinite(bounds.low),
        stands_in=cell.stands_in,
    )


def _cases(name: str, cell: Cell, numbers: Numbers, t: Words) -> str | Markup:
    """Return how many of what an estimate rests on."""
    if cell.n is None:
        return ""
    has_n = f"{name}.n" in numbers.by_name
    n = numbers(f"{name}.n") if has_n else Markup(count(cell.n))  # noqa: S704 - ours
    return Markup("{} {}").format(n, t.unit(cell.cases))


def _outside(bounds: Range, axis: Axis) -> tuple[str, ...]:
    sides = {"left": bounds.low < axis.low, "right": bounds.high > axis.high}
    return tuple(side for side, out in sides.items() if out)


def _again(note: str) -> str:
    """Return which share of the groups came back, as a remark on an estimate says.

    >>> _again("of the groups once failed, 46 % recovered; silence alone")
    '46 %'
    """
    match = AGAIN.search(note)
    return match[1] if match else ""
