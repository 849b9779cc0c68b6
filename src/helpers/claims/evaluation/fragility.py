"""Whether a verdict survives other reasonable choices: FRAGILE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from helpers.claims.contract.specification import Outcome
from helpers.claims.rules.interval_rules import Decision, Rule, Word
from helpers.survival.interval import Interval

AT_LEAST_AGREE = 0.80
AT_MOST_OPPOSITE = 0.05
CAN_BE_FRAGILE = (Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of the specifications that count agree, and which decide against."""

    counted: int
    agreeing: int
    opposite: int
    decisive: tuple[str, ...]

    @property
    def fragile(self) -> bool:
        """Whether the verdict does not survive the specifications."""
        few = self.agreeing < AT_LEAST_AGREE * self.counted
        return (
            few
            or self.opposite > AT_MOST_OPPOSITE * self.counted
            or bool(self.decisive)
        )


def agreement(
    rule: Rule, legs: Sequence[Interval | None], outcomes: Sequence[Outcome]
) -> Agreement:
    """Count the specifications that agree with a verdict.

    One agrees if it gives the same verdict, or INCONCLUSIVE with its estimate on the
    same side of the threshold: less data is not disagreement. One that comes out
    UNTESTABLE leaves the count.
    """
    primary, side = rule.decide(*legs).word, rule.beyond(*legs)
    counted = [
        outcome
        for outcome in outcomes
        if outcome.counts and outcome.word is not Word.UNTESTABLE
    ]
    return Agreement(
        counted=len(counted),
        agreeing=sum(agrees(outcome, primary, side) for outcome in counted),
        opposite=sum(outcome.word.opposes(primary) for outcome in counted),
        decisive=tuple(
            outcome.name
            for outcome in outcomes
            if outcome.decisive and outcome.word.opposes(primary)
        ),
    )


def agrees(one: Outcome, primary: Word, side: tuple[bool | None, ...]) -> bool:
    """Say whether a specification agrees with a verdict found on a side."""
    if one.word is primary:
        return True
    return one.word is Word.INCONCLUSIVE and one.beyond == side


def downgraded(decision: Decision, found: Agreement) -> Decision:
    """Return the verdict, or FRAGILE where it does not survive; nothing else moves."""
    if decision.word not in CAN_BE_FRAGILE or not found.fragile:
        return decision
    reason = (
        f"{decision.word}, but {found.agreeing} of {found.counted} specifications agree"
        f" and {found.opposite} are opposite"
    )
    if found.decisive:
        reason += f"; opposite at {', '.join(found.decisive)}"
    return replace(decision, word=Word.FRAGILE, qualifiers=(), reason=reason)
