"""Intraclass correlation from sums: found again, and none where there is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.themes.purpose.surveyed_values import (
    compute_icc,
    estimate_likeness,
)


def _ranks(icc, groups=60, seed=1, values=("a", "b", "c")):
    rng = np.random.default_rng(seed)
    rows = []
    for group in range(groups):
        n = int(rng.integers(5, 30))
        for value in values:
            own = rng.normal(0, icc**0.5) + rng.normal(0, (1 - icc) ** 0.5, n)
            rows.append((group, value, n, own.sum(), (own**2).sum()))
    return pd.DataFrame(rows, columns=["group", "value", "people", "total", "squares"])


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.3])
def test_intraclass_correlation_interval_covers_the_simulated_value(icc):
    """Nominal 95 %, communities of unequal size."""
    found = [estimate_likeness(_ranks(icc, seed=seed)) for seed in range(60)]
    hits = sum(one.low <= icc <= one.high for one in found)
    assert hits >= 50
    assert np.mean([one.estimate for one in found]) == pytest.approx(icc, abs=0.02)


def test_published_intraclass_correlation_is_reproduced():
    """Shrout and Fleiss (1979), table 2: six targets, four ratings each, ICC(1,1)."""
    ratings = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
         [6, 2, 4, 7]], float,
    )  # fmt: skip
    columns = np.full(6, 4.0), ratings.sum(axis=1), (ratings**2).sum(axis=1)
    found = compute_icc(np.ones((1, 6)), *(one[:, None] for one in columns))
    assert found[0, 0] == pytest.approx(0.17, abs=0.005)
