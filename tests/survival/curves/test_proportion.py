"""The interval of a probability: which rule it follows, and on how many units."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival.bootstrap import cluster_by_label
from helpers.survival.curves.proportion import ClopperPearson, Wilson
from helpers.survival.estimates import bound_probability

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


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_degenerate_replicates_count_as_half_a_row(edge):
    """0 and 1 are moved inwards by half of one row, to have a place on the scale."""
    inside = around(abs(edge - 0.005), 5)
    error = found(0.3, around(edge, 5)).on_scale("cloglog")[1]

    assert error == pytest.approx(np.std(np.log(-np.log(1 - inside)), ddof=1))


def test_design_effect_divides_the_sample_size():
    """Replicates that vary k times as much as single rows leave a k-th of them."""
    values = around(0.0, 6)
    effect = np.var(values, ddof=1) / (0.3 * 0.7 / 80)
    interval = found(0.3, values, counted=np.arange(100) < 80)

    assert effect > 1
    assert interval.limits == ClopperPearson(
        pytest.approx(0.3 * 80 / effect), pytest.approx(80 / effect)
    )


def test_design_effect_below_one_does_not_add_rows():
    """Replicates that agree by chance do not make more rows than there are."""
    values = np.r_[np.zeros(6), np.full(94, 0.02)]

    assert found(0.02, values).limits.n == 100


@pytest.mark.parametrize("estimate", [0.0, 1.0])
def test_without_spread_each_cluster_is_one(estimate):
    """Clusters of 10, 20, … rows count as (Σ sizes)² / Σ sizes²."""
    codes = np.repeat(np.arange(8), np.arange(1, 9))
    sizes = np.arange(1, 9)
    limits = found(estimate, np.full(50, estimate), codes=codes).limits

    assert limits.n == pytest.approx(sizes.sum() ** 2 / (sizes**2).sum())
    assert limits.successes == pytest.approx(estimate * limits.n)


@pytest.mark.parametrize("estimate", [0.0, 0.3])
def test_proportion_without_follow_up_is_uninformative(estimate):
    """If none could be followed to the horizon, every probability is possible."""
    interval = found(estimate, around(0.0, 6), counted=np.zeros(100, bool))

    assert (interval.limits.n, interval.low, interval.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("lost", "refused"), [(5, False), (6, True)])
def test_more_than_five_percent_of_failed_replicates_is_refused(lost, refused):
    """A twentieth of the samples without an estimate is borne, and left out."""
    values = around(np.nan, lost)
    if refused:
        with pytest.raises(NotIdentifiableError, match="6% of the samples"):
            found(0.3, values)
        return
    error = np.std(np.log(-np.log(1 - values[lost:])), ddof=1)
    assert found(0.3, values).on_scale("cloglog")[1] == pytest.approx(error)


def test_zero_and_full_counts_are_finite_on_a_scale():
    """Half a success and half a failure are added before the scale is taken."""
    centre, error = ClopperPearson(3, 19).on_scale("log")
    p = 3.5 / 20

    assert centre == pytest.approx(np.log(p))
    assert error == pytest.approx((p * (1 - p) / 20) ** 0.5 / p)


def test_limits_of_all_or_none_end_at_the_edge():
    """Rounding leaves no limit outside of 0 and 1, whatever the number."""
    for rule in (Wilson, ClopperPearson):
        none = np.array([rule(0, n)(0.95) for n in range(1, 200)])
        every = np.array([rule(n, n)(0.95) for n in range(1, 200)])
        assert ((none[:, 0] >= 0) & (none[:, 0] < 1e-15)).all()
        assert ((every[:, 1] <= 1) & (every[:, 1] > 1 - 1e-15)).all()


@pytest.mark.parametrize("estimate", [0.0, 1.0])
def test_an_estimate_at_the_edge_is_degenerate(estimate):
    """Whatever the samples say: they have left out who decides."""
    assert "degenerate" in found(estimate, around(0.3, 5)).method


def test_degrees_of_freedom_are_clusters_less_one():
    """Ten clusters leave nine."""
    assert found(0.3, around(0.3, 5)).limits.df == 9


@pytest.mark.parametrize(("count", "low", "high"), [(1, 0.002529, 0.445016)])
def test_clopper_pearson_limits_of_one_in_ten(count, low, high):
    """Clopper and Pearson's limits for a single success, and a part of one."""
    assert ClopperPearson(count, 10)(0.95) == pytest.approx((low, high), abs=1e-6)
    assert 0 < ClopperPearson(0.5, 10)(0.95)[0] < low
    assert high < ClopperPearson(9.5, 10)(0.95)[1] < 1
