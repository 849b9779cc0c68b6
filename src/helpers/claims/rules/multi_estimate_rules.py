"""Decision rules over several estimates: two slopes, pairs, placebos.

Each follows its entry's `rule` in the register; `special` tells which claim has which.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from helpers.claims.rules.interval_rules import (
    Band,
    Decision,
    Effect,
    Rule,
    RuleBase,
    Scale,
    Word,
)
from helpers.inference import compute_p_value
from helpers.survival import Interval

LEVEL = 0.05
UNTESTABLE = Decision(Word.UNTESTABLE)


class Whole(RuleBase, ABC):
    """Base class of decision rules that need several estimates at once."""

    __slots__ = ()

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict on several estimates; UNTESTABLE if one is missing."""
        intervals = [component for component in components if component is not None]
        return (
            self._decide(*intervals)
            if len(intervals) == len(components)
            else UNTESTABLE
        )

    @abstractmethod
    def _decide(self, *components: Interval) -> Decision:
        """Return the verdict on several estimates, of which none is missing."""


def _find_sides(
    components: tuple[Interval | None, ...], *holds: Callable[[float], bool]
) -> tuple[bool | None, ...]:
    """Return for each estimate whether it satisfies its condition."""
    pairs = zip(components, holds, strict=True)
    return tuple(
        None if component is None else hold(component.estimate)
        for component, hold in pairs
    )


@dataclass(frozen=True, slots=True)
class TwoLines(Whole):
    """Rule of a U shape: hazard decreases up to a breakpoint and increases after it."""

    code: str = "two lines; HR>(1.10) beyond the break"
    margin: float = 1.10

    def _decide(self, *components: Interval) -> Decision:
        low, high = components
        first, second = sorted((compute_p_value(low, 1.0), compute_p_value(high, 1.0)))
        sure = first < LEVEL / 2 and second < LEVEL  # Holm
        signs = low.estimate < 1 < high.estimate
        beyond = Effect(self.code, 1, 1.0, self.margin)
        if sure and signs and high.estimate >= self.margin:
            return Decision(Word.SUPPORTED)
        word = beyond.decide(high).word
        reason = f"beyond the break {word}; p = {first:.2g} and {second:.2g}"
        if word is Word.SUPPORTED:  # the rise is there, the fall before it is not
            return Decision(Word.INCONCLUSIVE, reason=reason)
        return Decision(word, reason=reason)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return if the hazard decreases up to the breakpoint and increases after."""
        return _find_sides(
            components, lambda low: low < 1, lambda high: high >= self.margin
        )


@dataclass(frozen=True, slots=True)
class BothNeeded(Whole):
    """Rule: with both factors, hazards are at most 0.80 of those with either alone."""

    code: str = "both; HR<(0.80) against each alone"
    margin: float = 0.80

    def _decide(self, *components: Interval) -> Decision:
        effect = Effect(self.code, -1, 1.0, self.margin)
        words = [effect.decide(component).word for component in components]
        best = effect.decide(
            max(components, key=lambda component: component.estimate)
        ).word
        reason = "; ".join(words)
        if set(words) == {Word.SUPPORTED}:
            return Decision(Word.SUPPORTED, reason=reason)
        against = best in {Word.CONTRADICTED, Word.TOO_SMALL}
        return Decision(best if against else Word.INCONCLUSIVE, reason=reason)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return for each hazard ratio whether it is at or below the margin (0.80)."""
        return _find_sides(
            components, *[lambda ratio: ratio <= self.margin] * len(components)
        )


@dataclass(frozen=True, slots=True)
class NoLastingUplift(Whole):
    """Rule: later counts are equivalent to the control's (0.8–1.25), or lower."""

    code: str = "EQ(0.8,1.25), above it only"
    bottom: float = 0.8
    top: float = 1.25

    def _decide(self, *components: Interval) -> Decision:
        (component,) = components
        if component.high < self.bottom:
            return Decision(Word.SUPPORTED, ("harm",))
        word = Band(self.code, self.bottom, self.top).decide(component).word
        return Decision(word)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return whether the ratio of later counts to the control's is below 1.25."""
        return _find_sides(components, lambda ratio: ratio < self.top)


