"""One pooled estimate of a claim: entries by source, interval, verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from helpers.claims.claim import Claim
from helpers.claims.contract.card import Measure
from helpers.claims.contract.finding import Supplement
from helpers.claims.rules.interval_rules import All, Rule, Word
from helpers.survival import Interval
from helpers.survival.interval import ScaleName
from helpers.synthesis.deciding import Deciding
from helpers.synthesis.decision import (
    Answer,
    confirm_side,
    decide_answer,
    find_decided_word,
    find_side,
    find_withheld,
    is_biased_towards,
    is_same_side,
)
from helpers.synthesis.pooling import FEWEST_POOLED, Pool, pool_effects
from helpers.synthesis.readings import DECIDED, Reading
from helpers.synthesis.scales import Effect, scale_of, to_effect

LEVEL = 0.05
# name of an estimate within one place: which two sizes it compares
COMPARISON = re.compile(r"within .+, (\S+ over .+), (\d+) and (\d+) groups")
ENOUGH_GROUPS = 10  # of either size, for a place in the averages without small ones


def name_other_size(comparison: str) -> str:
    """Return the size with which groups are compared.

    >>> name_other_size("10–30 over < 10")
    '< 10'
    """
    return comparison.rpartition(" over ")[2]


class Entry(NamedTuple):
    """One source's estimate: its confidence interval and its effect for pooling."""

    reading: Reading
    interval: Interval
    effect: Effect | None


def pool_places(strata: Sequence[Supplement], scale: ScaleName) -> Pool | None:
    """Average the places of one estimate at random effects; None for fewer than three.

    The estimate itself has one effect for all places (fixed effects).
    """
    places = [place.interval for place in strata]
    effects = [to_effect(interval, scale, interval.n) for interval in places]
    usable = [effect for effect in effects if effect is not None]
    if len(usable) < FEWEST_POOLED:
        return None
    return pool_effects(usable, scale, n=sum(interval.n for interval in places))


