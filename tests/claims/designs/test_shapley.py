"""Shares of what is explained: they add up, and a copy halves its original."""

import numpy as np
import pytest

from helpers.claims.designs.shapley import (
    compute_family_shares,
    compute_shapley,
)

RNG = np.random.default_rng(2)
X = RNG.normal(size=(500, 2))
Y = (RNG.uniform(size=500) < 1 / (1 + np.exp(-2 * X[:, 0]))).astype(float)
ONE = np.ones(500)


def test_a_game_with_a_known_value():
    """Three with weights 4, 3 and 2 and a quota of 5 (any two win): a third each."""
    won = compute_shapley(lambda who: float(len(who) > 1), 3)

    assert won.tolist() == pytest.approx([1 / 3] * 3)


def test_only_informative_measure_gets_nearly_all_of_the_share():
    """Shares add up to 1; noise has next to none."""
    shares = compute_family_shares(Y, [X[:, :1], X[:, 1:]], ONE)

    assert shares.sum() == pytest.approx(1.0)
    assert shares[0] > 0.95


def test_duplicated_families_get_equal_shares():
    """Two families that know the same have the same share."""
    shares = compute_family_shares(Y, [X[:, :1], X[:, :1], X[:, 1:]], ONE)

    assert shares[0] == pytest.approx(shares[1], abs=1e-4)
