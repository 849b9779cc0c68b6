"""The range of values that a claim states, derived from its rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from helpers.claims.contract.card import Language, format_number, get_card
from helpers.claims.evaluation.sentences import get_form
from helpers.claims.fixed.register import get_claim
from helpers.claims.fixed.rule_of_claim import POOLED, BestSize, RanksFirst, get_rule
from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
)

PLAIN = {"ratio", "number", "difference"}  # kinds of numbers that have no unit
STRICTLY = ("more", "less")
LIKE: Mapping[type, Rule] = {  # what their headline number is asked
    BestSize: POOLED,
    RanksFirst: Beyond("leads", 1, 0.0),
    CounterExamples: Beyond("exceptions", -1, CounterExamples("D").tolerated),
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """The range in which a claim places its estimate.

    Attributes
    ----------
    low, high
        Between which values; one of them may be infinite.
    null
        The value of no effect, where there is one.
    code
        Which form of words says it.
    """

    claim: str
    low: float
    high: float
    null: float | None
    code: str

    @property
    def bar(self) -> float | None:
        """The single threshold of the claim; None if the range has two ends."""
        finite = [end for end in (self.low, self.high) if abs(end) < inf]
        return finite[0] if len(finite) == 1 else None

    def says(self, language: Language, leg: int = 0) -> str:
        r"""Return the range in words.

        >>> told = describe_claimed_range("s0-three-month-death")
        >>> told.says("en").replace("\u202f", " "), told.says("zh")[:2]
        ('more than 50 %', '高于')
        """
        of = get_card(self.claim).legs[leg].of
        low, high = (
            f"{end:g}" if of in PLAIN else format_number(of, end, language)
            for end in (self.low, self.high)
        )
        value = low if self.high == inf else high
        words = get_form(f"claimed.{self.code}", language)
        return words.format(low=low, high=high, value=value)


def describe_claimed_range(claim_id: str, leg: int = 0) -> Claimed | None:
    """Return the range that a claim states for a component, if it is one range.

    >>> (
    ...     describe_claimed_range("s4-owner-indispensable").bar,
    ...     describe_claimed_range("s1-rules-too-strict"),
    ... )
    (1.25, None)
    """
    if not get_card(claim_id).legs:
        return None  # nothing could count against it
    rule = get_rule(get_claim(claim_id))
    bounds = _find_range(rule.rules[leg] if isinstance(rule, All) else rule)
    return Claimed(claim_id, *bounds) if bounds else None


def _find_range(rule: Rule) -> tuple[float, float, float | None, str] | None:
    match rule:
        case Effect(sign=sign, margin=end, null=null):
            bounds = _find_side(sign, end, null, ("at_least", "at_most"))
        case Beyond(sign=sign, threshold=end):
            bounds = _find_side(sign, end, None, STRICTLY)
        case NoEffect(sign=sign, margin=end):
            bounds = _find_side(-sign, end, 1.0, STRICTLY)
        case Band(bottom=low, top=high):
            bounds = (low, high, None, "between")
        case _ if type(rule) in LIKE:
            return _find_range(LIKE[type(rule)])
        case _:
            return None
    return bounds


def _find_side(
    sign: int, end: float, null: float | None, codes: tuple[str, str]
) -> tuple[float, float, float | None, str]:
    return (end, inf, null, codes[0]) if sign > 0 else (-inf, end, null, codes[1])
