"""The range of values that a claim states, such as "at least 90%"."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from helpers.claims.claim import Claim
from helpers.claims.contract.card import Of, format_number
from helpers.claims.evaluation.sentences import get_form
from helpers.claims.rules.interval_rules import All, ClaimedRange
from helpers.wording.messages import Language

PLAIN = {"ratio", "number", "difference"}  # kinds of numbers that have no unit
COMPARED = {"ratio", "difference", "points"}  # articles give no number of these


@dataclass(frozen=True, slots=True)
class Claimed:
    """The range of values that a claim states for its estimate.

    Attributes
    ----------
    claim
        That states it.
    range
        Between which values.
    null
        The value of no effect, where there is one.
    """

    claim: Claim
    range: ClaimedRange
    null: float | None

    @property
    def low(self) -> float:
        """Lower end of the range of values that the claim states."""
        return self.range.low

    @property
    def high(self) -> float:
        """Upper end of the range of values that the claim states."""
        return self.range.high

    @property
    def bar(self) -> float | None:
        """The claim's only threshold; None if its range of values has two ends."""
        return self.range.threshold

    def is_ours(self, of: Of) -> bool:
        """Return whether we chose the threshold of an estimate, not the article.

        >>> describe_claimed_range(Claim.of("s0-three-month-death")).is_ours("share")
        False
        """
        return self.claim.entry.threshold_source == "ours" or of in COMPARED

    def says(self, language: Language, component: int = 0) -> str:
        r"""Return in words the range of values that the claim states.

        >>> told = describe_claimed_range(Claim.of("s0-three-month-death"))
        >>> told.says("en").replace("\u202f", " "), told.says("zh")[:2]
        ('more than 50 %', '高于')
        """
        of = self.claim.components[component].of
        low, high = (
            f"{end:g}" if of in PLAIN else format_number(of, end, language)
            for end in (self.low, self.high)
        )
        value = low if self.high == inf else high
        words = get_form(f"claimed.{self.range.form}", language)
        return words.format(low=low, high=high, value=value)


def describe_claimed_range(claim: Claim, component: int = 0) -> Claimed | None:
    """Return the range that a claim states for an estimate, if any.

    >>> describe_claimed_range(Claim.of("s4-owner-indispensable")).bar
    1.25
    """
    if not claim.components:
        return None  # nothing could count against it
    rule = claim.rule
    rule = rule.rules[component] if isinstance(rule, All) else rule
    bounds = rule.claimed_range
    return Claimed(claim, bounds, rule.no_effect) if bounds else None