@dataclass(frozen=True)
class Component:
    """Estimates of one quantity from several sources, with the decision rule for them.

    Attributes
    ----------
    number
        Which part of the claim's rule it is, from 0.
    measure, scale
        What is measured, and where it is pooled.
    rule
        What decides it; None where a rule takes several numbers at once.
    level
        At which a part of several has to be contradicted too.
    deciding
        Which sources decide.
    """

    number: int
    measure: Measure
    scale: ScaleName
    rule: Rule | None
    level: float | None
    deciding: Deciding

    def entries(self, readings: Sequence[Reading]) -> list[Entry]:
        """Return one entry for each source that reports this quantity."""
        return list(self._entries(readings))

    def _entries(self, readings: Sequence[Reading]) -> Iterator[Entry]:
        for reading in readings:
            components = reading.components[self.number : self.number + 1]
            if components and (component := components[0]) is not None:
                yield Entry(
                    reading, component, to_effect(component, self.scale, component.n)
                )

    def get_measure(self, entry: Entry) -> Measure:
        """Return what a source measured for this part: the quantity or a proxy."""
        reading = entry.reading
        measures = reading.verdict.about.wording.measures(reading.variant)
        return measures[min(self.number, len(measures) - 1)]

    def get_cases(self, entry: Entry) -> str:
        """Return the kind of units that an estimate's n counts, such as groups."""
        return self.get_measure(entry).cases or entry.reading.verdict.cases

    def count_units(self, entries: Iterable[Entry]) -> Counter[str]:
        """Count the units behind estimates by kind, such as people and groups."""
        units: Counter[str] = Counter()
        for entry in entries:
            units[self.get_cases(entry)] += entry.interval.n
        return units

    @property
    def n(self) -> int | None:
        """Number of units behind the average; None if they are of several kinds."""
        units = self.count_units(self.entering)
        return units.total() if len(units) == 1 else None

    @cached_property
    def entering(self) -> list[Entry]:
        """Estimates of the deciding sources that can be pooled."""
        entries = self.entries(self.deciding.readings)
        return [entry for entry in entries if entry.effect is not None]

    @property
    def k(self) -> int:
        """Number of deciding sources (or strata)."""
        strata = [len(e.reading.verdict.sources) for e in self.entering]
        return sum(strata) if self.deciding.basis == "strata" else len(strata)

    @property
    def strata(self) -> tuple[Supplement, ...]:
        """Estimates in each stratum, if one stratified estimate decides alone."""
        if self.number or len(self.entering) != 1:
            return ()
        strata = self.entering[0].reading.verdict.places
        return strata if len(strata) >= FEWEST_POOLED else ()

    @cached_property
    def pool(self) -> Pool | None:
        """Pooled estimate of the deciding sources; None with fewer than three."""
        return self.pooled(self.entering)

    @cached_property
    def places(self) -> Pool | None:
        """Average of the strata, each with an effect of its own; None for too few."""
        return pool_places(self.strata, self.scale)

    @cached_property
    def comparisons(self) -> Mapping[str, Pool]:
        """Average of the strata, by which two sizes are compared: ``10–30 over < 10``.

        Shown only; comparisons with fewer than three strata are left out.
        """
        return self._average_comparisons()

    @cached_property
    def comparisons_of_many(self) -> Mapping[str, Pool]:
        """The same averages without strata of fewer than ten groups of either size."""
        return self._average_comparisons(ENOUGH_GROUPS)

    def _average_comparisons(self, least: int = 0) -> Mapping[str, Pool]:
        """Average the strata with enough groups of either size, by sizes compared."""
        compared = self._compare_sizes(least).items()
        pools = {name: pool_places(own, self.scale) for name, own in compared}
        return {name: pool for name, pool in pools.items() if pool is not None}

    def _compare_sizes(self, least: int = 0) -> Mapping[str, list[Supplement]]:
        """Return the estimates of strata by the sizes that they compare, as ordered."""
        by_sizes: dict[str, list[Supplement]] = {}
        if not self.strata:
            return by_sizes
        for one in self.entering[0].reading.verdict.beside:
            match = COMPARISON.fullmatch(one.name)
            if match and min(int(match[2]), int(match[3])) >= least:
                by_sizes.setdefault(match[1], []).append(one)
        return by_sizes

    @property
    def mean(self) -> Interval | None:
        """The average, or the only source's estimate; None where there is neither."""
        single = self.entering[0].interval if len(self.entering) == 1 else None
        return self.pool.mean if self.pool else single

    @property
    def is_alike(self) -> bool:
        """Whether the sources differ by no more than chance would make them."""
        return self.pool is not None and self.pool.tau == 0

    def pooled(self, entries: Sequence[Entry]) -> Pool | None:
        """Pool given sources' estimates; None if too few or not poolable."""
        pairs = [(e.effect, e.interval.n) for e in entries if e.effect is not None]
        if len(pairs) < FEWEST_POOLED or not self.deciding.pools:
            return None
        effects = [effect for effect, _ in pairs]
        return pool_effects(effects, self.scale, n=sum(n for _, n in pairs))

    def intervals(self, entries: Sequence[Entry]) -> list[Interval]:
        """Return the intervals that the rule judges: pooled, or of each source."""
        pool = self.pooled(entries)
        return [pool.mean] if pool else [entry.interval for entry in entries]

    @cached_property
    def side(self) -> Word | None:
        """Verdict on the groups that count and on those that the rule was fixed for."""
        return None if self.is_late else self.confirmed

    @property
    def is_late(self) -> bool:
        """Whether only groups chosen after numbers had been seen give the verdict."""
        if self.confirmed is None or not self.registered:
            return False
        return not is_same_side(self.confirmed, self.confirm(self.registered))

    @cached_property
    def confirmed(self) -> Word | None:
        """Verdict on the groups that count, with and without biased sources."""
        return self.confirm(self.entering)

    def confirm(self, entries: Sequence[Entry]) -> Word | None:
        """Return the verdict that estimates support with and without biased sources."""
        return confirm_side(entries, self._side, _may_decide)

    @cached_property
    def registered(self) -> list[Entry]:
        """Estimates of the groups that the rule was fixed for; empty if they count."""
        fixed = [other for other in self.deciding.others if other.registered]
        own = {entry.reading.study: entry for entry in self.entries(fixed)}
        late = {e.reading.study for e in self.entering if not e.reading.registered}
        if not late & own.keys():
            return []
        return [
            own.get(e.reading.study, e) if e.reading.study in late else e
            for e in self.entering
        ]

    @cached_property
    def apparent(self) -> Word | None:
        """Verdict that the estimates support if no source were biased."""
        return self._side(self.entering)

    @property
    def is_withheld(self) -> bool:
        """Whether only biases or failed checks of sources withhold a verdict."""
        return self.confirmed is None and self.apparent is not None

    @cached_property
    def unbiased(self) -> list[Entry]:
        """Estimates of sources that may decide towards the side of all estimates."""
        return [each for each in self.entering if _may_decide(self.apparent, each)]

    @cached_property
    def biased(self) -> list[Entry]:
        """Estimates of the other sources: their biases or checks favour that side."""
        return [entry for entry in self.entering if entry not in self.unbiased]

    @cached_property
    def withheld(self) -> list[Entry]:
        """Estimates that a bias favours: towards their own side or that of all."""
        return [
            entry
            for entry in self.entering
            if entry in self.biased
            or is_biased_towards(self._side([entry]), entry.reading.verdict)
        ]

    @property
    def k_biased(self) -> int:
        """Number of sources that may not decide towards that side."""
        return len(self.biased)

    @property
    def k_free(self) -> int:
        """Number of sources without such a bias; all if there is no verdict."""
        return self.k if self.side is None else self.k - self.k_biased

    def _side(self, entries: Sequence[Entry]) -> Word | None:
        if self.rule is None:
            return _find_verdict_side(entries)
        side = find_side(self.rule, self.intervals(entries), self.level)
        if not self.deciding.basis.endswith("bounds"):
            return side
        words = [find_decided_word(e.reading, self.rule, e.interval) for e in entries]
        return side if all(is_same_side(side, word) for word in words) else None

    @property
    def is_single_indirect(self) -> bool:
        """Whether it rests on one indirect source, which decides nothing."""
        return self.deciding.indirect and self.k == 1

    @cached_property
    def answer(self) -> Answer:
        """Combined answer of the sources, such as supported or undecided."""
        side = None if self.is_single_indirect else self.side
        return decide_answer(side, self.by_source, self.by_interval)

    @property
    def smaller(self) -> bool:
        """Whether the effect exists but is smaller than claimed."""
        return self.side is Word.TOO_SMALL

    @property
    def by_source(self) -> list[Word | None]:
        """Verdict of each source with a direct measure, None if undecided."""
        direct = [r for r in self.deciding.readings if not r.indirect]
        entries = self.entries([*direct, *self.deciding.bounds])
        return [self._own_word(entry) for entry in entries]

    def _own_word(self, entry: Entry) -> Word | None:
        if self.rule is None:
            word = entry.reading.verdict.word
            return word if word in DECIDED else None
        return find_decided_word(entry.reading, self.rule, entry.interval)

    @property
    def by_interval(self) -> list[Word | None]:
        """Verdict by each source's interval; None if it crosses the threshold."""
        if self.rule is None:
            return [self._own_word(entry) for entry in self.entering]
        return [find_side(self.rule, [entry.interval]) for entry in self.entering]

    @property
    def predicted(self) -> Word | None:
        """Verdict by the prediction interval; None if it crosses the threshold."""
        if self.pool is None or self.rule is None:
            return None
        return find_side(self.rule, [self.pool.prediction])


