"""Small forest plot per claim: sources, pooled mean, published studies.

It has few rows, however many sources there are, so that four of them fit on a screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from helpers.claims.contract.card import Of, format_number
from helpers.claims.contract.finding import Range
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.prose import format_count
from helpers.site.answers import board
from helpers.site.answers.axes import Axis, choose_axis
from helpers.site.answers.board import Answer
from helpers.site.answers.evidence_chart import find_arrow
from helpers.site.answers.framing import name_list
from helpers.site.answers.quotable import format_interval
from helpers.site.answers.quoted import list_quoted_definitions
from helpers.site.languages import Words, read_entries
from helpers.survival import Interval
from helpers.synthesis.component import Component, Entry, name_other_size
from helpers.synthesis.decision import find_withheld
from helpers.synthesis.published import Published, list_published
from helpers.synthesis.synthesis import Synthesis

FEW = 2  # sources with a line of their own; more share one
Limited = Interval | Range | board.Range


@dataclass(frozen=True, slots=True)
class Mark:
    """One estimate in a small plot; positions are in percent of the width.

    Attributes
    ----------
    name
        What a pointer that rests on it is told.
    at, left, width
        The point; where its interval begins, and how long it is.
    arrow
        To which side a one-sided estimate points; empty for the others.
    """

    name: str
    at: float
    left: float
    width: float
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a small forest plot: kind, name, symbols, number and sample size."""

    kind: str
    name: str
    marks: tuple[Mark, ...]
    value: str | Markup
    size: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A small forest plot of a claim: title, rows and scale."""

    title: str
    lines: tuple[Line, ...]
    side: tuple[float, float] | None
    claimed: str
    ticks: tuple[tuple[float, str], ...]
    null: float | None = None
    ends: tuple[str, ...] = ()
    is_ours: bool = False  # the bar, where the article gives no such number


@dataclass(frozen=True, slots=True)
class _Scale:
    """Positions and number formats of a claim's estimates in a plot."""

    axis: Axis
    of: Of
    t: Words

    def mark(self, name: str, span: Limited, arrow: str = "") -> Mark:
        low, high = self.axis.place(span.low), self.axis.place(span.high)
        at = self.axis.place(span.estimate)
        return Mark(name, at, low, round(high - low, 2), arrow)

    def write(self, value: float) -> str:
        return format_number(self.of, value, self.t.language)

    def write_range(self, low: float, high: float) -> str:
        return self.t("strip.range", low=self.write(low), high=self.write(high))


def build_strip(answer: Answer, t: Words) -> Strip | None:
    """Build the small forest plot of a claim; None without estimates."""
    synthesis = answer.synthesis
    headline = synthesis.answered if synthesis else None
    if synthesis is None or headline is None or not headline.entering:
        return None
    published = list_published(answer.about) if headline.number == 0 else ()
    others = headline.entries([*synthesis.deciding.bounds, *synthesis.deciding.others])
    apart = [e for e in others if e.effect is not None and _is_apart(e, headline)]
    shown = _take_one_per_source(apart, headline)
    axis = _choose_scale(answer, headline, shown, published)
    scale = _Scale(axis, headline.measure.of, t)
    quoted, rest = _part_quoted(shown, answer.claim)
    lines = [
        *(_draw_quoted(entry, scale, answer.claim) for entry in quoted),
        *_list_sources(headline, synthesis, scale),
        *_list_comparisons(headline, scale),
        *_list_pool(headline, scale),
        *_list_redefined(headline, scale, answer.claim),
        *_list_others(rest, scale, answer.claim),
        *(_build_published(row, scale) for row in published),
    ]
    return _draw(answer, headline, lines, scale)


def _take_one_per_source(entries: Sequence[Entry], component: Component) -> list[Entry]:
    """Return one estimate of each source, of the groups that the answer counts if any.

    A source that lists all groups founded may have one of those that ever spoke too.
    """
    lists = {name_list(entry.reading.frame) for entry in component.entering}
    others_first = sorted(entries, key=lambda e: name_list(e.reading.frame) in lists)
    return list({entry.reading.study: entry for entry in others_first}.values())


def _is_apart(entry: Entry, component: Component) -> bool:
    """Return whether no estimate of a source counts in this part of the answer."""
    return entry.reading.study not in {e.reading.study for e in component.entering}


