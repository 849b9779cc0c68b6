"""Failure, mean and median of groups with intervals that know clusters."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.survival.estimates import (
    estimate_failure_probability,
    estimate_mean_lifetime_ratio,
)
from pipeline.life_tables import estimate_survival_band
from tests.plain_curves import compute_incidence


@pytest.fixture
def lives(make_lives):
    """Return 400 groups of 20 networks, censored, tied, a few dead at 0."""
    rng = np.random.default_rng(4)
    life = np.floor(rng.exponential(80, 400))
    watched = rng.integers(60, 300, 400)
    network = np.arange(400) % 20
    ended = life <= watched
    return make_lives(
        np.minimum(life, watched), ended, network=network, potential=watched
    )


@pytest.fixture
def late(make_lives):
    """Return groups of one network that were found alive."""
    rng = np.random.default_rng(5)
    entry, life = rng.integers(0, 60, 600), rng.exponential(80, 600)
    seen = life > entry
    exits = np.minimum(life, 200.0)[seen]
    return make_lives(
        exits, life[seen] <= 200, entry[seen], potential=[200] * seen.sum()
    )


def test_estimates_equal_the_kaplan_meier_curve(lives):
    """Failure, mean and median are read off the same Kaplan–Meier curve."""
    curve = lives.curve()
    failure = estimate_failure_probability(lives, 105.0)
    median = estimate_survival_band(lives).median_interval()
    assert failure.estimate == pytest.approx(1 - curve.at(105.0))
    assert median.estimate == curve.median
    assert failure.method == "bootstrap of 20 networks, t(19), cloglog"
    assert (failure.n, failure.clusters) == (400, 20)


def test_delayed_entry_is_conditional_on_twenty_at_risk(late):
    """Everything starts at the first age with 20 at risk."""
    curve = late.curve().from_at_risk(20)
    assert estimate_failure_probability(late, 105.0).estimate == pytest.approx(
        1 - curve.at(105.0)
    )
    assert estimate_survival_band(late).median == curve.median


def test_single_groups_give_greenwoods_error(make_lives):
    """Drawing single groups repeats what Greenwood's formula says."""
    rng = np.random.default_rng(6)
    life, watched = rng.exponential(80, 800), rng.uniform(60, 300, 800)
    lives = make_lives(np.minimum(life, watched), life <= watched, potential=watched)
    ours = estimate_failure_probability(lives, 105.0)
    formula = lives.curve().interval(105.0, scale="loglog")
    assert ours.low == pytest.approx(1 - formula.high, abs=0.004)
    assert ours.high == pytest.approx(1 - formula.low, abs=0.004)
    median, crossing = (
        estimate_survival_band(lives).median_interval(),
        lives.curve().median_interval(),
    )
    assert (median.low, median.high) == pytest.approx(
        (crossing.low, crossing.high), rel=0.06
    )


def test_estimates_do_not_depend_on_row_order(lives):
    """Sorted another way, the estimate and its limits stay."""
    back = lives.where(np.arange(len(lives))[::-1])
    one, other = (estimate_failure_probability(each, 105.0) for each in (lives, back))
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_complete_single_groups_are_exact(make_lives):
    """Uncensored groups of one network are a plain count: Clopper–Pearson."""
    found = estimate_failure_probability(
        make_lives([5.0] * 5 + [50.0] * 95, [1] * 100), 9.0
    )
    assert found.method == "Clopper–Pearson"
    assert (found.low, found.high) == pytest.approx((0.0164319, 0.1128349), abs=1e-6)


def test_degenerate_bootstrap_reports_it(make_lives):
    """If all have ended the clusters show no spread: each counts as one."""
    everyone = make_lives(
        np.ones(200), np.ones(200), network=np.arange(200) % 20, potential=[99.0] * 200
    )
    found = estimate_failure_probability(everyone, 9.0)
    assert found.method == "Clopper–Pearson on 20.0 (degenerate bootstrap)"
    assert (found.low, found.high) == (pytest.approx(0.025 ** (1 / 20)), 1.0)


