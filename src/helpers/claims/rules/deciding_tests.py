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
Components = Sequence[Interval | None]


class Tested(NamedTuple):
    """A p-value with the hypothesis tested and the estimate."""

    p: float
    of: str
    component: Interval

    def times(self, number: float) -> Tested:
        """Return the test with a Bonferroni correction for several tests."""
        return self._replace(p=min(self.p * number, 1.0))


def find_test(rule: Rule, components: Components) -> Tested:
    """Find the hypothesis test that corresponds to a rule's verdict.

    Where nothing is decided, it is that of no effect, or of the threshold.

    Raises
    ------
    NotIdentifiableError
        If there is no component.

    Examples
    --------
    >>> from helpers.survival.interval import Wald
    >>> flat = Interval.of(1.0, Wald(1.0, 0.05, "log"), method="", n=9, clusters=9)
    >>> found = find_test(Effect("HR<(0.80)", -1, 1.0, 0.8), [flat])
    >>> found.of, found.p < 0.001
    ('the claimed size', True)
    """
    if not any(components):
        raise NotIdentifiableError("there is no estimate to test", where="tests")
    return _tested(rule, components, rule.decide(*components).word)


def _against(component: Interval, bar: float, of: str) -> Tested:
    return Tested(compute_p_value(component, bar), of, component)


def _compute_largest(tests: Sequence[Tested]) -> Tested:
    return max(tests, key=lambda test: test.p)


def _smallest(tests: Sequence[Tested]) -> Tested:
    return min(tests, key=lambda test: test.p)


def _by_p(tests: Sequence[Tested]) -> list[Tested]:
    return sorted(tests, key=lambda test: test.p)


def _there(components: Components) -> list[Interval]:
    return [component for component in components if component is not None]


@singledispatch
def _tested(rule: Rule, components: Components, word: Word) -> Tested:  # noqa: ARG001 - as all others
    raise TypeError(f"no hypothesis test is defined for {type(rule).__name__}")


@_tested.register
def _(rule: Effect, components: Components, word: Word) -> Tested:
    component = _there(components)[0]
    none, size = (
        _against(component, rule.null, NO_EFFECT),
        _against(component, rule.margin, SIZE),
    )
    if word is Word.TOO_SMALL:
        return _compute_largest([none, size])
    return size if word is Word.CONTRADICTED else none


@_tested.register
def _(rule: NoEffect, components: Components, word: Word) -> Tested:
    component = _there(components)[0]
    if word is Word.CONTRADICTED:
        return _against(component, 1.0, NO_EFFECT)
    return _against(component, rule.margin, SIZE)


@_tested.register
def _(rule: Beyond, components: Components, word: Word) -> Tested:  # noqa: ARG001
    return _against(_there(components)[0], rule.end, THRESHOLD)


@_tested.register
def _(rule: CounterExamples, components: Components, word: Word) -> Tested:  # noqa: ARG001
    return _against(_there(components)[0], rule.tolerated, THRESHOLD)


@_tested.register
def _(rule: Band, components: Components, word: Word) -> Tested:
    return _in_band(_there(components)[0], rule.bottom, rule.top, word)


def _in_band(component: Interval, bottom: float, top: float, word: Word) -> Tested:
    """Return the test of whether an estimate is inside a band, or outside of it."""
    edges = [(bottom, component.estimate > bottom), (top, component.estimate < top)]
    if word is Word.CONTRADICTED:
        outside = next(edge for edge, inner in edges if not inner)
        return _against(component, outside, THRESHOLD)
    halves = [(compute_p_value(component, edge) / 2, inner) for edge, inner in edges]
    p = max(half if inner else 1 - half for half, inner in halves)
    return Tested(p, EQUIVALENCE, component)


@_tested.register
def _(rule: All, components: Components, word: Word) -> Tested:
    pairs = [
        (component_rule, component)
        for component_rule, component in zip(rule.rules, components, strict=True)
        if component is not None
    ]
    words = [
        component_rule.decide(component).word for component_rule, component in pairs
    ]
    tests = [
        _tested(component_rule, [component], verdict)
        for (component_rule, component), verdict in zip(pairs, words, strict=True)
    ]
    if word is not Word.CONTRADICTED:
        return _compute_largest(tests)
    against = [
        test
        for test, verdict in zip(tests, words, strict=True)
        if verdict is Word.CONTRADICTED
    ]
    return _smallest(against).times(len(rule.rules))


