"""Sensitivity of a pooled estimate to other sources and other definitions.

An analysis by another definition asks another question, such as whether a group ever
paused instead of whether it stayed silent, so it is no alternative that could agree
with the answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from helpers.claims.contract.finding import Range
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval
from helpers.synthesis.component import Component, Entry
from helpers.synthesis.decision import confirm_side, find_side, is_biased_towards
from helpers.synthesis.pooling import (
    FEWEST_POOLED,
    Method,
    Pool,
    combine_parts,
    pool_effects,
)
from helpers.synthesis.published import Published
from helpers.synthesis.scales import Effect, to_effect

FEWEST_COMPARED = 2
FOUNDED = "all created"  # groups listed whether or not they ever spoke
SPOKEN = ", ever started"  # ends the name of a supplementary estimate
REGISTERED = "registered"  # each source by the groups that its own verdict is about


class Weighed(NamedTuple):
    """One source's effect for pooling, with its number of units."""

    effect: Effect
    n: int


@dataclass(frozen=True, slots=True)
class Line:
    """A pooled estimate in a sensitivity analysis, such as without one source.

    Attributes
    ----------
    code
        Which choice: ``without``, ``without-favouring``, ``with``,
        ``with-registered``, ``with-indirect``, ``with-published``, ``reml``,
        ``highest`` or ``lowest``.
    of
        The source left out or added; else empty.
    side
        On which side the pooled interval lies; None where on neither.
    """

    code: str
    of: str
    k: int
    mean: Interval
    prediction: Interval
    side: Word | None


def list_sensitivity(
    component: Component, published: Sequence[Published] = ()
) -> tuple[Line, ...]:
    """List the pooled estimates of the sensitivity analyses; empty without a pool."""
    if component.pool is None:
        return ()
    return tuple(_build_lines(component, published))


def _build_lines(
    component: Component, published: Sequence[Published]
) -> Iterator[Line]:
    entering = component.entering
    own = _weigh(entering)
    for nth, entry in enumerate(entering):
        rest = [*own[:nth], *own[nth + 1 :]]
        if len(rest) >= FEWEST_POOLED:
            yield _build_line(component, "without", rest, of=entry.reading.study)
    yield from _list_without_biased(component)
    yield from list_with_excluded(component)
    yield from list_with_excluded(component, registered=True)
    if more := _list_indirect(component):
        yield _build_line(component, "with-indirect", [*own, *more])
    yield from list_with_published(component, published)
    yield _build_line(component, "reml", own, method="REML")
    for code, sign in (("highest", 1), ("lowest", -1)):
        yield _build_line(
            component, code, [_select_extreme(component, e, sign) for e in entering]
        )


def _list_without_biased(component: Component) -> Iterator[Line]:
    """Yield the average without the sources biased towards its side."""
    kept = _weigh(component.unbiased)
    if FEWEST_POOLED <= len(kept) < len(component.entering):
        yield _build_line(component, "without-favouring", kept)


def list_with_excluded(
    component: Component, *, registered: bool = False
) -> Iterator[Line]:
    """Yield the averages with one source more that is shown but does not count.

    If `registered`, over the groups that each source's own verdict is about; none
    where these are the groups that decide.
    """
    own = _list_first(component) if registered else _weigh(component.entering)
    for entry in _list_excluded(component) if own else ():
        if excluded := _weigh([entry]):
            study = entry.reading.study
            code = "with-registered" if registered else "with"
            yield _build_line(component, code, [*own, *excluded], of=study)


def list_with_published(
    component: Component, published: Sequence[Published]
) -> Iterator[Line]:
    """Yield the average with the published studies, if any has a number of units."""
    own = _weigh(component.entering)
    more = _list_published_effects(component, published)
    if more and component.pool is not None:
        yield _build_line(component, "with-published", [*own, *more])


