"""What measures explain of next month's talk, by algebra."""

import numpy as np
import pytest

from helpers.claims.designs.dominance import compute_lead


def _each(x):
    """Return every measure as a family of its own."""
    return list(x.T[:, :, None])


def test_shares_of_independent_measures_equal_their_variance_shares():
    """Of two measures with effects 2 and 1 the first explains four fifths."""
    chance = np.random.default_rng(1)
    x = chance.choice([-1.0, 1.0], (40_000, 2))
    y = np.exp(x @ [0.02, 0.01])
    assert compute_lead(y, _each(x), np.ones(len(y))) == pytest.approx(0.6, abs=0.01)


def test_weight_equals_repeated_rows():
    """Rows with weights explain what the same rows repeated do."""
    chance = np.random.default_rng(2)
    x, y = chance.normal(size=(200, 3)), chance.poisson(3.0, 200).astype(float)
    times = chance.integers(0, 3, 200)
    weighed = compute_lead(y, _each(x), times.astype(float))
    often = _each(np.repeat(x, times, 0))
    repeated = compute_lead(np.repeat(y, times), often, np.ones(times.sum()))
    assert weighed == pytest.approx(repeated, rel=1e-6)