@dataclass(frozen=True, slots=True)
class SomePairDiffers(Whole):
    """Rule: mean lifetimes differ by 15 % or more in at least one pair of types."""

    code: str = "largest pairwise RMST(365,1.15)"
    margin: float = 1.15

    def _decide(self, *components: Interval) -> Decision:
        apart = [
            component
            for component in components
            if component.low > self.margin or component.high < 1 / self.margin
        ]
        if apart:
            return Decision(
                Word.SUPPORTED, reason=f"{len(apart)} of {len(components)} pairs"
            )
        close = all(
            1 / self.margin < component.low and component.high < self.margin
            for component in components
        )
        return Decision(Word.CONTRADICTED if close else Word.INCONCLUSIVE)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return, per pair, whether the largest lifetime ratio exceeds the margin."""
        log_ratios = [
            abs(np.log(component.estimate))
            for component in components
            if component is not None
        ]
        far = bool(log_ratios) and max(log_ratios) > np.log(self.margin)
        return (far,) * len(components)


class EffectFirst(Whole):
    """Base class of decision rules on an effect that must pass further checks too."""

    __slots__ = ()

    @property
    @abstractmethod
    def effect(self) -> Effect:
        """The decision rule for the effect, before the further checks."""

    @property
    def no_effect(self) -> float:
        """The value of the estimate if there is no effect."""
        return self.effect.null

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return the scale on which the effect is judged; the checks have none."""
        return (*self.effect.list_scales(1), *[None] * (n_components - 1))


@dataclass(frozen=True, slots=True)
class PlaceboFirst(EffectFirst):
    """Rule: a rate ratio is at least 1.2, and a placebo's is between 0.9 and 1.1."""

    code: str = "RR>(1.2) past the placebo EQ(0.9,1.1)"
    margin: float = 1.2
    placebo: tuple[float, float] = (0.9, 1.1)

    @property
    def effect(self) -> Effect:
        """The decision rule for the effect, before the placebo is checked."""
        return Effect(self.code, 1, 1.0, self.margin)

    def _decide(self, *components: Interval) -> Decision:
        ratio, before = components
        placebo = Band("EQ(0.9,1.1)", *self.placebo).decide(before).word
        if placebo is not Word.SUPPORTED:
            low, high = self.placebo
            reason = (
                f"the control, the day before, gives {before}, which does not lie"
                f" within {low} to {high}"
            )
            return Decision(Word.INCONCLUSIVE, reason=reason)
        return self.effect.decide(ratio)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return whether the effect reaches its margin and the placebo shows none."""
        low, high = self.placebo
        return _find_sides(
            components,
            lambda ratio: ratio >= self.margin,
            lambda lead: low < lead < high,
        )


@dataclass(frozen=True, slots=True)
class TraitsCohere(Whole):
    """Rule: rank correlations of all trait pairs exceed 0.1, their median 0.3."""

    code: str = "every pair > 0.1, median ≥ 0.3"
    least: float = 0.1
    median: float = 0.3

    def _decide(self, *components: Interval) -> Decision:
        middle = float(np.median([component.estimate for component in components]))
        weak = sum(component.high < self.median for component in components)
        reason = (
            f"the median correlation of {len(components)} pairs is {middle:.2f};"
            f" pairs with an upper limit below {self.median}: {weak}"
        )
        if weak > len(components) / 2:
            return Decision(Word.CONTRADICTED, reason=reason)
        every = all(component.low > self.least for component in components)
        word = Word.SUPPORTED if every and middle >= self.median else Word.INCONCLUSIVE
        return Decision(word, reason=reason)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return for each pair whether its correlation is at least 0.3."""
        return _find_sides(
            components, *[lambda pair: pair >= self.median] * len(components)
        )


@dataclass(frozen=True, slots=True)
class BeyondChance(EffectFirst):
    """Rule: a standardised slope is at least 0.05, with permutation p below 0.01."""

    code: str = "Δ>(0.05), permutation p < 0.01"
    margin: float = 0.05
    chance: float = 0.01

    @property
    def effect(self) -> Effect:
        """The decision rule for the slope, before the permutation p is checked."""
        return Effect(self.code, 1, 0.0, self.margin)

    def _decide(self, *components: Interval) -> Decision:
        slope, luck = components
        decided = self.effect.decide(slope)
        if decided.word is Word.SUPPORTED and luck.estimate >= self.chance:
            reason = f"as large in {luck.estimate:.1%} of the permutations"
            return Decision(Word.INCONCLUSIVE, reason=reason)
        return decided

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return whether the slope is at least 0.05, and permutation p below 0.01."""
        return _find_sides(
            components, lambda slope: slope >= self.margin, lambda p: p < self.chance
        )


COMPOUND: Mapping[str, Rule] = MappingProxyType(
    {
        "s0-mutual-influence": BeyondChance(),
        "s0-success-traits-cohere": TraitsCohere(),
        "s1-rules-too-strict": TwoLines(),
        "s1-single-tactics-dont-last": NoLastingUplift(),
        "s3-daily-prompts": PlaceboFirst(),
        "s3-types-differ-in-survival": SomePairDiffers(),
        "s4-structure-and-culture": BothNeeded(),
    }
)
