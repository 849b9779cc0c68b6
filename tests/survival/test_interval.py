"""Intervals at any level, and probabilities' intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from helpers.inference import compute_exact_interval, compute_wilson_interval
from helpers.survival.interval import SCALES, Wald

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_proportions_agree_with_statsmodels(count, level):
    """Clopper–Pearson, also at other levels, and Wilson by another route."""
    exact, wilson = (
        proportion_confint(*count, alpha=alpha, method=method)
        for alpha, method in ((1 - level, "beta"), (0.05, "wilson"))
    )
    ours, others = (
        compute_exact_interval(*count, level=level),
        compute_wilson_interval(*count),
    )
    assert (ours.low, ours.high) == pytest.approx(exact, abs=1e-9)
    assert (others.low, others.high) == pytest.approx(wilson, abs=1e-9)


def test_proportion_intervals_equal_published_ones():
    """5/100: Wilson .0215–.1118, Clopper–Pearson .0164–.1128."""
    assert str(compute_wilson_interval(5, 100)) == "0.05 [0.0215, 0.112]"
    found = compute_exact_interval(5, 100)
    assert (found.low, found.high) == pytest.approx((0.0164, 0.1128), abs=5e-5)


@given(st.floats(0.02, 0.98), st.sampled_from(sorted(SCALES)))
def test_scales_are_inverted_and_differentiated(p, scale):
    """Inverse undoes forward; the slope is the difference quotient."""
    forward, inverse, slope = SCALES[scale]
    step = 1e-6
    quotient = (forward(p + step) - forward(p - step)) / (2 * step)
    assert inverse(forward(p)) == pytest.approx(p)
    assert slope(p) == pytest.approx(quotient, rel=1e-4)


def test_standard_errors_change_scale():
    """The error of a log ratio of 0.1 at 2 is 0.2 in the ratio's own unit."""
    rule = Wald(2.0, 0.1, "log")
    assert rule.on_scale("log") == (pytest.approx(math.log(2)), 0.1)
    assert rule.on_scale("identity") == (2.0, pytest.approx(0.2))


@pytest.mark.parametrize("p", [0.05, 0.5])
def test_clopper_pearson_coverage_is_never_below_the_level(p):
    """Its exact coverage is never below the level."""
    x = np.arange(61)
    covered = [
        (found := compute_exact_interval(int(k), 60)).low <= p <= found.high for k in x
    ]
    assert stats.binom.pmf(x, 60, p)[covered].sum() >= 0.95


def test_limits_are_student_t_on_the_scale():
    """2 ± t(9) errors of the logarithm; the default is the normal distribution."""
    reach = 2.262157 * 0.1
    expected = 2 * math.exp(-reach), 2 * math.exp(reach)
    assert Wald(2.0, 0.1, "log", 9)(0.95) == pytest.approx(expected, rel=1e-6)
    assert Wald(0.0, 1.0, "identity")(0.95) == pytest.approx((-1.959964, 1.959964))
