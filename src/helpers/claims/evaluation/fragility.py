"""Fragility: whether a verdict changes under alternative specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from helpers.claims.contract.specification import Outcome
from helpers.claims.rules.interval_rules import Rule, Word
from helpers.survival.interval import Interval

AT_LEAST_AGREE = 0.80
AT_MOST_OPPOSITE = 0.05


@dataclass(frozen=True, slots=True)
class Agreement:
    """Number of alternative specifications that agree with a verdict or contradict it.

    Attributes
    ----------
    counted, agreeing, opposite
        Of the specifications that count.
    decisive
        Decisive ones with the opposite verdict: FRAGILE.
    not_strong
        Decisive ones with an estimate on the other side of the threshold, whatever
        their interval: never STRONG.
    """

    counted: int
    agreeing: int
    opposite: int
    decisive: tuple[str, ...]
    not_strong: tuple[str, ...] = ()

    @property
    def fragile(self) -> bool:
        """Whether too few alternative analyses agree, or too many disagree."""
        few = self.agreeing < AT_LEAST_AGREE * self.counted
        return (
            few
            or self.opposite > AT_MOST_OPPOSITE * self.counted
            or bool(self.decisive)
        )


def count_agreement(
    rule: Rule, components: Sequence[Interval | None], outcomes: Sequence[Outcome]
) -> Agreement:
    """Count the alternative specifications that agree with a verdict.

    One agrees if it gives the same verdict, or INCONCLUSIVE with its estimate on the
    same side of the threshold: less data is not disagreement. So is a component that
    it lacks: sides are compared on the components that both have. One that comes out
    UNTESTABLE leaves the count.
    """
    primary, side = rule.decide(*components).word, rule.beyond(*components)
    decisive = [outcome for outcome in outcomes if outcome.decisive]
    counted = [
        outcome
        for outcome in outcomes
        if outcome.counts and outcome.word is not Word.UNTESTABLE
    ]
    return Agreement(
        counted=len(counted),
        agreeing=sum(is_agreeing(outcome, primary, side) for outcome in counted),
        opposite=sum(outcome.word.opposes(primary) for outcome in counted),
        decisive=tuple(
            outcome.name for outcome in decisive if outcome.word.opposes(primary)
        ),
        not_strong=tuple(
            outcome.name
            for outcome in decisive
            if not is_same_side(outcome.beyond, side)
        ),
    )


def is_agreeing(outcome: Outcome, primary: Word, side: tuple[bool | None, ...]) -> bool:
    """Return whether an alternative specification agrees with the verdict."""
    if outcome.word is primary:
        return True
    return outcome.word is Word.INCONCLUSIVE and is_same_side(outcome.beyond, side)


def is_same_side(
    first: tuple[bool | None, ...], other: tuple[bool | None, ...]
) -> bool:
    """Return whether two sets of estimates are on the same sides of the thresholds.

    >>> (
    ...     is_same_side((True, None), (True, True)),
    ...     is_same_side((None, False), (True, True)),
    ... )
    (True, False)
    """
    pairs = zip(first, other, strict=False)  # kinds that are compared may be fewer
    return all(a is b for a, b in pairs if a is not None and b is not None)