def _build_line(
    component: Component,
    code: str,
    rows: Sequence[Weighed],
    *,
    of: str = "",
    method: Method = "PM",
) -> Line:
    pool: Pool = pool_effects(
        [row.effect for row in rows],
        component.scale,
        n=sum(row.n for row in rows),
        method=method,
    )
    rule = component.rule
    side = None if rule is None else find_side(rule, [pool.mean], component.level)
    return Line(code, of, pool.k, pool.mean, pool.prediction, side)


def _weigh(entries: Iterable[Entry]) -> list[Weighed]:
    """List the effects of estimates, each with its number of units."""
    return [Weighed(e.effect, e.interval.n) for e in entries if e.effect is not None]


def _list_first(component: Component) -> list[Weighed]:
    """List the effects over the registered rule's groups; empty if these decide."""
    registered = _list_registered(component)
    return [Weighed(each.effect, each.n) for each in registered if each.effect]


def _list_excluded(component: Component) -> list[Entry]:
    """Return direct estimates of the deciding frame that are shown only."""
    deciding = component.deciding
    frame = deciding.readings[0].printed_frame
    return component.entries(
        [
            reading
            for reading in deciding.others
            if deciding.role(reading) == "shown"
            and not reading.indirect
            and reading.printed_frame == frame
            and reading.variant == deciding.variant
        ]
    )


def _list_indirect(component: Component) -> list[Weighed]:
    """Return effects of indirect sources to add to the pool, if direct ones decide."""
    if component.deciding.basis != "direct":
        return []
    others = [r for r in component.deciding.others if r.indirect and r.may == "both"]
    taken = {e.reading.study for e in component.entering}
    once = {r.study: r for r in reversed(others) if r.study not in taken}
    return _weigh(component.entries(list(once.values())))


def _list_published_effects(
    component: Component, published: Sequence[Published]
) -> list[Weighed]:
    return [
        Weighed(effect, row.n)
        for row in published
        if row.n and (effect := to_effect(row.span, component.scale, row.n))
    ]


def _select_extreme(component: Component, entry: Entry, sign: int) -> Weighed:
    """Return the highest (or lowest) of a source's alternative estimates."""
    own = entry.interval
    spans = [Range(own.estimate, own.low, own.high), *_list_specified(entry, component)]
    effects = [e for span in spans if (e := to_effect(span, component.scale, own.n))]
    return Weighed(max(effects, key=lambda effect: sign * effect.value), own.n)


def _list_specified(entry: Entry, component: Component) -> Iterator[Range]:
    alternatives = entry.reading.alternatives if entry.reading.parts == 1 else ()
    for outcome in (outcome for each in alternatives for outcome in each.outcomes):
        components = outcome.components[component.number : component.number + 1]
        if outcome.counts and components and components[0] is not None:
            yield components[0]


@dataclass(frozen=True, slots=True)
class Redefined:
    """The estimates of the deciding sources by another definition.

    Attributes
    ----------
    name
        Of the definition, as analyses are named; or ``registered``.
    values
        The estimate of each source that shows it.
    mean
        Their average at random effects; None for fewer than three sources.
    side
        On which side the average's interval lies, and the sources not biased towards
        it; None where on neither.
    """

    name: str
    values: tuple[float, ...]
    mean: Interval | None
    side: Word | None

    @property
    def k(self) -> int:
        """How many of the sources show it."""
        return len(self.values)

    @property
    def least(self) -> float:
        """The smallest estimate."""
        return min(self.values, default=math.nan)

    @property
    def most(self) -> float:
        """The largest estimate."""
        return max(self.values, default=math.nan)


class _Estimate(NamedTuple):
    """One source's estimate, and its effect for pooling where it has one."""

    value: float
    effect: Effect | None
    n: int
    verdict: Verdict | None = None


