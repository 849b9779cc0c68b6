"""Operators' share of variance: a second route, and an end."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.variance import estimate_shared_variance

UNIT = np.repeat(np.arange(120), 5)
NOBODY = pd.DataFrame(index=range(600))


def times(share, seed=3):
    """Draw log times of which units account for a share of the variance."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=600) * np.sqrt(1 - share)
    return 3 + rng.normal(size=120)[UNIT] * np.sqrt(share) + own


def test_shared_variance_agrees_with_analysis_of_variance():
    """With equal units and nothing censored the two estimates are close."""
    log_time = times(0.3)
    table = pd.Series(log_time).groupby(UNIT)
    between, within = 5 * table.mean().var(), table.var().mean()
    share = (between - within) / (between + 4 * within)
    found = estimate_shared_variance(log_time, np.ones(600, bool), UNIT, NOBODY)

    assert found.estimate == pytest.approx(share, abs=0.01)
    assert found.low < 0.3 < found.high


def test_shared_variance_interval_covers_the_truth_under_censoring():
    """What is known of the longest lives is enough."""
    log_time = times(0.3)
    ended = log_time < 3.8
    found = estimate_shared_variance(np.minimum(log_time, 3.8), ended, UNIT, NOBODY)

    assert found.low < 0.3 < found.high
    assert (~ended).mean() > 0.15


def test_lower_limit_is_zero_without_shared_variance():
    """The interval stays in its range and does not exclude the truth."""
    found = estimate_shared_variance(times(0.0), np.ones(600, bool), UNIT, NOBODY)

    assert found.low == 0.0
    assert found.high < 0.12
