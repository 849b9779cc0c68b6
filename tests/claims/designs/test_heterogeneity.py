"""Spread between kinds: a published number, and its two ends."""

import numpy as np
import pytest

from helpers.claims.designs.variance import estimate_spread

# Colditz et al. (1994), 13 trials of BCG: log relative risks and their variances
TRIALS = [
    -0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694,
    -1.3713, -0.3394, 0.4459, -0.0173,
]  # fmt: skip
VARIANCES = [
    0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730,
    0.0124, 0.5325, 0.0714,
]  # fmt: skip


def test_the_spread_of_published_trials():
    """Viechtbauer (2007, table II): variance .318, limits .120 and 1.112."""
    found = estimate_spread(TRIALS, np.sqrt(VARIANCES))

    assert found.estimate**2 == pytest.approx(0.318, abs=0.002)
    assert found.low**2 == pytest.approx(0.120, abs=0.002)
    assert found.high**2 == pytest.approx(1.112, abs=0.01)


def test_no_heterogeneity_is_found_where_errors_explain_the_spread():
    """What errors alone explain is no difference between kinds."""
    found = estimate_spread(TRIALS, np.full(13, 5.0))

    assert (found.estimate, found.low) == (0.0, 0.0)