def list_redefined(component: Component) -> tuple[Redefined, ...]:
    """List what other definitions give in two or more of the sources that decide."""
    found: dict[str, list[_Estimate]] = {}
    for entry in component.entering:
        estimates = _list_supplements(component, entry) | {
            name: _combine_networks(component, spans, entry.interval.n)
            for name, spans in _group_uncounted(component, entry).items()
        }
        for name, estimate in estimates.items():
            own = estimate._replace(verdict=entry.reading.verdict)
            found.setdefault(name, []).append(own)
    if registered := _list_registered(component):
        found[REGISTERED] = registered
    return tuple(
        _build_redefined(component, name, estimates)
        for name, estimates in found.items()
        if len(estimates) >= FEWEST_COMPARED
    )


def _build_redefined(
    component: Component, name: str, estimates: Sequence[_Estimate]
) -> Redefined:
    values = tuple(estimate.value for estimate in estimates)
    usable = [estimate for estimate in estimates if estimate.effect is not None]
    if len(usable) < FEWEST_POOLED:
        return Redefined(name, values, None, None)
    (mean,) = _average_estimates(component, estimates)
    find = partial(_find_side_of, component)
    return Redefined(name, values, mean, confirm_side(estimates, find, _may_decide))


def _find_side_of(component: Component, estimates: Sequence[_Estimate]) -> Word | None:
    """Return on which side of the threshold the average of estimates is."""
    if component.rule is None:
        return None
    intervals = _average_estimates(component, estimates)
    return find_side(component.rule, intervals, component.level)


def _may_decide(side: Word | None, estimate: _Estimate) -> bool:
    """Return whether an estimate's source has no bias towards a side."""
    return estimate.verdict is None or not is_biased_towards(side, estimate.verdict)


def _average_estimates(
    component: Component, estimates: Sequence[_Estimate]
) -> list[Interval]:
    """Return the average of three estimates or more, or the interval of each."""
    scale = component.scale
    usable = [(each.effect, each.n) for each in estimates if each.effect is not None]
    if len(usable) < FEWEST_POOLED:
        return [effect.to_interval(scale, n, "one source") for effect, n in usable]
    n = sum(each.n for each in estimates)
    return [pool_effects([effect for effect, _ in usable], scale, n=n).mean]


def list_uncounted(component: Component) -> list[Range]:
    """List the deciding sources' analyses of one quantity that do not count."""
    return [
        span
        for entry in component.entering
        for spans in _group_uncounted(component, entry).values()
        for span in spans
    ]


def _group_uncounted(component: Component, entry: Entry) -> dict[str, list[Range]]:
    """Group a source's analyses that do not count by name, one for each network."""
    found: dict[str, list[Range]] = {}
    for alternatives in entry.reading.alternatives:
        for outcome in alternatives.outcomes:
            if outcome.counts or len(outcome.components) <= component.number:
                continue
            if (span := outcome.components[component.number]) is not None:
                found.setdefault(outcome.name, []).append(span)
    return found


def _combine_networks(
    component: Component, spans: Sequence[Range], n: int
) -> _Estimate:
    effects = [to_effect(span, component.scale, n) for span in spans]
    if len(spans) == 1:
        return _Estimate(spans[0].estimate, effects[0], n)
    effect = combine_parts([each for each in effects if each is not None])
    whole = effect.to_interval(component.scale, n, f"{len(effects)} networks")
    return _Estimate(whole.estimate, effect, n)


def _list_supplements(component: Component, entry: Entry) -> dict[str, _Estimate]:
    """Return a source's supplementary estimates of groups with a message, by name.

    Only where the answer counts such groups.
    """
    reading = entry.reading
    if component.number or not reading.common:
        return {}
    listed = reading.verdict.frame.partition(",")[0]
    return {
        name.removesuffix(SPOKEN): _Estimate(
            interval.estimate,
            to_effect(interval, component.scale, interval.n),
            interval.n,
        )
        for name, interval, frame in reading.verdict.beside
        if (frame or listed) != FOUNDED
    }


def _list_registered(component: Component) -> list[_Estimate]:
    """List each source's estimate of the groups that its own verdict is about.

    Empty where these are the estimates that decide.
    """
    return [
        _Estimate(e.interval.estimate, e.effect, e.interval.n, e.reading.verdict)
        for e in component.registered
    ]
