"""Likelihoods of many samples at once are those of each sample's rows, repeated."""

import numpy as np
import pytest

from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.hazards.resampled import ResampledLikelihood


def test_a_weight_counts_as_rows_with_ties_and_late_entry():
    """By the one-sample likelihood under Efron's rule."""
    rng = np.random.default_rng(4)
    exits = np.ceil(rng.exponential(8, 60)) + 1
    entry = np.where(rng.random(60) < 0.3, exits - 1, 0.0)
    ended = rng.random(60) < 0.7
    x, weights = rng.normal(size=(60, 2)), rng.poisson(1, (5, 60)).astype(float)
    found = ResampledLikelihood(exits, ended, entry, weights).compute_gains(
        np.broadcast_to(x, (5, 60, 2))
    )
    for weight, gain in zip(weights, found, strict=True):
        rows = np.repeat(np.arange(60), weight.astype(int))
        model = PartialLikelihood(
            exits[rows], ended[rows], entry[rows], x[rows], efron=True
        )
        expected = model.maximum().log_likelihood - model.origin.log_likelihood
        assert gain == pytest.approx(expected, abs=1e-9)


def test_a_covariate_that_separates_ends_has_no_gain():
    """Its effect has no end; the other sample keeps its own."""
    exits, ended = np.arange(1.0, 9), np.ones(8, bool)
    x = np.stack([-exits, np.array([1.0, -1, 2, 0, 1, 3, -2, 0])])[..., None]
    model = ResampledLikelihood(exits, ended, np.zeros(8), np.ones((2, 8)))
    found = model.compute_gains(x)
    assert np.isnan(found).tolist() == [True, False]