def _choose_scale(
    answer: Answer,
    component: Component,
    others: Sequence[Entry],
    published: Sequence[Published],
) -> Axis:
    spans: list[Limited] = [
        *(entry.interval for entry in (*component.entering, *others)),
        *(one.interval for one in component.strata),
        *([component.pool.prediction] if component.pool else []),
        *(row.span for row in published),
    ]
    ranges = [board.Range("", s.estimate, s.low, s.high) for s in spans]
    claimed = describe_claimed_range(answer.about, component.number)
    ends = [claimed.low, claimed.high] if claimed else []
    finite = [end for end in ends if math.isfinite(end)]
    return choose_axis(ranges, finite, component.measure.of)


def _list_sources(
    component: Component, synthesis: Synthesis, scale: _Scale
) -> Iterator[Line]:
    """Yield a chart row per source that counts for the answer, or one row if many."""
    if component.comparisons:  # their averages say more
        return
    kind = "bound" if _is_weak(component, synthesis) else "source"
    named = {name_entry(entry, scale.t): entry for entry in component.entering}
    if component.strata:
        strata = {scale.t.source(one.name): one.interval for one in component.strata}
        yield _draw_together(
            strata, "source", scale.t("strip.places", k=len(strata)), scale
        )
        kind, named = "mean", {scale.t("strip.together"): component.entering[0]}
    if len(named) <= FEW:
        for name, entry in named.items():
            numbers = format_interval(entry.interval, scale.write)
            arrow = find_arrow(synthesis.about, component, entry)
            mark = scale.mark(name, entry.interval, arrow)
            yield Line(kind, name, (mark,), numbers, _write_size(entry, scale.t))
        return
    spans = {name: entry.interval for name, entry in named.items()}
    yield _draw_together(spans, kind, scale.t("strip.sources", k=len(spans)), scale)


def _is_weak(component: Component, synthesis: Synthesis) -> bool:
    """Return whether the estimates are one-sided, indirect or failed a check."""
    deciding = synthesis.deciding
    verdicts = [entry.reading.verdict for entry in component.entering]
    return (
        deciding.basis.endswith("bounds")
        or deciding.indirect
        or all(find_withheld(verdict) is not None for verdict in verdicts)
    )


def name_entry(entry: Entry, t: Words) -> str:
    """Name a source, and of how many of its communities an estimate is combined."""
    name, parts = t.source(entry.reading.study), entry.reading.parts
    return t("strip.combined", name=name, n=parts) if parts > 1 else name


def _write_size(entry: Entry, t: Words) -> str:
    """Write the number of units behind a source's estimate, such as 69 people."""
    return t(
        "strip.size",
        n=format_count(entry.interval.n),
        unit=t.unit(entry.reading.verdict.cases),
    )


def _draw_together(
    spans: Mapping[str, Limited], kind: str, name: str, scale: _Scale
) -> Line:
    """Draw estimates as dots in one row, with the smallest and the largest."""
    marks = tuple(scale.mark(_describe(n, s, scale), s) for n, s in spans.items())
    estimates = [span.estimate for span in spans.values()]
    number = scale.write_range(min(estimates), max(estimates))
    return Line(kind, name, marks, number)


def _describe(name: str, span: Limited, scale: _Scale) -> str:
    return f"{name}{scale.t('claim.colon')}{scale.write(span.estimate)}"


def _list_comparisons(component: Component, scale: _Scale) -> Iterator[Line]:
    """Yield per pair of sizes their average over places, then the rule's estimate."""
    for sizes, pool in component.comparisons.items():
        name = scale.t("strip.against", other=name_other_size(sizes))
        yield _draw_average(name, pool.mean, scale)
    if component.comparisons and component.mean:
        name, mean = scale.t("strip.registered"), component.mean
        number = format_interval(mean, scale.write)
        yield Line("rule", name, (scale.mark(name, mean),), number)


def _list_pool(component: Component, scale: _Scale) -> Iterator[Line]:
    if component.places is not None and not component.comparisons:
        name = scale.t("strip.places_differ")
        yield _draw_average(name, component.places.mean, scale)
    if component.pool is None:
        return
    mean, new = (scale.t(f"strip.{kind}", k=component.k) for kind in ("mean", "new"))
    yield _draw_average(mean, component.pool.mean, scale)
    span = component.pool.prediction
    number = scale.write_range(span.low, span.high)
    yield Line("new", new, (scale.mark(new, span),), number)


