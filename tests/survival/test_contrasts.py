"""Two arms compared: on one scale, from one age on, in the same samples."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.survival.estimates import estimate_mean_lifetime_ratio
from tests.plain_curves import integrate_curve

ARGUMENTS = {"replicates": 30}


@pytest.fixture
def late(make_lives):
    """Return two arms found alive from day 5 and from day 9 on, one gone before."""
    entry = np.r_[np.full(25, 5.0), np.full(25, 9.0), 1.0]
    durations = np.r_[np.arange(7.0, 32.0), np.arange(10.0, 35.0), 8.0]
    return make_lives(durations, np.ones(51), entry), np.arange(51) < 25


def test_contrast_resamples_clusters_of_both_arms(late):
    """Groups or their clusters, on the contrast's own scale, all arms together."""
    found = estimate_mean_lifetime_ratio(*late, 20.0, **ARGUMENTS)

    assert found.method == "bootstrap of 51 groups, t(50), log"
    assert (found.n, found.clusters, found.level) == (51, 51, 0.95)


def test_means_count_from_the_common_start(late):
    """Mean lifetimes up to the horizon are counted from the same age."""
    lives, exposed = late
    after = lives.durations > 9
    first, second = (
        np.minimum(lives.durations[arm & after], 20).mean() - 9
        for arm in (exposed, ~exposed)
    )
    found = estimate_mean_lifetime_ratio(*late, 20.0, **ARGUMENTS)

    assert found.estimate == pytest.approx(first / second)


def test_groups_ending_at_the_origin_are_kept_in_contrasts(make_lives):
    """Without late entry nobody is left out, not even who ended at age 0."""
    durations = np.r_[np.zeros(10), np.arange(1.0, 31.0), np.arange(1.0, 41.0)]
    lives, exposed = make_lives(durations, np.ones(80)), np.arange(80) < 40
    curves = [lives.where(arm).curve() for arm in (exposed, ~exposed)]
    means = [integrate_curve(curve, 20.0) for curve in curves]

    assert estimate_mean_lifetime_ratio(
        lives, exposed, 20.0, **ARGUMENTS
    ).estimate == pytest.approx(means[0] / means[1])


def test_contrast_with_samples_missing_an_arm_is_refused(make_lives):
    """Where one arm is one cluster it is missing in a third of the samples."""
    lives = make_lives(np.arange(1.0, 41.0), np.ones(40), network=np.arange(40) % 8)

    with pytest.raises(NotIdentifiableError, match="of the samples give no estimate"):
        estimate_mean_lifetime_ratio(lives, np.arange(40) % 8 == 0, 20.0, **ARGUMENTS)
