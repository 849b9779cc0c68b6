"""Combine the verdicts of several sources on a claim by counting them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from helpers.claims.claim import Claim
from helpers.claims.contract.card import Card, Measure
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.source_names import is_named
from helpers.claims.rules.interval_rules import All, Word
from helpers.survival import Interval

HALF = 0.5
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}
DECIDED = (Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL)


def is_stand_in(verdict: Verdict) -> bool:
    """Return whether a verdict rests on an indirect measure."""
    return "proxy" in verdict.qualifiers


def combine_answers(
    claim: Claim, verdicts: Sequence[Verdict], strata: Verdict | None
) -> Answered:
    """Combine the verdicts of all sources on a claim, or use the pooled one."""
    testable = [v for v in verdicts if v.word not in SILENT]
    pooled = strata is not None and strata.word not in SILENT
    deciding = [strata] if pooled and strata else _select_comparable(testable)
    refused = tuple(v for v in verdicts if v.has_failed or v.refusal)
    yours = bool(verdicts) and not any(is_named(v.study) for v in verdicts)
    return Answered(claim, tuple(deciding), pooled, refused, yours)


def _select_comparable(able: Sequence[Verdict]) -> list[Verdict]:
    """Select verdicts on one quantity: the claimed one, else the most frequent proxy.

    A source without a number of its own speaks with each of its parts: told as one, it
    would hide those that differ.
    """
    verdicts = [verdict for v in able for verdict in _list_speaking(v)]
    own = [v for v in verdicts if not is_stand_in(v)] or verdicts
    most = Counter(v.variant for v in own).most_common(1)
    return [v for v in own if v.variant == most[0][0]] if most else []


def _list_speaking(verdict: Verdict) -> Sequence[Verdict]:
    testable = [part for part in verdict.parts if part.word not in SILENT]
    return testable if testable and not any(verdict.components) else [verdict]


@dataclass(frozen=True)
class Answered:
    """The verdicts on a claim that decide its answer, and their combination.

    Attributes
    ----------
    claim
        That is answered.
    deciding
        The verdicts told of.
    pooled
        Whether the one verdict is over several sources.
    refused
        Verdicts of sources that record what is asked for and have too little of it.
    yours
        Whether all verdicts are of a user's own groups.
    """

    claim: Claim
    deciding: tuple[Verdict, ...]
    pooled: bool
    refused: tuple[Verdict, ...]
    yours: bool = False

    @property
    def card(self) -> Card:
        """The wording of the claim."""
        return self.claim.wording

    @property
    def words(self) -> Counter[Word]:
        """How many sources gave each verdict, by the verdict's name."""
        return Counter(v.word for v in self.deciding if v.word)

    @property
    def decided(self) -> list[Word]:
        """The decisive verdicts (SUPPORTED, CONTRADICTED) given by any source."""
        return [word for word in DECIDED if self.words[word]]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The quantities of which the combined answer reports estimates."""
        return self.card.measures(self.variant)

    @property
    def variant(self) -> str:
        """Name of the indirect measure reported; empty for the direct one."""
        return self.deciding[0].variant if self.deciding else ""

    @property
    def by_components(self) -> bool:
        """Whether the answer reports each part of a composite claim separately."""
        return isinstance(self.claim.rule, All)

    @property
    def many(self) -> int:
        """Number of sources with the same verdict as the combined one."""
        return sum(v.word == self.word for v in self.deciding)

    @property
    def is_fragile(self) -> bool:
        """Whether at least half of the sources' verdicts on the claim are fragile."""
        return self.words[Word.FRAGILE] >= HALF * len(self.deciding)

    @property
    def only_shown(self) -> bool:
        """Whether all sources are for information only, so none decides the claim."""
        return not any(v.decides for v in self.deciding)

    @property
    def word(self) -> str:
        """The combined verdict of all sources."""
        if self.card.why.en:
            return Word.UNFALSIFIABLE
        if not self.deciding:
            return Word.UNTESTABLE
        if self.is_fragile:
            return Word.FRAGILE
        if len(self.decided) > 1:
            return "MIXED"
        if self.decided and self.words[self.decided[0]] >= HALF * len(self.deciding):
            return self.decided[0]
        components = self.components if self.by_components else ()
        holds = any(component.word is Word.SUPPORTED for component in components)
        against = any(component.word is Word.CONTRADICTED for component in components)
        return "HALF" if holds and not against else Word.INCONCLUSIVE

    @cached_property
    def components(self) -> tuple[ComponentAnswer, ...]:
        """Estimates and verdict of each component of a composite claim."""
        rule = self.claim.rule
        rules = rule.rules if isinstance(rule, All) else ()
        components = []
        for number, (component_rule, measure) in enumerate(
            zip(rules, self.measures, strict=True)
        ):
            intervals = tuple(self.intervals(number))
            words = Counter(
                component_rule.decide(component).word for component in intervals
            )
            word = _find_commonest(words)
            components.append(ComponentAnswer(measure, intervals, word, words[word]))
        return tuple(components)

    def intervals(self, number: int) -> Iterator[Interval]:
        """Yield the estimates of one part of a claim, by source or network.

        Components that are alike are all yielded.
        """
        shows_all = self.measures[min(number, len(self.measures) - 1)].shown == "all"
        for verdict in self.deciding:
            for part in [verdict] if any(verdict.components) else verdict.parts:
                components = (
                    part.components
                    if shows_all
                    else part.components[number : number + 1]
                )
                yield from (
                    component for component in components if component is not None
                )


def _find_commonest(words: Mapping[Word, int]) -> Word:
    """Return the verdict of most sources on one part of a claim, or INCONCLUSIVE."""
    decided = sorted(
        (word for word in DECIDED if words.get(word)), key=lambda word: -words[word]
    )
    if decided and (
        len(decided) == 1 or words[decided[0]] > HALF * sum(words.values())
    ):
        return decided[0]
    return Word.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """The answer on one part of a claim over all sources: estimates and verdict."""

    measure: Measure
    known: tuple[Interval, ...]
    word: Word
    many: int
