"""Decision rules for one confidence interval, as pure functions.

A rule sees numbers only; what they mean was fixed in the register. Limits equal to a
threshold are not beyond it. A rule that points down is the mirror image of one that
points up, so each is written once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Literal, NamedTuple, Protocol

from helpers.errors import ShequnError
from helpers.survival.interval import Interval


class Word(StrEnum):
    """The seven possible verdicts on a claim, such as SUPPORTED or INCONCLUSIVE."""

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    TOO_SMALL = "TOO_SMALL"
    INCONCLUSIVE = "INCONCLUSIVE"
    FRAGILE = "FRAGILE"
    UNTESTABLE = "UNTESTABLE"
    UNFALSIFIABLE = "UNFALSIFIABLE"

    def opposes(self, other: Word) -> bool:
        """Return whether one verdict supports and the other contradicts."""
        return {self, other} == {Word.SUPPORTED, Word.CONTRADICTED}


DECIDING = frozenset({Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL})


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict on a claim with its qualifiers and reason."""

    word: Word
    qualifiers: tuple[str, ...] = ()
    reason: str = ""


Scale = Literal["log", "identity"]
LOG: Scale = "log"
IDENTITY: Scale = "identity"


class ClaimedRange(NamedTuple):
    """The range of values in which a claim places its estimate.

    Attributes
    ----------
    low, high
        Between which values; one of them may be infinite.
    form
        ``more``, ``less``, ``at_least``, ``at_most`` or ``between``.
    """

    low: float
    high: float
    form: str

    @property
    def threshold(self) -> float | None:
        """The only finite end of the claimed range; None if it has two."""
        finite = [end for end in (self.low, self.high) if abs(end) < inf]
        return finite[0] if len(finite) == 1 else None


class Rule(Protocol):
    """Interface of a decision rule: from confidence intervals to a verdict."""

    @property
    def code(self) -> str:
        """The code of the decision rule in the register, such as ``P>0.9``."""

    @property
    def claimed_range(self) -> ClaimedRange | None:
        """The range of values that the claim states for the first estimate."""

    @property
    def threshold(self) -> float | None:
        """The value that separates values for the claim from values against it."""

    @property
    def no_effect(self) -> float | None:
        """The value that the first estimate would have if there were no effect."""

    @property
    def ruling_out(self) -> frozenset[Word]:
        """Verdicts of this decision rule that mean "no relevant effect"."""

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return per estimate the scale of effects, such as log for ratios, or None."""

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's explanation, and the numbers in it."""

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict on estimates; a missing estimate is None."""

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return for each estimate whether it is on the side that the claim states."""


class RuleBase:
    """Base class of decision rules; by default, no claimed range or null value."""

    __slots__ = ()

    @property
    def claimed_range(self) -> ClaimedRange | None:
        """The range of values that the claim states for the first estimate."""
        return None

    @property
    def threshold(self) -> float | None:
        """The value that separates values for the claim from values against it."""
        claimed = self.claimed_range
        return claimed.threshold if claimed else None

    @property
    def no_effect(self) -> float | None:
        """The value that the first estimate would have if there were no effect."""
        return None

    @property
    def ruling_out(self) -> frozenset[Word]:
        """Verdicts that mean "no relevant effect": CONTRADICTED and TOO_SMALL."""
        return frozenset({Word.CONTRADICTED, Word.TOO_SMALL})

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return per estimate the scale of effects, such as log for ratios, or None."""
        return (None,) * n_components

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's explanation, and the numbers in it."""
        return "own", {}


def state_side(sign: int, end: float, *, strictly: bool) -> ClaimedRange:
    """Return the range above a threshold (sign +1) or below it (sign −1)."""
    if sign > 0:
        return ClaimedRange(end, inf, "more" if strictly else "at_least")
    return ClaimedRange(-inf, end, "less" if strictly else "at_most")


def _flip_upward(component: Interval, sign: int) -> tuple[float, float, float]:
    """Return estimate and limits, with signs flipped if low values are claimed."""
    estimate, low, high = component.estimate, component.low, component.high
    if not low - 1e-9 <= estimate <= high + 1e-9:  # also false for NaN
        raise ShequnError(
            f"limits {low} and {high} do not enclose the estimate {estimate}",
            where="decision rule",
            remedy="an interval without an estimate is no evidence: check the data",
        )
    return (estimate, low, high) if sign > 0 else (-estimate, -high, -low)


def _take_only_verdict(**holds: bool) -> Word:
    """Return the only verdict with a true condition; INCONCLUSIVE if there is none."""
    words = [Word(name) for name, true in holds.items() if true]
    if len(words) > 1:
        raise ShequnError(
            f"two verdicts at once: {' and '.join(words)}",
            where="decision rule",
            remedy="report this: the rules are meant to exclude each other",
        )
    return words[0] if words else Word.INCONCLUSIVE


