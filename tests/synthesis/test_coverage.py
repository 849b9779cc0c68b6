"""Intervals hold what they are about as often as the published table says."""

import numpy as np
import pytest

from validation.pools import SOURCES, read_averages, simulate_averages

DRAWS = 250


@pytest.mark.parametrize(("k", "tau"), [(3, 0.6), (10, 1.2), (5, 0.0)])
def test_coverage_is_as_published(k, tau):
    """Drawn again with another seed, within five Monte Carlo errors."""
    table = read_averages().set_index(["k", "tau"]).drop(columns="replicates")
    drawn = simulate_averages(k, tau, DRAWS, np.random.default_rng(2))

    assert set(table) == set(drawn.index)
    for column, share in drawn.items():
        published = table.loc[(k, tau), column]
        error = max(published * (1 - published) / DRAWS, 0.002 / DRAWS) ** 0.5
        assert abs(share - published) < 5 * error + 0.005


def test_pooled_intervals_cover_where_sources_differ():
    """At every k, 93 to 97 % from a spread of 0.3 on; never too narrow at none."""
    table = read_averages()
    spread = table[table["tau"] >= 0.3]

    assert set(table["k"]) == set(SOURCES)
    assert spread["pooled"].between(0.93, 0.97).all()
    assert (table["pooled"] >= 0.93).all()
