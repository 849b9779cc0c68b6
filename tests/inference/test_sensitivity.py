"""E-values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.inference import Interval, compute_e_value
from helpers.survival.interval import Wald


def ratio(estimate, se=0.1):
    """Return a hazard ratio."""
    rule = Wald(estimate, se, "log")
    return Interval.of(estimate, rule, method="", n=9, clusters=9)


@given(st.floats(1.01, 20), st.booleans())
def test_e_value_of_protection_equals_that_of_inverse_harm(hazard_ratio, common):
    """A ratio and its inverse take the same confounder."""
    one = compute_e_value(ratio(hazard_ratio), common=common)
    other = compute_e_value(ratio(1 / hazard_ratio), common=common)
    assert one == pytest.approx(other)


def test_e_value_of_interval_containing_one_is_one():
    """An interval across 1 has E-value 1."""
    assert compute_e_value(ratio(1.1), common=False).limit == 1.0


def test_common_ends_use_the_square_root():
    """VanderWeele and Ding: (1 − 0.5^√HR) / (1 − 0.5^√(1/HR)) stands for the ratio."""
    risk = (1 - 0.5 ** math.sqrt(2)) / (1 - 0.5 ** math.sqrt(0.5))
    expected = risk + math.sqrt(risk * (risk - 1))
    assert compute_e_value(ratio(2.0), common=True).estimate == pytest.approx(expected)
