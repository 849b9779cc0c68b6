"""A p value is that of the test behind the word."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.weightstats import ttost_ind

from helpers.claims.fixed.register import get_rule, read_register
from helpers.claims.rules.deciding_tests import find_test
from helpers.claims.rules.interval_rules import (
    All,
    Band,
    Beyond,
    Effect,
    NoEffect,
    Word,
)
from helpers.survival.interval import Interval, Wald
from tests.claims.intervals import around

DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}
LESS = Effect("HR<(0.80)", -1, 1.0, 0.8)
KINDS = {
    type(get_rule(one)).__name__: name
    for name, one in read_register().items()
    if one.status == "testable"
}
TESTABLE = [*KINDS.values(), "s0-seed-users-needed", "s2-three-complaints"]
COMPONENTS = {
    "s0-size-10-30-best": 5, "s3-types-differ-in-survival": 6,
    "s0-success-traits-cohere": 6, "s0-mutual-influence": 2,
    "s1-rules-too-strict": 2, "s3-daily-prompts": 2, "s4-structure-and-culture": 2,
}  # fmt: skip


def normal(z):
    """Return the two-sided p value of so many errors."""
    return 2 * stats.norm.sf(abs(z))


def count_components(name):
    """Return how many estimates a claim's rule asks for."""
    rule = get_rule(read_register()[name])
    return len(rule.rules) if isinstance(rule, All) else COMPONENTS.get(name, 1)


@pytest.mark.parametrize("name", TESTABLE)
def test_decided_verdict_has_a_p_value_below_5_percent(name):
    """Of many planted estimates, of every rule of the register."""
    rule, rng = get_rule(read_register()[name]), np.random.default_rng(3)
    decided = 0
    for _ in range(50):
        centre = np.exp(rng.normal(0, 0.8) - rng.choice([0.0, 0.7, 1.6, 4.6]))
        values = centre * np.exp(rng.normal(0, 0.1, count_components(name)))
        errors = 10 ** rng.uniform(-3, 0)
        scale = rng.choice(["log", "identity"])
        components = [around(value, errors, scale) for value in values]
        word = rule.decide(*components).word
        found = find_test(rule, components)
        assert 0 <= found.p <= 1
        if word in DECIDED:
            decided += 1
            assert found.p <= 0.05 + 1e-9, (
                word,
                [str(component) for component in components],
            )
    assert decided > 0


def test_a_size_ruled_out_is_tested_against_that_size():
    """No effect, closely: the p value of no effect would be 1."""
    found = find_test(LESS, [around(1.0, 0.05)])
    assert found.of == "the claimed size"
    assert found.p == pytest.approx(normal(np.log(0.8) / 0.05))


def test_an_effect_is_tested_against_none():
    """A hazard ratio of one half."""
    found = find_test(LESS, [around(0.5, 0.2)])
    assert found.of == "no effect"
    assert found.p == pytest.approx(normal(np.log(0.5) / 0.2))


def test_too_small_verdict_has_the_larger_p_value_of_two_tests():
    """An effect that is there, and smaller than claimed: the larger p value."""
    found = find_test(LESS, [around(0.9, 0.03)])
    assert LESS.decide(around(0.9, 0.03)).word is Word.TOO_SMALL
    both = [normal(np.log(0.9 / bar) / 0.03) for bar in (1.0, 0.8)]
    assert found.p == pytest.approx(max(both))


def test_no_effect_as_a_claim_is_tested_against_its_margin():
    """Supported where the margin is ruled out, contradicted by an effect."""
    rule = NoEffect("noHR<(0.80)", -1, 0.8)
    assert find_test(rule, [around(1.0, 0.05)]).of == "the claimed size"
    assert find_test(rule, [around(0.5, 0.05)]).of == "no effect"


def test_equivalence_is_two_one_sided_tests():
    """As statsmodels has them for two samples of equal means."""
    rng = np.random.default_rng(1)
    one, other = rng.normal(0.02, 1, 400), rng.normal(0, 1, 400)
    p, _, _ = ttost_ind(one, other, -0.2, 0.2)
    apart, df = one.mean() - other.mean(), 798
    error = np.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 400)
    component = Interval.of(
        apart, Wald(apart, error, "identity", df), method="", n=800, clusters=800
    )
    found = find_test(Band("EQ(-0.2,0.2)", -0.2, 0.2), [component])

    assert found.of == "equivalence"
    assert found.p == pytest.approx(p, abs=1e-9)


def test_composite_p_value_is_largest_for_support_and_smallest_against():
    """The largest of all for SUPPORTED, the smallest times their number against."""
    rule = All("ALL(P>(0.5); P>(0.5))", (Beyond("", 1, 0.5), Beyond("", 1, 0.5)))
    sure, unsure, against = (around(v, 0.05, "identity") for v in (0.9, 0.65, 0.3))
    held = find_test(rule, [sure, unsure])
    failed = find_test(rule, [sure, against])

    assert held.p == pytest.approx(normal(0.15 / 0.05))
    assert failed.p == pytest.approx(2 * normal(0.2 / 0.05))
