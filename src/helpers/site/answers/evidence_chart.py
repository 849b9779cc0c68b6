"""Forest plot of a claim's page: deciding sources, pooled mean, other sources.

One chart per number of the claim's rule. Sources come in groups: those that decide,
their average with where a new place may lie, what was measured but does not decide, and
published studies by their own definitions.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, TypedDict

from markupsafe import Markup

from helpers.claims.claim import Claim
from helpers.claims.contract.card import (
    Of,
    capitalise,
    format_number,
)
from helpers.claims.contract.finding import Range
from helpers.claims.evaluation.claimed import Claimed, describe_claimed_range
from helpers.claims.rules.interval_rules import All
from helpers.prose import format_count
from helpers.site.answers import board
from helpers.site.answers.axes import Axis, choose_axis
from helpers.site.answers.board import Answer
from helpers.site.answers.framing import name_list
from helpers.site.answers.quotable import Numbers, format_interval
from helpers.site.languages import Words, read_entries
from helpers.site.rendering import find_study_page
from helpers.survival import Interval
from helpers.synthesis.certainty import rests_on_one_indirect
from helpers.synthesis.component import Component, Entry, name_other_size
from helpers.synthesis.pooling import Pool
from helpers.synthesis.published import Published, list_published
from helpers.synthesis.synthesis import Synthesis

SEVERAL = 2
ONCE = {"also_indirect", "also_shown"}  # where a source has one row, not one a frame
BELOW = ("trials", "also_frame", "also_bounds", "also_indirect", "also_shown")
Limited = Interval | Range
Kind = Literal[
    "source", "bound", "mean", "new", "other", "shown", "published", "wechat"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One estimate in the forest plot; positions are in percent of the width.

    Attributes
    ----------
    kind
        How it is drawn.
    name, page
        The source and its page, if it has one.
    value, cases
        The estimate with its limits; how many units of what it rests on.
    at, left, width
        The point; where its interval begins, and how long it is.
    arrow
        To which side a one-sided estimate points; empty for the others.
    """

    kind: Kind
    name: str
    page: str = ""
    value: str | Markup
    cases: str = ""
    at: float
    left: float
    width: float
    arrow: str = ""


class _Place(TypedDict):
    """Position of an estimate and its interval in percent of the width."""

    at: float
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of the forest plot under one heading, such as indirect measures."""

    code: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A forest plot: title, rows, claimed side and its origin, threshold, scale."""

    title: str
    sections: tuple[Section, ...]
    side: tuple[float, float] | None
    is_ours: bool
    bar: str
    ticks: tuple[tuple[float, str], ...]
    null: float | None
    ends: tuple[str, ...]

    @property
    def kinds(self) -> set[str]:
        """Kinds of rows in the forest plot, to be explained in its legend."""
        return {row.kind for section in self.sections for row in section.rows}


def build_charts(answer: Answer, numbers: Numbers, t: Words) -> list[Chart]:
    """Build one forest plot per estimate of a claim."""
    if answer.synthesis is None:
        return []
    made = (
        _Drawing(answer.synthesis, component, numbers, t)
        for component in answer.synthesis.components
    )
    return [drawing.draw() for drawing in made if drawing.spans]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Under which headings the forest plot of one estimate prints its rows.

    Attributes
    ----------
    entries
        The sources' estimates, in the order of the plot, each after its heading.
    mean, prediction
        What the rows of the pooled estimate are called; empty without one.
    strata, published
        The headings of the places, and of published studies.
    """

    entries: tuple[tuple[str, Entry], ...]
    mean: str
    prediction: str
    strata: str
    published: str


def group_rows(synthesis: Synthesis, component: Component, t: Words) -> Grouped:
    """Return the headings under which one plot of a claim's page prints its rows."""
    return _Drawing(synthesis, component, Numbers([]), t).group_rows()


def find_arrow(claim: Claim, component: Component, entry: Entry) -> str:
    """Return to which side the arrow of a one-sided estimate points; else empty."""
    reading = entry.reading
    claimed = describe_claimed_range(claim, component.number)
    if not reading.is_one_sided or claimed is None or not claimed.bar:
        return ""
    if component.get_measure(entry).errs_both_ways:
        return ""
    upwards = math.isinf(claimed.high) == (reading.may == "support")
    return "right" if upwards else "left"


