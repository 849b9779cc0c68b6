"""Many claims at once."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.inference import (
    Interval,
    compute_exact_interval,
    compute_p_value,
    select_tests,
)
from helpers.survival.interval import Wald


def ratio(z, se=0.2):
    """Return a ratio z errors from 1."""
    estimate = math.exp(z * se)
    rule = Wald(estimate, se, "log")
    return Interval.of(estimate, rule, method="", n=9, clusters=9)


@given(st.floats(-5, 5))
def test_p_values_invert_intervals(z):
    """For a normal log ratio it is the z test's."""
    assert compute_p_value(ratio(z), 1.0) == pytest.approx(
        2 * stats.norm.sf(abs(z)), abs=1e-9
    )


def test_p_value_of_an_undefined_interval():
    """Limits that are not numbers exclude nothing."""
    rule = Wald(1.0, 0.1, "loglog")
    broken = Interval.of(1.0, rule, method="", n=9, clusters=9)
    assert math.isnan(broken.low)
    assert compute_p_value(broken, 0.5) == 1.0


def test_selection_follows_benjamini_and_hochberg():
    """Their 1995 example: 4 of 15 at q = 0.05."""
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    intervals = [ratio(float(stats.norm.isf(value / 2))) for value in p]
    found = select_tests(
        [compute_p_value(one, 1.0) for one in intervals], intervals, q=0.05
    )
    assert found.selected == (True,) * 4 + (False,) * 11
    assert found.level == pytest.approx(1 - 0.05 * 4 / 15)


def test_intervals_of_the_selected_are_wider():
    """Selecting few of many widens them by Benjamini and Yekutieli's rule."""
    intervals = [compute_exact_interval(k, 100) for k in (50, 52, 48, 90)]
    found = select_tests([compute_p_value(one, 0.5) for one in intervals], intervals)
    assert found.selected == (False, False, False, True)
    assert found.level == pytest.approx(1 - 0.10 / 4)
    assert found.intervals[3].low < intervals[3].low