def test_competing_ends_are_not_counted_as_failures(lives):
    """With ends set aside it is the cumulative incidence of the rest."""
    fulfilled = np.arange(len(lives)) % 4 == 0
    causes = np.where(lives.ended, np.where(fulfilled, 2, 1), 0)
    found = estimate_failure_probability(lives, 105.0, competing=fulfilled)
    expected = compute_incidence(105.0, lives.durations, causes)
    assert found.estimate == pytest.approx(expected)


def test_failure_probability_without_events_is_0(lives):
    """No end is a failure probability of 0 with an upper limit."""
    found = estimate_failure_probability(lives.where(~lives.ended), 50.0)
    assert found.estimate == found.low == 0
    assert 0 < found.high < 1


def test_shared_networks_cancel_in_contrasts(make_lives):
    """Networks that differ much hardly blur a difference within them."""
    rng = np.random.default_rng(7)
    network = np.repeat(np.arange(20), 40)
    frailty = np.exp(1.5 * rng.standard_normal(20))[network]
    lives = make_lives(rng.exponential(100 / frailty), np.ones(800), network=network)
    exposed = np.arange(800) % 2 == 0
    apart = np.arange(800) // 40 < 10  # networks against networks
    within, between = (
        estimate_mean_lifetime_ratio(lives, arm, 60.0).wald.on_scale("log")[1]
        for arm in (exposed, apart)
    )
    assert within < 0.7 * between


def test_band_equals_the_estimate_at_the_horizon(lives):
    """The band around the curve is the interval of each of its points."""
    band = estimate_survival_band(lives)
    index = np.searchsorted(band.times, 105.0, side="right") - 1
    low, high = (limits[index] for limits in band.limits())
    found = estimate_failure_probability(lives, 105.0)
    assert (1 - high, 1 - low) == pytest.approx((found.low, found.high), abs=0.01)


def test_a_median_that_is_not_reached(make_lives):
    """Its estimate and upper limit are infinite, its lower limit is not."""
    durations = np.r_[np.arange(1.0, 46.0), np.full(55, 100.0)]
    lives = make_lives(durations, durations < 100)
    found = estimate_survival_band(lives).median_interval()
    assert found.estimate == found.high == np.inf
    assert found.low < 100


@pytest.mark.parametrize(("entered", "effective"), [(2.0, 12), (2.5, 11)])
def test_degenerate_estimate_counts_only_fully_followed_groups(
    make_lives, entered, effective
):
    """Of groups that all failed, those watched from the start to the horizon count."""
    entry = np.r_[np.full(31, 2.0), entered]
    potential = np.r_[np.full(20, 29.9), np.full(12, 30.0)]
    lives = make_lives(np.arange(3.0, 35.0) / 2 + 3, np.ones(32), entry)
    lives = replace(lives, potential=potential)
    found = estimate_failure_probability(lives, 30.0, replicates=50)
    assert found.method == f"Clopper–Pearson on {effective:.1f} (degenerate bootstrap)"


def test_competing_ends_under_late_entry(make_lives):
    """Which ends compete is known of those left after the start."""
    entry = np.r_[1.0, np.full(40, 5.0)]
    lives = make_lives(np.r_[3.0, np.arange(6.0, 46.0)], np.ones(41), entry)
    other = np.r_[False, np.arange(40) % 4 == 0]
    found = estimate_failure_probability(lives, 60.0, replicates=20, competing=other)
    assert found.estimate == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("censored", "method"),
    [(20.0, "boot"), (30.0, "Clopper–Pearson"), (60.0, "Clopper–Pearson")],
)
def test_only_groups_with_observed_outcome_count_at_the_horizon(
    make_lives, censored, method
):
    """Censoring before the horizon leaves no plain count, at or after it does."""
    durations = np.r_[np.arange(1.0, 40.0), censored]
    lives = make_lives(durations, np.arange(40) < 39)
    found = estimate_failure_probability(lives, 30.0, replicates=20)
    assert found.method.startswith(method)


def test_groups_that_entered_after_the_horizon_are_not_counted(make_lives):
    """They tell nothing of the time before; the W3C had 364 of 559 such groups."""
    durations = np.r_[np.full(10, 20.0), np.full(70, 100.0)]
    entry = np.r_[np.zeros(60), np.full(20, 60.0)]
    lives = make_lives(durations, durations < 50, entry)

    assert estimate_failure_probability(lives, 50.0, replicates=50).n == 60
