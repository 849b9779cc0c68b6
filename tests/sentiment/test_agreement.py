"""The area under a curve is the known statistic, with an interval that holds."""

import numpy as np
import pytest
from scipy import stats

from helpers.sentiment.error_draws import compute_auc


def test_auc_is_the_mann_whitney_statistic():
    """Ties count half, and the interval holds the truth as often as it says."""
    chance = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        truth = chance.random(300) < 0.3
        score = chance.normal(size=300).round(1) + truth
        found = compute_auc(score, truth)
        u = stats.mannwhitneyu(score[truth], score[~truth]).statistic
        assert found.estimate == pytest.approx(u / truth.sum() / (~truth).sum())
        hits += found.low <= stats.norm.cdf(1 / np.sqrt(2)) <= found.high
    assert hits >= 183