@_tested.register
def _(rule: BestSize, components: Components, word: Word) -> Tested:  # noqa: ARG001
    pooled, *others = components
    assert pooled is not None  # noqa: S101 - without it the word is UNTESTABLE
    bins = [
        _against(component, 1.0, NO_EFFECT).times(len(others))
        for component in _there(others)
    ]
    longer = [size for size in bins if size.component.estimate <= 1 / MARGIN]
    if word is Word.CONTRADICTED and longer and _smallest(longer).p < LEVEL:
        return _smallest(longer)
    shorter = _by_p([size for size in bins if size.component.estimate > 1])
    if word is Word.SUPPORTED:
        return shorter[ENOUGH_SIZES - 1]
    return _tested(POOLED, [pooled], word)


@_tested.register
def _(rule: RanksFirst, components: Components, word: Word) -> Tested:  # noqa: ARG001
    both = _against(_there(components)[0], 0.0, NO_EFFECT)
    return both._replace(p=both.p / 2)  # its 90 % limits decide


@_tested.register
def _(rule: BeyondChance, components: Components, word: Word) -> Tested:
    return _tested(rule.effect, components[:1], word)


@_tested.register
def _(rule: PlaceboFirst, components: Components, word: Word) -> Tested:
    ratio, before = components
    placebo = _in_band(_there([before])[0], *rule.placebo, Word.SUPPORTED)
    return _compute_largest([_tested(rule.effect, [ratio], word), placebo])


@_tested.register
def _(rule: NoLastingUplift, components: Components, word: Word) -> Tested:
    component = _there(components)[0]
    if word is Word.SUPPORTED and component.high < rule.bottom:
        return _against(component, rule.bottom, THRESHOLD)
    return _in_band(component, rule.bottom, rule.top, word)


@_tested.register
def _(rule: BothNeeded, components: Components, word: Word) -> Tested:
    effect = Effect(rule.code, -1, 1.0, rule.margin)
    if word is Word.SUPPORTED:
        return _compute_largest(
            [_tested(effect, [component], word) for component in components]
        )
    best = max(_there(components), key=lambda component: component.estimate)
    return _tested(effect, [best], word)


@_tested.register
def _(rule: TwoLines, components: Components, word: Word) -> Tested:
    low, high = _there(components)
    if word is Word.SUPPORTED:  # Holm
        both = [_against(component, 1.0, NO_EFFECT) for component in (low, high)]
        first, second = _by_p(both)
        return _compute_largest([first.times(2), second])
    return _tested(Effect(rule.code, 1, 1.0, rule.margin), [high], word)


@_tested.register
def _(rule: SomePairDiffers, components: Components, word: Word) -> Tested:
    """Return the test of whether mean lifetimes differ between any two group types."""
    bars = (1 / rule.margin, rule.margin)
    tests = [_near(component, bars, word) for component in _there(components)]
    return _compute_largest(tests) if word is Word.CONTRADICTED else _smallest(tests)


def _near(component: Interval, bars: tuple[float, float], word: Word) -> Tested:
    """Test whether a ratio is inside or outside the range `bars`."""
    within = [_against(component, bar, SIZE) for bar in bars]
    inside = bars[0] < component.estimate < bars[1]
    if word is Word.CONTRADICTED:
        return _compute_largest(within)
    return Tested(1.0, SIZE, component) if inside else _smallest(within)


@_tested.register
def _(rule: TraitsCohere, components: Components, word: Word) -> Tested:
    pairs = _there(components)
    if word is Word.CONTRADICTED:  # more than half are surely below the middle
        below = [component for component in pairs if component.estimate < rule.median]
        tests = _by_p([_against(component, rule.median, SIZE) for component in below])
        return tests[len(pairs) // 2]
    return _compute_largest(
        [_against(component, rule.least, THRESHOLD) for component in pairs]
    )
