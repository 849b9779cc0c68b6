"""Weighted risk sets and draws of clusters."""

from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.survival import bootstrap
from helpers.survival.bootstrap import (
    Enough,
    RiskSets,
    bootstrap_statistic,
    choose_clusters,
    choose_clusters_within,
    cluster_by_label,
    cluster_weights,
    resample_statistic,
)
from helpers.survival.interval import SCALES
from helpers.survival.kaplan_meier import estimate_survival
from tests.plain_curves import compute_incidence

rows = st.lists(
    st.tuples(
        st.integers(1, 9), st.integers(0, 2), st.integers(0, 8), st.integers(0, 3)
    ),
    min_size=1,
    max_size=25,
).map(lambda found: [(t, c, s if s < t else 0, w) for t, c, s, w in found])


@given(rows)
def test_samples_are_weighted_estimates(found):
    """Survival and incidence in a sample equal the estimators on copied rows."""
    durations, causes, entry, weights = (
        np.array(c, float) for c in zip(*found, strict=True)
    )
    risk = RiskSets(durations, causes > 0, entry)
    sample = np.array([weights, np.ones(len(found))])
    survival, incidence = risk.survival(sample), risk.incidence(sample, causes == 1)
    for i, weight in enumerate(sample):
        copies = np.repeat(np.arange(len(found)), weight.astype(int))
        if not len(copies):
            continue
        lives = durations[copies], causes[copies], entry[copies]
        whole = estimate_survival(lives[0], lives[1] > 0, lives[2])
        of_one = [compute_incidence(time, *lives) for time in risk.times]
        curve = estimate_survival(durations, causes > 0, entry, weights=weight)
        index = np.searchsorted(whole.times, risk.times, side="right") - 1
        assert survival[i] == pytest.approx(whole.survival[index])
        assert incidence[i] == pytest.approx(of_one)
        at = np.searchsorted(curve.times, risk.times)
        assert survival[i] == pytest.approx(curve.survival[at])


def test_bootstrap_error_of_a_mean_equals_the_formula():
    """The bootstrap error is the textbook's, and t(K − 1) widens it."""
    values = np.random.default_rng(1).normal(size=40)
    found = bootstrap_statistic(
        lambda w: w @ values / w.sum(axis=1),
        cluster_by_label(np.arange(40)),
        "identity",
        replicates=4000,
    )
    assert found.wald.se == pytest.approx(values.std() / 40**0.5, rel=0.04)
    assert (found.high - found.estimate) / found.wald.on_scale("identity")[
        1
    ] == pytest.approx(2.0227, abs=1e-4)


@pytest.mark.parametrize(
    ("network", "batch", "kind", "count"),
    [
        (range(8), [0] * 8, "network", 8),
        ([0] * 40, np.arange(40) // 2, "batch", 20),
        ([0] * 38, np.arange(38) // 2, "group", 38),
        ([0] * 40, range(40), "group", 40),
    ],
)
def test_resampling_unit_follows_the_number_of_networks_and_batches(
    network, batch, kind, count
):
    """Networks from 8 on; within one network batches from 20 on, else groups."""
    found = choose_clusters(list(network), list(batch))
    assert (found.kind, found.count) == (kind, count)


@pytest.mark.parametrize("k", [2, 7])
def test_few_networks_give_no_pooled_interval(k):
    """Two to seven are to be estimated one by one."""
    with pytest.raises(NotIdentifiableError, match="too few for one pooled interval"):
        choose_clusters(np.arange(30) % k, np.arange(30))


def test_bootstrap_draws_equal_the_documented_ones(monkeypatch):
    """Sample s is row s of the generator's table; a row weighs as its cluster came."""
    clusters = cluster_by_label(np.repeat(np.arange(9), 2))
    drawn = np.random.default_rng(7).integers(9, size=(6, 9))
    counts = np.array([np.bincount(row, minlength=9) for row in drawn])
    monkeypatch.setattr(bootstrap, "SEED", 7)
    (weights,) = cluster_weights(clusters, replicates=6)

    assert (weights == np.repeat(counts, 2, axis=1)).all()


@pytest.mark.parametrize(("lost", "refused"), [(50, False), (51, True)])
def test_more_than_a_twentieth_of_failed_samples_is_refused(lost, refused):
    """50 of 1000 without a value are left out; with 51 there is no interval."""
    values = np.r_[np.full(lost, np.nan), np.arange(1000.0 - lost)]

    def statistic(weights):
        return values if len(weights) > 1 else np.array([50.0])

    arguments = statistic, cluster_by_label(np.arange(10)), "identity"
    if refused:
        with pytest.raises(NotIdentifiableError, match="5% of the samples"):
            bootstrap_statistic(*arguments)
        return
    found = bootstrap_statistic(*arguments)
    assert found.wald.se == pytest.approx(np.std(values[lost:], ddof=1))


def test_statistic_undefined_on_all_data_has_no_interval():
    """A statistic that is 0 on all data has no logarithm."""
    with pytest.raises(NotIdentifiableError, match=r"0\.0 has no interval"):
        bootstrap_statistic(
            lambda w: np.where(len(w) > 1, np.ones(len(w)), 0.0),
            cluster_by_label(np.arange(10)),
            "log",
        )


def test_risk_sets_conditional_on_a_start():
    """Who entered by the start is at risk from it on; who enters at an end is not."""
    risk = RiskSets(
        np.array([3.0, 4.0, 5.0, 6.0]),
        np.array([True, False, True, True]),
        np.array([1.0, 2.0, 3.0, 0.0]),
        start=2.0,
    )
    weights = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 0.0, 1.0, 3.0]])

    assert risk.at_risk(weights).tolist() == [[3.0, 2.0, 1.0], [5.0, 4.0, 3.0]]
    assert risk.ends(weights).tolist() == [[1.0, 1.0, 1.0], [2.0, 1.0, 3.0]]


