"""A curve's limits from clusters: their formula, their ends and the median in them."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.survival.bootstrap import RiskSets, choose_clusters, cluster_weights
from pipeline.life_tables import estimate_survival_band

SAMPLES = 40


@pytest.fixture
def lives(make_lives):
    """Return 60 groups of ten networks; the last ones are censored."""
    rng = np.random.default_rng(8)
    durations = np.sort(rng.permutation(200)[:60] + 1.0)
    return make_lives(durations, durations < 150, network=rng.permutation(60) % 10)


def test_band_errors_equal_the_bootstrap_deviation(lives):
    """The standard deviation of S over samples, with one less in the divisor."""
    band = estimate_survival_band(lives, SAMPLES)
    clusters = choose_clusters(lives.network, lives.batch)
    risk = RiskSets(lives.durations, lives.ended, lives.entry)
    (weights,) = cluster_weights(clusters, replicates=SAMPLES)
    expected = np.std(risk.survival(weights), axis=0, ddof=1)

    assert (band.se[0], band.survival[0], band.times[0]) == (0.0, 1.0, 0.0)
    assert band.se[1:] == pytest.approx(expected)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_band_limits_equal_hand_computed_ones(lives, level):
    """Student's t(9) errors of log(−log S), carried back; none where S is 1."""
    band = estimate_survival_band(lives, SAMPLES)
    s, se = band.survival[1:], band.se[1:]
    reach = stats.t.ppf((1 + level) / 2, 9) * se / np.abs(s * np.log(s))
    low, high = band.limits(level)

    assert low[1:] == pytest.approx(s ** np.exp(reach))
    assert high[1:] == pytest.approx(s ** np.exp(-reach))
    assert np.isnan([low[0], high[0]]).all()
    assert band.limits()[0][5] == band.limits(0.95)[0][5]


@pytest.mark.parametrize(("censored", "end"), [(0, 1 - 0.025 ** (1 / 10)), (1, None)])
def test_the_end_where_all_have_ended(make_lives, censored, end):
    """Ten clusters of which none is left: Clopper and Pearson's limit on ten."""
    durations = np.r_[np.arange(1.0, 60.0), 60.0]
    ended = np.ones(60, bool)
    ended[:censored] = False
    lives = make_lives(durations, ended, network=np.arange(60) % 10)
    low, high = estimate_survival_band(lives, SAMPLES).limits()

    assert low[-1] == 0.0
    assert math.isnan(high[-1]) if end is None else high[-1] == pytest.approx(end)


def test_median_limits_follow_the_band(lives):
    """Limits cross one half."""
    found = estimate_survival_band(lives, SAMPLES).median_interval()
    band = estimate_survival_band(lives, SAMPLES)
    low, high = band.limits(0.95)

    assert found.low == band.times[np.argmax(low <= 0.5)]
    assert found.high == band.times[np.argmax(high <= 0.5)]
    assert (found.n, found.clusters, found.level) == (60, 10, 0.95)