class _OneComponent(RuleBase, ABC):
    """Base class of decision rules on one interval; UNTESTABLE if it is missing."""

    __slots__ = ()

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict on one interval; UNTESTABLE without an interval."""
        (component,) = components
        return (
            Decision(Word.UNTESTABLE) if component is None else self._decide(component)
        )

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return whether the point estimate is on the side that the claim states."""
        (component,) = components
        return (None if component is None else self._beyond(component),)

    @abstractmethod
    def _decide(self, component: Interval) -> Decision:
        """Return the rule's verdict on an existing interval."""

    @abstractmethod
    def _beyond(self, component: Interval) -> bool:
        """Return whether the estimate is on the side that the claim states."""


@dataclass(frozen=True, slots=True)
class Beyond(_OneComponent):
    """Rule ``P>``, ``P<``, …: the whole interval is beyond a threshold."""

    code: str
    sign: int
    end: float

    @property
    def claimed_range(self) -> ClaimedRange:
        """The range of values beyond the rule's threshold."""
        return state_side(self.sign, self.end, strictly=True)

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's text, and its threshold."""
        return "above" if self.sign > 0 else "below", {"threshold": self.end}

    def _decide(self, component: Interval) -> Decision:
        _, low, high = _flip_upward(component, self.sign)
        bar = self.sign * self.end
        return Decision(
            _take_only_verdict(SUPPORTED=low > bar, CONTRADICTED=high < bar)
        )

    def _beyond(self, component: Interval) -> bool:
        return _flip_upward(component, self.sign)[0] > self.sign * self.end


@dataclass(frozen=True, slots=True)
class Effect(_OneComponent):
    """Rule ``HR``, ``RR``, …: an effect in a direction, of at least a margin.

    SUPPORTED asks that no effect is excluded and that the estimate reaches the
    margin; CONTRADICTED rules an effect of that size out; TOO_SMALL is an effect
    that is there and smaller than claimed.
    """

    code: str
    sign: int
    null: float
    margin: float

    @property
    def claimed_range(self) -> ClaimedRange:
        """The range of effects at least as large as the rule's margin."""
        return state_side(self.sign, self.margin, strictly=False)

    @property
    def no_effect(self) -> float:
        """The value of no effect: 1 for ratios, 0 for differences."""
        return self.null

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return the scale on which the effect is judged: logarithm for ratios."""
        return (IDENTITY if self.null == 0 else LOG,) * n_components

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's text, its null value and its margin."""
        ends = {"null": self.null, "margin": self.margin}
        return "rise" if self.sign > 0 else "fall", ends

    def _decide(self, component: Interval) -> Decision:
        estimate, low, high = _flip_upward(component, self.sign)
        null, margin = self.sign * self.null, self.sign * self.margin
        word = _take_only_verdict(
            SUPPORTED=low > null and estimate >= margin,
            CONTRADICTED=high < margin and low <= null,
            TOO_SMALL=low > null and high < margin,
        )
        strong = word is Word.SUPPORTED and low > margin and self.null == 1
        reversed_ = word is Word.CONTRADICTED and high < null
        return Decision(word, ("STRONG",) * strong + ("REVERSED",) * reversed_)

    def _beyond(self, component: Interval) -> bool:
        return _flip_upward(component, self.sign)[0] >= self.sign * self.margin


@dataclass(frozen=True, slots=True)
class NoEffect(_OneComponent):
    """Rule ``noHR<``, ``noRR>``: the interval excludes effects up to a margin."""

    code: str
    sign: int
    margin: float

    @property
    def claimed_range(self) -> ClaimedRange:
        """The range of effects that supports "no effect": those below the margin."""
        return state_side(-self.sign, self.margin, strictly=True)

    @property
    def no_effect(self) -> float:
        """The value of no effect: a ratio of one."""
        return 1.0

    @property
    def ruling_out(self) -> frozenset[Word]:
        """Verdicts that state the absence of an effect: here, SUPPORTED."""
        return frozenset({Word.SUPPORTED})

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return the scale on which the effect is judged: the logarithm."""
        return (LOG,) * n_components

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's text, and its margin."""
        return "no_effect", {"margin": self.margin}

    def _decide(self, component: Interval) -> Decision:
        estimate, low, high = _flip_upward(component, self.sign)
        null, margin = float(self.sign), self.sign * self.margin
        word = _take_only_verdict(
            SUPPORTED=high < margin, CONTRADICTED=low > null and estimate >= margin
        )
        falls = word is Word.SUPPORTED and self.sign > 0 and high < null
        return Decision(word, ("falls",) * falls)

    def _beyond(self, component: Interval) -> bool:
        return _flip_upward(component, self.sign)[0] < self.sign * self.margin


