"""Weights make arms alike, and a row's weight is how often it counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims.designs.hazards.dated_exposure import (
    build_dummies,
    compute_stabilised_weights,
    estimate_weighted_hazard_ratio,
)
from helpers.errors import NotIdentifiableError
from helpers.survival import fit_cox


def rows(seed, n=300):
    """Return groups at risk whose arm, and life, depend on how big they are."""
    rng = np.random.default_rng(seed)
    big = rng.random(n) < 0.5
    arm = rng.random(n) < np.where(big, 0.7, 0.3)
    life = 14 + rng.exponential(np.where(big, 400, 200))
    return pd.DataFrame(
        {
            "duration": np.round(life), "ended": rng.random(n) < 0.8, "entry": 14.0,
            "exposure": arm * 1.0, "big": big * 1.0,
            "network": "one", "batch": np.arange(n),
        }
    )  # fmt: skip


@given(st.integers(0, 10**6))
def test_weighting_balances_a_binary_covariate(seed):
    """Of a yes or no the weighted shares are those of all rows, in both arms."""
    data = rows(seed, 80)
    weights = compute_stabilised_weights(data["exposure"], data[["big"]])
    for arm in (0.0, 1.0):
        here = data["exposure"] == arm
        share = np.average(data.loc[here, "big"], weights=weights[here])
        assert share == pytest.approx(data["big"].mean(), abs=1e-6)


def test_weights_equal_repeated_rows_of_one_cluster():
    """Rows of weight two and three stand for two and three rows of one cluster."""
    data = rows(3)
    many = np.random.default_rng(1).integers(1, 4, len(data))
    each = {"entry": "entry", "cluster": "batch"}
    once = fit_cox(
        data["duration"], data["ended"], data[["exposure", "big"]],
        **{name: data[column] for name, column in each.items()},
        weights=many, ties="breslow",
    )  # fmt: skip
    copied = data.loc[data.index.repeat(many)]
    again = fit_cox(
        copied["duration"], copied["ended"], copied[["exposure", "big"]],
        **{name: copied[column] for name, column in each.items()},
        ties="breslow",
    )  # fmt: skip
    for name in ("exposure", "big"):
        assert once[name].ratio.estimate == pytest.approx(again[name].ratio.estimate)
        assert once[name].ratio.low == pytest.approx(again[name].ratio.low)


@pytest.mark.parametrize("times", [0.01, 250.0])
def test_only_shares_of_weights_matter(times):
    """All weights multiplied change neither the ratio nor its limits."""
    data = rows(4)
    weights = np.random.default_rng(2).gamma(2, size=len(data))
    one, other = (
        fit_cox(
            data["duration"], data["ended"], data[["exposure"]], entry=data["entry"],
            cluster=data["batch"], weights=weights * by,
        )["exposure"].ratio
        for by in (1.0, times)
    )  # fmt: skip
    assert (one.estimate, one.low) == pytest.approx((other.estimate, other.low))


def test_covariate_that_separates_the_arms_is_refused():
    """Where all of one kind are in one arm there is nobody to compare them with."""
    data = rows(5)
    with pytest.raises(NotIdentifiableError, match="divides the arms"):
        estimate_weighted_hazard_ratio(data.assign(big=data["exposure"]), ["big"])
    twice = data.assign(again=data["big"])
    with pytest.raises(NotIdentifiableError, match="repeat"):
        estimate_weighted_hazard_ratio(twice, ["big", "again"])


def test_no_dummy_column_has_too_few_rows():
    """No column has fewer rows than asked for, whatever the categories."""
    rng = np.random.default_rng(6)
    kinds = pd.Series(rng.choice(list("aaaaaabbbcde"), 200))
    table = build_dummies(kinds, least=30)
    assert (table.sum() >= 30).all()
    assert "a" not in table
