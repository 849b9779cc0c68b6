"""Limits of a census, around bounds, and of a complement."""

import pytest

from helpers.claims.quantities.quantity import (
    compute_complement,
    count_exactly,
    enclose_bounds,
)
from helpers.inference import compute_exact_interval


def test_census_has_no_sampling_error():
    """A roster of everybody gives its share at every level."""
    share = count_exactly([True] * 200 + [False] * 143)

    assert share.at_level(0.99).low == share.high == pytest.approx(0.5831, abs=1e-4)


def test_hull_encloses_its_bounds_at_every_level():
    """Lower limit of the lowest, upper limit of the highest, also at 90 %."""
    low, middle, high = (compute_exact_interval(k, 100) for k in (20, 50, 70))
    found = enclose_bounds(middle, low, high, why="both bounds")

    assert (found.estimate, found.low, found.high) == (0.5, low.low, high.high)
    assert found.at_level(0.9).low == low.at_level(0.9).low


def test_complement_swaps_the_limits():
    """The share that is not successful has the other share's limits, turned."""
    share = compute_exact_interval(5, 105)
    other = compute_complement(share)

    assert (other.low, other.high) == (1 - share.high, 1 - share.low)
    assert compute_complement(other).at_level(0.9).low == pytest.approx(
        share.at_level(0.9).low
    )
