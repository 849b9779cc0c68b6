"""What a source weighs, at the edges of its scale."""

import math

import pytest

from helpers.claims.contract.finding import Range
from helpers.synthesis.scales import to_effect

INF = math.inf


def test_a_census_weighs_as_a_sample_of_its_size():
    """It has no interval, and would else outweigh everything."""
    census = to_effect(Range(0.5, 0.5, 0.5), "logit", 100)

    assert census.se == pytest.approx(0.2)


def test_zero_share_is_corrected_by_half_a_unit():
    """A share of 0 lies nowhere on the scale of log odds."""
    none = to_effect(Range(0.0, 0.0, 0.1), "logit", 36)

    assert none.value == pytest.approx(math.log((0.5 / 36) / (1 - 0.5 / 36)))
    assert 0 < none.se < INF


@pytest.mark.parametrize(
    ("span", "scale"),
    [
        (Range(2.3, 0.0, 4.9), "log"),
        (Range(-0.4, -INF, INF), "identity"),
        (Range(INF, INF, INF), "log"),
        (Range(math.nan, math.nan, math.nan), "logit"),
        (Range(0.3, 0.3, 0.3), "identity"),
    ],
)
def test_an_interval_without_a_finite_width_has_no_weight(span, scale):
    """It is listed and does not enter."""
    assert to_effect(span, scale, 50) is None


def test_source_without_units_does_not_divide_by_zero():
    """A user's source may count nothing."""
    assert to_effect(Range(0.5, 0.5, 0.5), "logit", 0).se == pytest.approx(2.0)
