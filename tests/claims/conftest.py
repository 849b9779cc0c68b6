"""Studies with planted truth, as tables: each group lives at one pace until it dies."""

import numpy as np
import pytest

import helpers.validation.coverage  # noqa: F401 - before the worlds that need it
from helpers.validation.worlds.claims import tabled
from helpers.validation.worlds.claims.tabled import Planted

__all__ = ["Planted", "planted"]


@pytest.fixture
def plant():
    """Return the function that plants studies."""
    return planted


def planted(seed=1, n=400, **world):
    """Plant n groups from a seed, as the worlds of claims do."""
    return tabled.planted(np.random.default_rng(seed), n, **world)
