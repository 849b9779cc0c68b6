"""A claim's answer by other definitions, in the sources that decide it.

Such an analysis asks another question, such as whether a group ever paused instead of
whether it stayed silent, so it is no alternative that could agree with the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.claims.contract.finding import Range
from helpers.claims.rules.interval_rules import Word
from helpers.survival import Interval
from helpers.synthesis.component import Component, Entry
from helpers.synthesis.decision import find_side
from helpers.synthesis.pooling import FEWEST_POOLED, combine_parts, pool_effects
from helpers.synthesis.scales import Effect, to_effect

FEWEST_COMPARED = 2
FOUNDED = "all created"  # groups listed whether or not they ever spoke
SPOKEN = ", ever started"  # ends the name of a supplementary estimate
REGISTERED = "registered"  # each source by the groups that its own verdict is about


@dataclass(frozen=True, slots=True)
class Redefined:
    """The estimates of the deciding sources by another definition.

    Attributes
    ----------
    name
        Of the definition, as analyses are named; or ``registered``.
    k
        How many of the sources show it.
    least, most
        The smallest and largest estimate.
    mean
        Their average at random effects; None for fewer than three sources.
    side
        On which side the average's interval lies; None where on neither.
    """

    name: str
    k: int
    least: float
    most: float
    mean: Interval | None
    side: Word | None


class _Estimate(NamedTuple):
    """One source's estimate, and its effect for pooling where it has one."""

    value: float
    effect: Effect | None
    n: int


def list_redefined(component: Component) -> tuple[Redefined, ...]:
    """List what other definitions give in two or more of the sources that decide."""
    found: dict[str, list[_Estimate]] = {}
    for entry in component.entering:
        estimates = _list_supplements(component, entry) | {
            name: _combine_networks(component, spans, entry.interval.n)
            for name, spans in _group_uncounted(component, entry).items()
        }
        for name, estimate in estimates.items():
            found.setdefault(name, []).append(estimate)
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
    values = [estimate.value for estimate in estimates]
    effects = [estimate.effect for estimate in estimates if estimate.effect is not None]
    mean, side = None, None
    if len(effects) >= FEWEST_POOLED:
        n = sum(estimate.n for estimate in estimates)
        mean = pool_effects(effects, component.scale, n=n).mean
        if component.rule is not None:
            side = find_side(component.rule, [mean], component.level)
    return Redefined(name, len(values), min(values), max(values), mean, side)


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
    """Return a source's supplementary estimates of groups that ever spoke, by name.

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
    registered = [r for r in component.deciding.others if r.registered]
    own = {e.reading.study: e for e in component.entries(registered)}
    entering = component.entering
    if not any(entry.reading.study in own for entry in entering):
        return []
    chosen = [own.get(entry.reading.study, entry) for entry in entering]
    return [_Estimate(e.interval.estimate, e.effect, e.interval.n) for e in chosen]