def _draw_average(name: str, mean: Limited, scale: _Scale) -> Line:
    """Draw an average with its interval in one chart row."""
    numbers = format_interval(mean, scale.write)
    return Line("mean", name, (scale.mark(name, mean),), numbers)


def _list_redefined(component: Component, scale: _Scale, claim: str) -> Iterator[Line]:
    """Yield the estimates by another definition that a sentence quotes."""
    for name, one in list_quoted_definitions(component, claim, scale.t):
        points = (Range(value, value, value) for value in one.values)
        marks = tuple(scale.mark(name, at) for at in points)
        yield Line("other", name, marks, scale.write_range(one.least, one.most))


def _list_others(entries: Sequence[Entry], scale: _Scale, claim: str) -> Iterator[Line]:
    """Yield one chart row for the other sources that do not count for the answer."""
    spans = {scale.t.source(entry.reading.study): entry.interval for entry in entries}
    if not spans:
        return
    if len(spans) == 1:
        ((name, span),) = spans.items()
        marks = (scale.mark(_describe(name, span, scale), span),)
        number = format_interval(span, scale.write)
        yield Line("other", scale.t("strip.other"), marks, number)
    else:
        told = read_entries("chrome")
        words = told["other_rows"].get(claim, told["strip"]["others"])
        name = scale.t.either(words).format(k=len(spans))
        yield _draw_together(spans, "other", name, scale)


def _part_quoted(
    entries: Sequence[Entry], claim: str
) -> tuple[list[Entry], list[Entry]]:
    """Part the sources that a sentence quotes from those that it does not."""
    named = read_entries("chrome")["quoted_sources"]
    quoted = [e for e in entries if f"{claim}.{e.reading.study}" in named]
    return quoted, [entry for entry in entries if entry not in quoted]


def _draw_quoted(entry: Entry, scale: _Scale, claim: str) -> Line:
    """Draw a source that has a row of its own, with supplementary estimates."""
    quoted = read_entries("chrome")["quoted_sources"]
    study = f"{claim}.{entry.reading.study}"
    name, size = map(scale.t.either, quoted[study])
    also = {
        scale.t.either(quoted[key][0]): beside.interval
        for beside in entry.reading.verdict.beside
        if (key := f"{study}/{beside.name}") in quoted
    }
    spans = {name: entry.interval, **also}
    marks = tuple(scale.mark(told, span) for told, span in spans.items())
    value = format_interval(entry.interval, scale.write)
    if also:
        joint = scale.t("told.joint")
        value = Markup(joint.join(scale.write(s.estimate) for s in spans.values()))  # noqa: S704 - numbers
    return Line("other", name, marks, value, size)


def _build_published(row: Published, scale: _Scale) -> Line:
    """Build the row of a published study in a small forest plot."""
    t, written = scale.t, scale.write(row.span.estimate)
    short = read_entries("chrome")["published"].get(row.key)
    n = format_count(row.n) if row.n else ""
    what = row.measured.definition(t.language)
    name, size = map(t.either, short) if short else (what, "")
    mark = scale.mark(f"{what} ({n})" if n else what, row.span)
    kind = "wechat" if row.measured.wechat else "published"
    return Line(kind, name, (mark,), written, size.format(n=n))


def _draw(
    answer: Answer, component: Component, lines: Sequence[Line], scale: _Scale
) -> Strip:
    axis, measure = scale.axis, component.measure
    claimed = side = None
    if not component.comparisons:  # the claim's threshold is not that of two sizes
        claimed = describe_claimed_range(answer.about, component.number)
    if claimed:
        start, end = axis.place(claimed.low), axis.place(claimed.high)
        side = start, round(end - start, 2)
    short = read_entries("chrome")["short_measures"].get(answer.claim)
    title = scale.t.either(short) if short else measure.measure(scale.t.language)
    if answer.conclusion.answer.decides and component.k == 1:
        title = scale.t("told.joint").join([title, scale.t("strip.one_source")])
    return Strip(
        title,
        tuple(lines),
        side,
        claimed.says(scale.t.language, component.number) if claimed else "",
        tuple((axis.place(tick), scale.write(tick)) for tick in axis.ticks),
        None if measure.null is None else axis.place(measure.null),
        measure.ends(scale.t.language) if measure.of != "share" else (),
        bool(claimed and claimed.is_ours(measure.of)),
    )
