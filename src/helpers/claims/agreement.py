"""Whether a verdict survives other reasonable choices: specifications and FRAGILE."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from helpers.claims.rules import Decision, Word
from helpers.errors import NotIdentifiableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from helpers.claims.rules import Rule
    from helpers.survival.interval import Interval

__all__ = ["Agreement", "Specification", "agreement", "hardened"]

AT_LEAST_AGREE = 0.80
AT_MOST_OPPOSITE = 0.05
_CAN_BE_FRAGILE = (Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL)


@dataclass(frozen=True, slots=True)
class Specification:
    """One other way to have done it.

    Attributes
    ----------
    name
        What was done differently.
    legs
        The intervals it gives, one for each leg of the rule; None where the data
        cannot show it, empty if a gate failed.
    counts
        False for a specification known to be biased: shown, not counted.
    decisive
        True if the register asks for FRAGILE as soon as this one is opposite.
    """

    name: str
    legs: tuple[Interval | None, ...] = ()
    counts: bool = True
    decisive: bool = False

    @classmethod
    def tried(
        cls,
        name: str,
        way: Callable[[], Interval | tuple[Interval | None, ...]],
        *,
        counts: bool = True,
        decisive: bool = False,
    ) -> Self:
        """Return the specification that `way` computes, empty if the data refuse."""
        try:
            found = way()
        except NotIdentifiableError:
            found = ()
        legs = found if isinstance(found, tuple) else (found,)
        return cls(name, legs, counts, decisive)

    def decide(self, rule: Rule) -> Decision:
        """Return what the rule says of this specification."""
        return rule.decide(*self.legs) if self.legs else Decision(Word.UNTESTABLE)


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
    rule: Rule,
    legs: Sequence[Interval | None],
    specifications: Sequence[Specification],
) -> Agreement:
    """Count the specifications that agree with a verdict.

    One agrees if it gives the same verdict, or INCONCLUSIVE with its estimate on the
    same side of the threshold: less data is not disagreement. One that comes out
    UNTESTABLE leaves the count.
    """
    primary, side = rule.decide(*legs).word, rule.beyond(*legs)
    decided = [(spec, spec.decide(rule).word) for spec in specifications]
    counted = [
        (word, word is primary or _same_side(rule, spec, word, side))
        for spec, word in decided
        if spec.counts and word is not Word.UNTESTABLE
    ]
    return Agreement(
        counted=len(counted),
        agreeing=sum(agrees for _, agrees in counted),
        opposite=sum(word.opposes(primary) for word, _ in counted),
        decisive=tuple(s.name for s, w in decided if s.decisive and w.opposes(primary)),
    )


def _same_side(
    rule: Rule, spec: Specification, word: Word, side: tuple[bool | None, ...]
) -> bool:
    return word is Word.INCONCLUSIVE and rule.beyond(*spec.legs) == side


def hardened(decision: Decision, found: Agreement) -> Decision:
    """Return the verdict, or FRAGILE where it does not survive; nothing else moves."""
    if decision.word not in _CAN_BE_FRAGILE or not found.fragile:
        return decision
    reason = (
        f"{decision.word}, but {found.agreeing} of {found.counted} specifications agree"
        f" and {found.opposite} are opposite"
    )
    if found.decisive:
        reason += f"; opposite at {', '.join(found.decisive)}"
    return replace(decision, word=Word.FRAGILE, qualifiers=(), reason=reason)
