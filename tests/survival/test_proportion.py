"""The interval of a probability: which rule it follows, and on how many units."""

import numpy as np
import pytest

from helpers.survival.bootstrap import cluster_by_label
from helpers.survival.estimates import bound_probability
from helpers.survival.interval import compute_clopper_pearson

TEN_TENS = np.repeat(np.arange(10), 10)


def found(estimate, replicates, *, codes=TEN_TENS, counted=None):
    """Return the interval of a probability over some clusters."""
    counted = np.ones(len(codes), bool) if counted is None else counted
    clusters = cluster_by_label(codes)
    return bound_probability(estimate, np.asarray(replicates), clusters, counted, n=100)


def around(edge, times, samples=100):
    """Return replicates of which some lie at an edge."""
    return np.r_[np.full(times, edge), np.linspace(0.2, 0.4, samples - times)]


@pytest.mark.parametrize("edge", [0.0, 1.0])
@pytest.mark.parametrize(("times", "degenerate"), [(50, False), (51, True)])
def test_more_than_five_percent_degenerate_replicates_is_degenerate(
    edge, times, degenerate
):
    """More than 5 % of the replicates at 0 or 1 say nothing."""
    method = found(0.3, around(edge, times, 1000)).method

    assert ("degenerate" in method) is degenerate


def test_design_effect_divides_the_sample_size():
    """Replicates that vary k times as much as single rows leave a k-th of them."""
    values = around(0.0, 6)
    effect = np.var(values, ddof=1) / (0.3 * 0.7 / 80)
    interval = found(0.3, values, counted=np.arange(100) < 80)

    assert effect > 1
    assert (interval.low, interval.high) == pytest.approx(
        compute_clopper_pearson(0.3 * 80 / effect, 80 / effect)
    )


def test_design_effect_below_one_does_not_add_rows():
    """Replicates that agree by chance do not make more rows than there are."""
    values = np.r_[np.zeros(6), np.full(94, 0.02)]

    assert "on 100.0 " in found(0.02, values).method


@pytest.mark.parametrize("estimate", [0.0, 1.0])
def test_without_spread_each_cluster_is_one(estimate):
    """Clusters of 10, 20, … rows count as (Σ sizes)² / Σ sizes²."""
    codes = np.repeat(np.arange(8), np.arange(1, 9))
    sizes = np.arange(1, 9)
    interval = found(estimate, np.full(50, estimate), codes=codes)
    n = sizes.sum() ** 2 / (sizes**2).sum()

    assert (interval.low, interval.high) == pytest.approx(
        compute_clopper_pearson(estimate * n, n)
    )


@pytest.mark.parametrize(("count", "low", "high"), [(1, 0.002529, 0.445016)])
def test_clopper_pearson_limits_of_one_in_ten(count, low, high):
    """Clopper and Pearson's limits for a single success, and a part of one."""
    assert compute_clopper_pearson(count, 10) == pytest.approx((low, high), abs=1e-6)
    assert 0 < compute_clopper_pearson(0.5, 10)[0] < low
    assert high < compute_clopper_pearson(9.5, 10)[1] < 1
