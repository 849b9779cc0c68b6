"""The hypothesis test that corresponds to a verdict: hypothesis and p-value.

Each rule's words are made of tests. A word that decides has p < 0.05 in the one that it
rests on: no effect or a threshold where something is there, the claimed size where
that is ruled out, two one-sided tests where two things are equivalent.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import NamedTuple

from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    CounterExamples,
    Effect,
    NoEffect,
    Rule,
    Word,
)
from helpers.claims.rules.multi_estimate_rules import (
    BeyondChance,
    BothNeeded,
    NoLastingUplift,
    PlaceboFirst,
    SomePairDiffers,
    TraitsCohere,
    TwoLines,
)
from helpers.claims.rules.templates import MARGIN, POOLED, BestSize, RanksFirst
from helpers.errors import NotIdentifiableError
from helpers.inference import compute_p_value
from helpers.survival import Interval

NO_EFFECT = "no effect"
THRESHOLD = "the threshold"
SIZE = "the claimed size"
EQUIVALENCE = "equivalence"
ENOUGH_SIZES = 3
LEVEL = 0.05
Legs = Sequence[Interval | None]


class Tested(NamedTuple):
    """A p-value with its hypothesis and estimate."""

    p: float
    of: str
    leg: Interval

    def times(self, number: float) -> Tested:
        """Return the test with a Bonferroni correction."""
        return self._replace(p=min(self.p * number, 1.0))


def find_test(rule: Rule, legs: Legs) -> Tested:
    """Find the hypothesis test that corresponds to a rule's verdict.

    Where nothing is decided, it is that of no effect, or of the threshold.

    Raises
    ------
    NotIdentifiableError
        If there is no leg.

    Examples
    --------
    >>> from helpers.survival.interval import Wald
    >>> flat = Interval.of(1.0, Wald(1.0, 0.05, "log"), method="", n=9, clusters=9)
    >>> found = find_test(Effect("HR<(0.80)", -1, 1.0, 0.8), [flat])
    >>> found.of, found.p < 0.001
    ('the claimed size', True)
    """
    if not any(legs):
        raise NotIdentifiableError("there is no estimate to test", where="tests")
    return _tested(rule, legs, rule.decide(*legs).word)


def _against(leg: Interval, bar: float, of: str) -> Tested:
    return Tested(compute_p_value(leg, bar), of, leg)


def _compute_largest(tests: Sequence[Tested]) -> Tested:
    return max(tests, key=lambda one: one.p)


def _smallest(tests: Sequence[Tested]) -> Tested:
    return min(tests, key=lambda one: one.p)


def _by_p(tests: Sequence[Tested]) -> list[Tested]:
    return sorted(tests, key=lambda one: one.p)


def _there(legs: Legs) -> list[Interval]:
    return [leg for leg in legs if leg is not None]


@singledispatch
def _tested(rule: Rule, legs: Legs, word: Word) -> Tested:  # noqa: ARG001 - as all others
    raise TypeError(f"no test is known behind {type(rule).__name__}")


@_tested.register
def _(rule: Effect, legs: Legs, word: Word) -> Tested:
    leg = _there(legs)[0]
    none, size = _against(leg, rule.null, NO_EFFECT), _against(leg, rule.margin, SIZE)
    if word is Word.TOO_SMALL:
        return _compute_largest([none, size])
    return size if word is Word.CONTRADICTED else none


@_tested.register
def _(rule: NoEffect, legs: Legs, word: Word) -> Tested:
    leg = _there(legs)[0]
    if word is Word.CONTRADICTED:
        return _against(leg, 1.0, NO_EFFECT)
    return _against(leg, rule.margin, SIZE)


@_tested.register
def _(rule: Beyond, legs: Legs, word: Word) -> Tested:  # noqa: ARG001
    return _against(_there(legs)[0], rule.end, THRESHOLD)


@_tested.register
def _(rule: CounterExamples, legs: Legs, word: Word) -> Tested:  # noqa: ARG001
    return _against(_there(legs)[0], rule.tolerated, THRESHOLD)


@_tested.register
def _(rule: Band, legs: Legs, word: Word) -> Tested:
    return _in_band(_there(legs)[0], rule.bottom, rule.top, word)


def _in_band(leg: Interval, bottom: float, top: float, word: Word) -> Tested:
    """Return the equivalence test of a band, or the test of its nearer end."""
    edges = [(bottom, leg.estimate > bottom), (top, leg.estimate < top)]
    if word is Word.CONTRADICTED:
        outside = next(edge for edge, inner in edges if not inner)
        return _against(leg, outside, THRESHOLD)
    halves = [(compute_p_value(leg, edge) / 2, inner) for edge, inner in edges]
    p = max(half if inner else 1 - half for half, inner in halves)
    return Tested(p, EQUIVALENCE, leg)


@_tested.register
def _(rule: All, legs: Legs, word: Word) -> Tested:
    pairs = [
        (one, leg) for one, leg in zip(rule.rules, legs, strict=True) if leg is not None
    ]
    words = [one.decide(leg).word for one, leg in pairs]
    tests = [
        _tested(one, [leg], said) for (one, leg), said in zip(pairs, words, strict=True)
    ]
    if word is not Word.CONTRADICTED:
        return _compute_largest(tests)
    against = [
        test
        for test, said in zip(tests, words, strict=True)
        if said is Word.CONTRADICTED
    ]
    return _smallest(against).times(len(rule.rules))


@_tested.register
def _(rule: BestSize, legs: Legs, word: Word) -> Tested:  # noqa: ARG001
    pooled, *others = legs
    assert pooled is not None  # noqa: S101 - without it the word is UNTESTABLE
    bins = [_against(leg, 1.0, NO_EFFECT).times(len(others)) for leg in _there(others)]
    longer = [one for one in bins if one.leg.estimate <= 1 / MARGIN]
    if word is Word.CONTRADICTED and longer and _smallest(longer).p < LEVEL:
        return _smallest(longer)
    shorter = _by_p([one for one in bins if one.leg.estimate > 1])
    if word is Word.SUPPORTED:
        return shorter[ENOUGH_SIZES - 1]
    return _tested(POOLED, [pooled], word)


@_tested.register
def _(rule: RanksFirst, legs: Legs, word: Word) -> Tested:  # noqa: ARG001
    both = _against(_there(legs)[0], 0.0, NO_EFFECT)
    return both._replace(p=both.p / 2)  # its 90 % limits decide


@_tested.register
def _(rule: BeyondChance, legs: Legs, word: Word) -> Tested:
    return _tested(rule.effect, legs[:1], word)


@_tested.register
def _(rule: PlaceboFirst, legs: Legs, word: Word) -> Tested:
    ratio, before = legs
    placebo = _in_band(_there([before])[0], *rule.placebo, Word.SUPPORTED)
    return _compute_largest([_tested(rule.effect, [ratio], word), placebo])


@_tested.register
def _(rule: NoLastingUplift, legs: Legs, word: Word) -> Tested:
    leg = _there(legs)[0]
    if word is Word.SUPPORTED and leg.high < rule.bottom:
        return _against(leg, rule.bottom, THRESHOLD)
    return _in_band(leg, rule.bottom, rule.top, word)


@_tested.register
def _(rule: BothNeeded, legs: Legs, word: Word) -> Tested:
    effect = Effect(rule.code, -1, 1.0, rule.margin)
    if word is Word.SUPPORTED:
        return _compute_largest([_tested(effect, [leg], word) for leg in legs])
    best = max(_there(legs), key=lambda leg: leg.estimate)
    return _tested(effect, [best], word)


@_tested.register
def _(rule: TwoLines, legs: Legs, word: Word) -> Tested:
    low, high = _there(legs)
    if word is Word.SUPPORTED:  # Holm
        both = [_against(leg, 1.0, NO_EFFECT) for leg in (low, high)]
        first, second = _by_p(both)
        return _compute_largest([first.times(2), second])
    return _tested(Effect(rule.code, 1, 1.0, rule.margin), [high], word)


@_tested.register
def _(rule: SomePairDiffers, legs: Legs, word: Word) -> Tested:
    """Return the test that some pair differs; its intervals are simultaneous."""
    bars = (1 / rule.margin, rule.margin)
    tests = [_near(leg, bars, word) for leg in _there(legs)]
    return _compute_largest(tests) if word is Word.CONTRADICTED else _smallest(tests)


def _near(leg: Interval, bars: tuple[float, float], word: Word) -> Tested:
    """Test whether a ratio is between two thresholds."""
    within = [_against(leg, bar, SIZE) for bar in bars]
    inside = bars[0] < leg.estimate < bars[1]
    if word is Word.CONTRADICTED:
        return _compute_largest(within)
    return Tested(1.0, SIZE, leg) if inside else _smallest(within)


@_tested.register
def _(rule: TraitsCohere, legs: Legs, word: Word) -> Tested:
    pairs = _there(legs)
    if word is Word.CONTRADICTED:  # more than half are surely below the middle
        below = [leg for leg in pairs if leg.estimate < rule.median]
        tests = _by_p([_against(leg, rule.median, SIZE) for leg in below])
        return tests[len(pairs) // 2]
    return _compute_largest([_against(leg, rule.least, THRESHOLD) for leg in pairs])
