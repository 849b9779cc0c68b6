"""Decision rules of single claims that fit no template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from helpers.claims.fixed.register import RegisterEntry
from helpers.claims.rules.interval_rules import (
    ClaimedRange,
    Decision,
    Effect,
    Rule,
    RuleBase,
    Word,
    state_side,
)
from helpers.claims.rules.multi_estimate_rules import COMPOUND
from helpers.claims.rules.templates import parse_rule
from helpers.survival import Interval

MARGIN = 1.10
ENOUGH_BINS = 3
POOLED = Effect("RMST(365,1.10)", 1, 1.0, MARGIN)


@dataclass(frozen=True, slots=True)
class BestSize(RuleBase):
    """Rule of claim ``s0-size-10-30-best``: one size against four other sizes.

    Legs are ratios of mean lifetimes: 10–30 members over all others, then over each
    other bin, None where that has too few groups. Bins are simultaneous: each at
    level 1 − 0.05/4.
    """

    code: str = "10–30 best"

    @property
    def claimed_range(self) -> ClaimedRange:
        """The ratios that count as a longer life: from the margin on."""
        return POOLED.claimed_range

    @property
    def no_effect(self) -> float:
        """A ratio of one."""
        return POOLED.null

    def decide(self, *legs: Interval | None) -> Decision:
        """Return the verdict on the ratios of all size comparisons."""
        pooled, *others = legs
        if pooled is None:
            return Decision(Word.UNTESTABLE)
        level = 1 - 0.05 / max(len(others), 1)
        bins = [leg.at_level(level) for leg in others if leg is not None]
        better = [leg for leg in bins if leg.high < 1]
        whole = POOLED.decide(pooled)
        if any(leg.estimate <= 1 / MARGIN for leg in better):
            return Decision(Word.CONTRADICTED, reason="another size lives longer")
        if whole.word is Word.CONTRADICTED:
            return whole
        above = sum(leg.low > 1 for leg in bins)
        if above >= ENOUGH_BINS and pooled.estimate >= MARGIN and not better:
            return Decision(Word.SUPPORTED)
        if whole.word is Word.TOO_SMALL:
            return whole
        reason = f"10–30 lives longer than {above} of {len(bins)} other sizes"
        return Decision(Word.INCONCLUSIVE, reason=reason)

    def beyond(self, *legs: Interval | None) -> tuple[bool | None, ...]:
        """Return which estimates are on the claimed side."""
        bars = (MARGIN, *[1.0] * (len(legs) - 1))
        return tuple(
            None if leg is None else leg.estimate >= bar
            for leg, bar in zip(legs, bars, strict=True)
        )


@dataclass(frozen=True, slots=True)
class RanksFirst(RuleBase):
    """Rule of claim ``s4-content-explains-liveliness``: content ranks first.

    The leg is a lead over the best rival; being first so often means that its 90 %
    limits lie on one side of 0.
    """

    code: str = "first in ≥ 95 %"

    @property
    def claimed_range(self) -> ClaimedRange:
        """The differences that count as a lead: above 0."""
        return state_side(1, 0.0, strictly=True)

    def decide(self, *legs: Interval | None) -> Decision:
        """Return the verdict on the lead of content over its rivals."""
        (leg,) = legs
        if leg is None:
            return Decision(Word.UNTESTABLE)
        wide = leg.at_level(0.90)
        if wide.low > 0:
            return Decision(Word.SUPPORTED)
        behind = wide.high < 0
        return Decision(Word.CONTRADICTED if behind else Word.INCONCLUSIVE)

    def beyond(self, *legs: Interval | None) -> tuple[bool | None, ...]:
        """Return whether content leads."""
        return tuple(None if leg is None else leg.estimate > 0 for leg in legs)


_RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "s0-size-10-30-best": BestSize(),
        "s4-content-explains-liveliness": RanksFirst(),
        **COMPOUND,
    }
)


def get_rule(entry: RegisterEntry) -> Rule:
    """Get the decision rule of a claim: a template, or its own.

    Raises
    ------
    ShequnError
        If it has neither.

    Examples
    --------
    >>> from helpers.claims.fixed.register import get_claim
    >>> get_rule(get_claim("s0-three-month-death")).code
    'P>(0.50)'
    """
    return _RULES.get(entry.id) or parse_rule(entry.template)
