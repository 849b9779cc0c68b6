"""Studies with planted truth, as tables: each group lives at one pace until it dies."""

import numpy as np
import pytest

# before pytest runs a module's examples: it would import that module a second time
import helpers.claims  # noqa: F401
from validation.worlds.claims import tabled


@pytest.fixture
def plant():
    """Return the function that plants studies."""
    return planted


def planted(seed=1, n=400, **world):
    """Plant n groups from a seed, as the worlds of claims do."""
    return tabled.simulate_exponential(np.random.default_rng(seed), n, **world)
