"""Attributable deaths: the closed form, and nothing where nothing differs."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.hazards.attributable import attributable_fraction


def lives(ratio, n=800):
    """Return lifetimes of which half die `ratio` times as fast, seen for a year."""
    rng = np.random.default_rng(6)
    exposed = np.arange(n) % 2
    drawn = rng.exponential(3000 / ratio**exposed)
    data = pd.DataFrame({"duration": np.minimum(drawn, 365.0), "ended": drawn < 365})
    data = data.assign(entry=0.0, network="a", batch=np.arange(n).astype(str))
    return data, pd.DataFrame({"exposed": exposed.astype(float)})


def test_the_fraction_is_that_of_the_exposed_deaths():
    """Three quarters of the deaths are exposed, and two thirds of these are due."""
    found = attributable_fraction(*lives(3.0))

    assert found.low < 0.5 < found.high
    assert found.estimate == pytest.approx(0.5, abs=0.1)


def test_no_effect_accounts_for_nothing():
    """The interval holds 0."""
    found = attributable_fraction(*lives(1.0))

    assert found.low < 0 < found.high