@dataclass(frozen=True, slots=True)
class Band(_OneComponent):
    """Rule ``P≈``, ``EQ``: equivalence by two one-sided tests at 5 %."""

    code: str
    bottom: float
    top: float

    @property
    def claimed_range(self) -> ClaimedRange:
        """The range of values within the equivalence band."""
        return ClaimedRange(self.bottom, self.top, "between")

    @property
    def ruling_out(self) -> frozenset[Word]:
        """Verdicts that state the absence of an effect: here, SUPPORTED."""
        return frozenset({Word.SUPPORTED})

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return the scale on which the ratio is judged: the logarithm."""
        return (LOG,) * n_components

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's text, and both ends of its band."""
        return "band", {"bottom": self.bottom, "top": self.top}

    def _decide(self, component: Interval) -> Decision:
        _, low, high = _flip_upward(component, 1)
        _, low90, high90 = _flip_upward(component.at_level(0.90), 1)
        return Decision(
            _take_only_verdict(
                SUPPORTED=self.bottom < low90 and high90 < self.top,
                CONTRADICTED=high < self.bottom or low > self.top,
            )
        )

    def _beyond(self, component: Interval) -> bool:
        return self.bottom < component.estimate < self.top


@dataclass(frozen=True, slots=True)
class CounterExamples(_OneComponent):
    """Rule ``D``: a universal claim fails with over 5 % exceptions."""

    code: str
    tolerated: float = 0.05

    @property
    def claimed_range(self) -> ClaimedRange:
        """The range of shares of exceptions that a universal claim tolerates."""
        return state_side(-1, self.tolerated, strictly=True)

    def describe(self) -> tuple[str, Mapping[str, float]]:
        """Return the message key of the rule's text, and the tolerated share."""
        return "counter", {"tolerated": self.tolerated}

    def _decide(self, component: Interval) -> Decision:
        estimate, low, high = _flip_upward(component, 1)
        return Decision(
            _take_only_verdict(
                SUPPORTED=estimate == 0 and high < self.tolerated,
                CONTRADICTED=low > self.tolerated,
            )
        )

    def _beyond(self, component: Interval) -> bool:
        return component.estimate < self.tolerated


@dataclass(frozen=True, slots=True)
class All(RuleBase):
    """Rule ``ALL``: every partial hypothesis of the claim must be supported.

    A component contradicts the claim only at level 1 − 0.05/k, whether or not the other
    k − 1 can be estimated. Else a corpus without one component gives the results of
    the other components, and INCONCLUSIVE overall.
    """

    code: str
    rules: tuple[Rule, ...]

    @property
    def no_effect(self) -> float | None:
        """The value that the first estimate would have if there were no effect."""
        return self.rules[0].no_effect

    def list_scales(self, n_components: int) -> tuple[Scale | None, ...]:
        """Return per estimate the scale of effects, such as log for ratios, or None."""
        scales = [scale for rule in self.rules for scale in rule.list_scales(1)]
        return tuple(scales[:n_components])

    def decide(self, *components: Interval | None) -> Decision:
        """Return the verdict on a claim from its partial hypotheses' intervals."""
        pairs = list(zip(self.rules, components, strict=True))
        words = [rule.decide(component).word for rule, component in pairs]
        reason = "; ".join(
            f"{rule.code} {word}" for rule, word in zip(self.rules, words, strict=True)
        )
        if set(words) == {Word.UNTESTABLE}:
            return Decision(Word.UNTESTABLE, reason=reason)
        small = set(words) == {Word.SUPPORTED, Word.TOO_SMALL}
        return Decision(
            _take_only_verdict(
                SUPPORTED=set(words) == {Word.SUPPORTED},
                CONTRADICTED=any(self._surely_not(*pair) for pair in pairs),
                TOO_SMALL=small or set(words) == {Word.TOO_SMALL},
            ),
            reason=reason,
        )

    def _surely_not(self, rule: Rule, component: Interval | None) -> bool:
        """Return if an interval contradicts at its own and at the Bonferroni level."""
        level = 1 - 0.05 / len(self.rules)
        both = (component, None if component is None else component.at_level(level))
        return all(rule.decide(interval).word is Word.CONTRADICTED for interval in both)

    def beyond(self, *components: Interval | None) -> tuple[bool | None, ...]:
        """Return for each partial hypothesis if its estimate is on the claimed side."""
        pairs = zip(self.rules, components, strict=True)
        return tuple(rule.beyond(component)[0] for rule, component in pairs)
