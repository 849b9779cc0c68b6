"""Inverse-variance means are those of statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from helpers.errors import NotIdentifiableError
from helpers.inference.fixed_effects import average_fixed_effects
from tests.intervals import around


def test_mean_and_heterogeneity_equal_statsmodels():
    """Mean, its error, Cochran's Q and I² of four ratios."""
    ratios, errors = np.array([0.6, 0.9, 1.4, 1.1]), np.array([0.2, 0.1, 0.3, 0.15])
    parts = [around(r, se) for r, se in zip(ratios, errors, strict=True)]
    found = average_fixed_effects(parts, "log")
    theirs = combine_effects(np.log(ratios), errors**2)

    assert math.log(found.mean.estimate) == pytest.approx(theirs.mean_effect_fe)
    assert found.mean.on_scale("log")[1] == pytest.approx(theirs.sd_eff_w_fe)
    assert (found.q, found.df) == pytest.approx((theirs.q, theirs.df))
    assert found.i2 == pytest.approx(theirs.i2)
    assert found.p == pytest.approx(theirs.test_homogeneity().pvalue)


def test_nothing_to_average_is_refused():
    """Of no estimate there is no mean."""
    with pytest.raises(NotIdentifiableError, match="no estimate to average"):
        average_fixed_effects([], "log")
