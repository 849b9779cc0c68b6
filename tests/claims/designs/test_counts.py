"""Counts regressed on counts, against statsmodels and a planted ratio."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs.counts import fit_counts
from helpers.errors import UndeterminedError
from helpers.inference import cluster_by_label


def _draw(rng, n=600):
    x = pd.DataFrame(rng.normal(size=(n, 2)), columns=["kept", "won"])
    mean = np.exp(1 + x.to_numpy() @ [0.6, 0.2])
    return x, rng.negative_binomial(2, 2 / (2 + mean))


def test_coefficients_are_those_of_statsmodels():
    """A negative binomial fit with its dispersion by maximum likelihood."""
    x, y = _draw(np.random.default_rng(5))
    fit = sm.NegativeBinomial(y, sm.add_constant(x)).fit(disp=0, maxiter=500)
    found = fit_counts(y, x, cluster_by_label(range(len(y))))
    assert found.estimates == pytest.approx(fit.params.to_numpy()[:3], abs=1e-3)


def test_ratio_of_two_effects_is_recovered():
    """One unit kept for one won: a ratio of e to the power of 0.4."""
    covered = 0
    for seed in range(60):
        x, y = _draw(np.random.default_rng(seed), 300)
        ratio = fit_counts(y, x, cluster_by_label(range(300))).ratio(kept=1, won=-1)
        covered += ratio.low < np.exp(0.4) < ratio.high
    assert covered >= 52


@pytest.mark.parametrize("second", [[1.0] * 20, [0.0, 1.0] * 10])
def test_a_covariate_that_repeats_another_refuses(second):
    """A constant, or a copy, has no effect of its own."""
    x = pd.DataFrame({"one": [0.0, 1.0] * 10, "two": second})
    with pytest.raises(UndeterminedError, match="repeats"):
        fit_counts(range(20), x, cluster_by_label(range(20)))


def test_a_covariate_that_divides_zeros_from_counts_refuses():
    """Its effect is infinite, and no number of steps reaches it."""
    x = pd.DataFrame({"one": [0.0] * 10 + [1.0] * 10})
    with pytest.raises(UndeterminedError):
        fit_counts([3, 4] * 5 + [0] * 10, x, cluster_by_label(range(20)))