class PlaceAverage(NamedTuple):
    """A random-effects average of strata: its code in files, chart row and pool.

    Attributes
    ----------
    span
        What the row draws: the mean of `pool`, or its prediction interval.
    """

    source: str
    kind: Kind
    name: str
    pool: Pool
    span: Interval


def list_place_averages(component: Component, t: Words) -> Iterator[PlaceAverage]:
    """Yield random-effects averages of strata, which decide nothing."""
    if (places := component.places) is not None:
        differ, new = t("strip.places_differ"), t("strip.places_new")
        yield PlaceAverage("pooled-places", "mean", differ, places, places.mean)
        yield PlaceAverage(
            "pooled-places-prediction", "new", new, places, places.prediction
        )
    for sizes, pool in component.comparisons.items():
        name = t("strip.places_against", other=name_other_size(sizes))
        yield PlaceAverage(f"pooled-places/{sizes}", "mean", name, pool, pool.mean)


@dataclass(frozen=True)
class _Drawing:
    """A forest plot under construction, for one estimate of a claim."""

    synthesis: Synthesis
    one: Component
    numbers: Numbers
    t: Words

    @cached_property
    def deciding(self) -> list[Entry]:
        return sorted(self.one.entering, key=_get_estimate, reverse=True)

    @cached_property
    def others(self) -> dict[str, list[Entry]]:
        """Sources shown in the plot that do not count for the answer, by section."""
        drawn = {_get_frame(entry) for entry in self.deciding}
        shown = self.one.entries(self.one.deciding.all_readings)
        by_section: dict[str, list[Entry]] = {code: [] for code in BELOW}
        for entry in sorted(shown, key=self._lists_other_groups):
            code, names = self._choose_section(entry), {name for name, _ in drawn}
            repeated = code in ONCE and entry.reading.study in names
            if _get_frame(entry) in drawn or repeated or not self._can_draw(entry):
                continue
            drawn.add(_get_frame(entry))
            by_section[code].append(entry)
        return {
            code: sorted(entries, key=_get_estimate, reverse=True)
            for code, entries in by_section.items()
        }

    def _is_of_other_frame(self, entry: Entry) -> bool:
        return entry.reading.printed_frame not in self.own_frames

    def _lists_other_groups(self, entry: Entry) -> bool:
        """Return whether an estimate is of other groups than those that decide."""
        own = {name_list(frame) for frame in self.own_frames}
        return name_list(entry.reading.frame) not in own

    @cached_property
    def own_frames(self) -> set[str]:
        """Sampling frames of the sources that count for the answer."""
        return {entry.reading.frame for entry in self.deciding}

    def _can_draw(self, entry: Entry) -> bool:
        """Return whether an estimate is of the quantity that this plot shows."""
        return self.one.get_measure(entry).of == self.of

    def _choose_section(self, entry: Entry) -> str:
        reading, frames = entry.reading, self.own_frames
        if "randomised" in reading.verdict.qualifiers:
            return "trials"  # graded alone; it decides nothing here, but is not biased
        if reading.may == "nothing":
            return "also_shown"
        if reading.indirect:
            return "also_indirect"
        return "also_bounds" if not frames or reading.frame in frames else "also_frame"

    @cached_property
    def frames(self) -> set[str]:
        """Sampling frames in which the claim was measured."""
        entries = [*self.deciding, *(e for rest in self.others.values() for e in rest)]
        return {entry.reading.frame for entry in entries}

    @cached_property
    def published(self) -> tuple[Published, ...]:
        return list_published(self.synthesis.about) if self.one.number == 0 else ()

    @cached_property
    def spans(self) -> list[Limited]:
        entries = [*self.deciding, *(e for rest in self.others.values() for e in rest)]
        pools = [pool.prediction for pool in (self.one.pool, self.one.places) if pool]
        strata = [one.interval for one in self.one.strata]
        return [*(entry.interval for entry in entries), *strata, *pools]

    @cached_property
    def claimed(self) -> Claimed | None:
        claim = self.synthesis.about
        if self.of not in {measure.of for measure in claim.components}:
            return None  # the rule's number says nothing on this scale
        several = isinstance(claim.rule, All)
        return describe_claimed_range(claim, self.one.number if several else 0)

    @cached_property
    def axis(self) -> Axis:
        ends = [self.claimed.low, self.claimed.high] if self.claimed else []
        spans = [*self.spans, *(row.span for row in self.published)]
        ranges = [board.Range("", s.estimate, s.low, s.high) for s in spans]
        finite = [end for end in ends if math.isfinite(end)]
        return choose_axis(ranges, finite, self.of)

    @property
    def of(self) -> Of:
        return self.one.measure.of

    def draw(self) -> Chart:
        axis, measure = self.axis, self.one.measure
        side = None
        if self.claimed:
            start, end = axis.place(self.claimed.low), axis.place(self.claimed.high)
            side = start, round(end - start, 2)
        null = None if measure.null is None else axis.place(measure.null)
        frames = self.own_frames if len(self.frames) >= SEVERAL else set()
        own = [words for frame in frames for words in self._describe_frame(frame)]
        title = measure.measure(self.t.language)
        return Chart(
            self.t("told.joint").join([title, *own]),
            tuple(section for section in self._list_sections() if section.rows),
            side,
            bool(self.claimed and self.claimed.is_ours(self.of)),
            self._write_threshold(),
            tuple((axis.place(tick), self.write(tick)) for tick in axis.ticks),
            null,
            measure.ends(self.t.language) if self.of != "share" else (),
        )

    def _write_threshold(self) -> str:
        """Format the claim's threshold for this estimate; "" if it has not just one."""
        bar = self.claimed.bar if self.claimed else None
        return "" if bar is None else self.write(bar)

    def group_rows(self) -> Grouped:
        """Return the headings under which the plot prints its rows."""
        groups = [(self._basis[1], self.deciding), *self.others.items()]
        pool = self._name_pool() if self.one.pool else {"mean": "", "prediction": ""}
        return Grouped(
            tuple(
                (self._title(heading), entry)
                for heading, entries in groups
                for entry in entries
            ),
            **pool,
            strata=self._title("each_stratum"),
            published=self._title("published"),
        )

    @property
    def _basis(self) -> tuple[str, str]:
        """Code and heading of the section of the sources that decide."""
        basis = self.one.deciding.basis.replace(" ", "_")
        if basis.startswith("indirect") and rests_on_one_indirect([self.one]):
            return basis, f"{basis}_alone"
        withheld = self.one.is_withheld and self.one.deciding.pools
        if withheld and not self.one.unbiased:
            return basis, f"{basis}_withheld"
        return basis, basis

    def _list_sections(self) -> Iterator[Section]:
        yield self._section("each_stratum", [*self._list_strata()])
        basis, heading = self._basis
        yield self._section(
            basis, [self._draw_entry(e) for e in self.deciding], heading
        )
        yield Section("pooled", "", tuple(self._list_pool()))
        for code, entries in self.others.items():
            yield self._section(code, [self._draw_entry(e) for e in entries])
        rows = [self._draw_published(row) for row in self.published]
        yield self._section("published", rows)

    def _section(self, code: str, rows: Sequence[Row], heading: str = "") -> Section:
        return Section(code, self._title(heading or code), tuple(rows))

    def _title(self, heading: str) -> str:
        return self.t.either(read_entries("claim_page")["section"][heading])

    def write(self, value: float) -> str:
        return format_number(self.of, value, self.t.language)

    def _place(self, span: Limited) -> _Place:
        low, high = self.axis.place(span.low), self.axis.place(span.high)
        at = self.axis.place(span.estimate)
        return {"at": at, "left": low, "width": round(high - low, 2)}

    def _draw_entry(self, entry: Entry) -> Row:
        reading = entry.reading
        is_public = self.t.knows(reading.study)
        return Row(
            kind=self._choose_kind(entry),
            name=self.t.source(reading.study),
            page=find_study_page(reading.study, self.t.language) if is_public else "",
            value=self._write_entry(entry),
            cases=self._describe_cases(entry),
            arrow=find_arrow(self.synthesis.about, self.one, entry),
            **self._place(entry.interval),
        )

    def _list_strata(self) -> Iterator[Row]:
        units = self._name_units(self.deciding[0]) if self.one.strata else ""
        for one in sorted(self.one.strata, key=lambda one: -one.interval.estimate):
            yield Row(
                kind="source",
                name=self.t.source(one.name),
                value=self._write_span(one.interval),
                cases=f"{format_count(one.interval.n)} {units}",
                **self._place(one.interval),
            )

    def _name_units(self, entry: Entry) -> str:
        """Name what the n of an estimate counts, such as groups."""
        return self.t.unit(self.one.get_cases(entry))

    def _describe_cases(self, entry: Entry) -> str:
        """Describe on how many units, such as groups, an estimate is based."""
        pieces = [f"{format_count(entry.interval.n)} {self._name_units(entry)}"]
        if (parts := entry.reading.parts) > 1:
            pieces.append(self.t("strip.combined_of", n=parts))
        if spans := entry.reading.list_networks(self.one.number):
            estimates = [span.estimate for span in spans.values()]
            least, most = self.write(min(estimates)), self.write(max(estimates))
            pieces.append(self.t("strip.range", low=least, high=most))
        if entry.reading.is_of_both:
            pieces.append(self.t("strip.both"))
        if entry.reading.variant != self.synthesis.variant:
            pieces.append(self.one.get_measure(entry).measure(self.t.language))
        if len(self.frames) >= SEVERAL and self._is_of_other_frame(entry):
            pieces += self._describe_frame(entry.reading.printed_frame)
        if self.one.unbiased and entry in self.one.withheld:
            pieces.append(self.t("strip.biased"))
        return self.t("told.joint").join(pieces)

    def _describe_frame(self, frame: str) -> list[str]:
        """Describe a sampling frame: groups listed, and events that end a group."""
        words = read_entries("claim_page")["frame"]
        return [self.t.either(words[piece]) for piece in frame.split(", ") if piece]

    def _choose_kind(self, entry: Entry) -> Kind:
        if entry.reading.is_one_sided:
            return "bound"
        if entry.reading.may == "nothing":
            return "shown"
        return "source" if entry in self.one.entering else "other"

    def _write_entry(self, entry: Entry) -> str | Markup:
        """Format one row of a forest plot: estimate and limits as text."""
        span, name = entry.interval, f"{self.synthesis.claim}.{entry.reading.study}"
        for own in (name, f"{name}.decides", f"{name}.in_answer"):
            marked = self.numbers.by_name.get(f"{own}.estimate")
            lowest = self.numbers.by_name.get(f"{own}.low")  # other parts' may be equal
            known = marked and lowest and (marked.value, lowest.value)
            if known == (span.estimate, span.low):
                return self.numbers.interval(own, self.t.language)
        return self._write_span(span)

    def _write_span(self, span: Limited) -> str | Markup:
        return format_interval(span, self.write)

    def _list_pool(self) -> Iterator[Row]:
        pool, names = self.one.pool, self._name_pool()
        for shown in list_place_averages(self.one, self.t):
            write = self._write_span if shown.kind == "mean" else self._write_reach
            yield Row(
                kind=shown.kind,
                name=shown.name,
                value=write(shown.span),
                **self._place(shown.span),
            )
        if pool is None:
            return
        about = {"mean": pool.mean, "prediction": pool.prediction}
        for code, span in about.items():
            name = f"{self.synthesis.claim}.pooled-{code}"
            known = self.numbers.by_name.get(f"{name}.estimate")
            is_marked = known is not None and known.value == span.estimate
            marked = self.numbers.interval(name, self.t.language) if is_marked else None
            value = marked or self._write_span(span)
            yield Row(
                kind="mean" if code == "mean" else "new",
                name=names[code],
                value=value if code == "mean" else self._write_reach(span),
                **self._place(span),
            )

    def _name_pool(self) -> dict[str, str]:
        """Name the rows of the pooled estimate: its mean, and another source."""
        words, codes = read_entries("claim_page")["pool"], ("mean", "prediction")
        return {c: self.t.either(words[c]).format(k=self.one.k) for c in codes}

    def _write_reach(self, span: Limited) -> str:
        dash = self.t.either(read_entries("claim_page")["pool"]["reach"])
        return dash.format(low=self.write(span.low), high=self.write(span.high))

    def _draw_published(self, row: Published) -> Row:
        return Row(
            kind="wechat" if row.measured.wechat else "published",
            name=capitalise(row.measured.definition(self.t.language)),
            value=self.write(row.span.estimate),
            cases=format_count(row.n) if row.n else "",
            **self._place(row.span),
        )


def _get_frame(entry: Entry) -> tuple[str, str]:
    """Return a source's name and its sampling frame (which groups it lists)."""
    return entry.reading.study, entry.reading.frame


def _get_estimate(entry: Entry) -> float:
    return entry.interval.estimate