def test_bootstrap_draws_do_not_depend_on_row_order():
    """Units are numbered by their names, so that draws are the same in any order."""
    names = np.array(list("hgfedcba"))
    assert choose_clusters(names, names).codes.tolist() == list(range(7, -1, -1))
    assert cluster_by_label(names).codes.tolist() == list(range(7, -1, -1))
    batches = choose_clusters(["one"] * 40, np.repeat(np.arange(20)[::-1], 2))
    assert batches.codes[:3].tolist() == [19, 19, 18]
    stratum, batch = np.repeat(["b", "a"], 20), np.tile(np.repeat(np.arange(10), 2), 2)
    within = choose_clusters_within(stratum, batch[::-1])
    assert within.codes[[0, 1, 2, 20]].tolist() == [19, 19, 18, 9]


def test_bootstrap_sample_without_survivors_is_finite():
    """Where nobody is at risk nothing ends, and survival stays where it is."""
    risk = RiskSets(np.array([1.0, 2.0]), np.array([True, True]), np.zeros(2))
    samples = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert risk.survival(samples).tolist() == [[0.0, 0.0], [1.0, 0.0]]
    for of in (None, np.array([True, True])):
        assert risk.incidence(samples, of).tolist() == [[1.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize("scale", ["identity", "log", "cloglog"])
def test_monte_carlo_error_of_limits_is_predicted(scale, monkeypatch):
    """Over 300 seeds: a limit's standard error is what the draws are counted for."""
    rng = np.random.default_rng(4)
    values = rng.beta(1, 6, 15)
    clusters, asked = cluster_by_label(np.arange(15)), Enough(400, 0.01, 10**6)

    def mean(weights):
        return weights @ values / weights.sum(axis=1)

    found = []
    for seed in range(299, -1, -1):
        monkeypatch.setattr(bootstrap, "SEED", seed)
        found.append(bootstrap_statistic(mean, clusters, scale, replicates=400))
    limits = np.array([[one.low, one.high] for one in found])
    luck = (np.log(limits) if scale == "log" else limits).std(axis=0).max()
    estimate = float(values.mean())
    draws = resample_statistic(mean, clusters, scale, estimate, n=15, replicates=20_000)
    many = asked.needed(SCALES[scale].forward(draws), scale, estimate, 14)
    assert many == pytest.approx(400 * (luck / 0.01) ** 2, rel=0.2)


def test_sampling_continues_until_limits_are_stable():
    """The first samples stay; as many are added as it takes, up to the most."""
    values = np.random.default_rng(2).normal(size=9)
    clusters = cluster_by_label(np.arange(9))

    def drawn(replicates):
        return resample_statistic(
            lambda weights: weights @ values / 9, clusters, "identity", values.mean(),
            n=9, replicates=replicates,
        )  # fmt: skip

    first = drawn(100)
    assert (drawn(Enough(100, 1.0, 900)) == first).all()
    assert len(drawn(Enough(100, 1e-6, 900))) == 900
    more = drawn(Enough(100, 0.02, 10**6))
    assert 100 < len(more) < 10**6
    assert (more[:100] == first).all()


@pytest.mark.parametrize(
    ("whole", "spread", "refused"),
    [(0.0, 0.99e-12, True), (0.0, 1.01e-12, False), (1e6, 1e-7, True)],
)
def test_rounding_is_no_spread_of_samples(whole, spread, refused):
    """What differs by less than 1e-12 of 1 plus the estimate does not vary."""

    def statistic(weights):
        if len(weights) == 1:
            return np.array([whole])
        return whole + spread * np.tile([-1.0, 1.0], len(weights) // 2)

    of = partial(
        bootstrap_statistic, statistic, cluster_by_label(np.arange(10)), "identity"
    )
    with pytest.raises(UndeterminedError) if refused else nullcontext():
        of(replicates=200)
