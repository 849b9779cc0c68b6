"""Shares, means, medians and ratios of rates over clusters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotIdentifiableError
from helpers.inference import (
    cluster_by_label,
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
)

SINGLE = cluster_by_label(np.arange(200))
TWENTY = cluster_by_label(np.repeat(np.arange(20), 10))


def test_share_of_copies_is_that_of_the_clusters():
    """Ten equal rows a cluster say no more than one of them."""
    flags = np.repeat(np.arange(20) < 8, 10)
    found = estimate_share(flags, TWENTY)
    assert found.estimate == pytest.approx(0.4)
    error = found.wald.on_scale("identity")[1]
    assert error == pytest.approx((0.4 * 0.6 / 20) ** 0.5, rel=0.15)


def test_share_of_all_true_rows_has_a_lower_limit_below_one():
    """Twenty clusters without an exception leave room for one."""
    found = estimate_share(np.ones(200), TWENTY)
    assert (found.low, found.high) == (pytest.approx(0.025 ** (1 / 20)), 1.0)


def test_interval_of_a_mean_covers_95_percent():
    """In 200 planted data sets with clusters, about 95 % cover 0."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(200):
        values = np.repeat(rng.normal(size=20), 10) + rng.normal(size=200)
        found = estimate_mean(values, TWENTY, replicates=200)
        hits += found.low <= 0 <= found.high
    assert 180 <= hits <= 199


@given(st.lists(st.integers(-5, 5), min_size=8, max_size=40))
def test_median_is_the_median(values):
    """Ties, negative values and even numbers of rows included."""
    found = estimate_median(
        values, cluster_by_label(np.arange(len(values))), replicates=50
    )
    assert found.estimate == np.median(values)
    assert found.low <= found.estimate <= found.high < np.inf


def test_median_limits_cover_as_order_statistics_do():
    """For independent rows they are near the exact ones, ranks 86 and 115 of 200."""
    values = np.sort(np.random.default_rng(2).normal(size=200))
    found = estimate_median(values, SINGLE)
    assert values[82] <= found.low <= values[89]
    assert values[110] <= found.high <= values[117]


def test_rate_ratio_is_of_sums():
    """Busy groups weigh more, and other windows' lengths are allowed for."""
    early, late = np.arange(200.0), np.arange(200.0) * 3 + np.tile([1, -1], 100)
    days = np.full(200, 28.0)
    found = estimate_rate_ratio(late, days * 6, early, days, SINGLE)
    assert found.estimate == pytest.approx(0.5)
    assert 0 < found.high - found.low < 0.01


def test_rate_ratio_error_matches_the_delta_method():
    """The bootstrap's error of the log ratio is that of linearisation."""
    rng = np.random.default_rng(3)
    size = rng.gamma(2, 10, 200)
    base, late = rng.poisson(size), rng.poisson(size * 0.6)
    found = estimate_rate_ratio(late, np.ones(200), base, np.ones(200), SINGLE)
    residual = late / late.mean() - base / base.mean()
    error = found.wald.on_scale("log")[1]
    assert error == pytest.approx(residual.std() / 200**0.5, rel=0.08)
    assert found.low < 0.6 < found.high


def test_rate_ratio_of_empty_windows_is_refused():
    """A window without any message is said to give none."""
    days = np.ones(200)
    with pytest.raises(NotIdentifiableError):
        estimate_rate_ratio(np.zeros(200), days, days, days, SINGLE)