def _find_verdict_side(entries: Sequence[Entry]) -> Word | None:
    """Return the verdict that all sources share, or None."""
    words = {entry.reading.verdict.word for entry in entries}
    return words.pop() if len(words) == 1 and words <= DECIDED else None


def compute_part_level(rule: All) -> float:
    """Compute the confidence level at which one part of a rule refutes a claim."""
    return 1 - LEVEL / len(rule.rules)


def list_components(claim: Claim, deciding: Deciding) -> tuple[Component, ...]:
    """List the estimates of which a claim consists, one per part of its decision rule.

    A rule that takes several numbers at once is shown by the number that leads it.
    """
    rule, card = claim.rule, claim.wording
    variant = deciding.variant
    measures = card.measures(variant)
    if isinstance(rule, All):
        level = compute_part_level(rule)
        pairs = zip(rule.rules, measures, strict=True)
        return tuple(
            Component(number, measure, scale_of(measure, part), part, level, deciding)
            for number, (part, measure) in enumerate(pairs)
        )
    several = max((len(r.components) for r in deciding.readings), default=1) > 1
    number = card.lead(variant) if several else 0
    measure = measures[number]
    scale, single = scale_of(measure, rule), None if several else rule
    return (Component(number, measure, scale, single, None, deciding),)


def _may_decide(side: Word | None, entry: Entry) -> bool:
    """Return whether an estimate's source may decide towards a side."""
    verdict = entry.reading.verdict
    withheld = is_same_side(side, find_withheld(verdict))
    return not withheld and not is_biased_towards(side, verdict)
