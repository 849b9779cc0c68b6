"""Hazard ratios within strata, against statsmodels and in one number by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from helpers.claims.designs.strata import estimate_stratified_hazard_ratio
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label

RNG = np.random.default_rng(5)


def _people(strata=12, each=40):
    n = strata * each
    people = pd.DataFrame({"stratum": np.repeat(np.arange(strata), each)})
    people["exposed"] = RNG.integers(0, 2, n)
    people["ended"] = RNG.random(n) < 0.2 + 0.2 * people["exposed"]
    return people


def test_stratified_ratio_equals_efrons_stratified_cox():
    """A life table says what its people say: one tied time in each stratum."""
    people = _people()
    wide = people.pivot_table(
        index="stratum", columns="exposed", values="ended", aggfunc=["size", "sum"]
    )
    fit = PHReg(
        np.where(people["ended"], 1.0, 2.0), people[["exposed"]], people["ended"],
        strata=people["stratum"], ties="efron",
    ).fit()  # fmt: skip
    found = estimate_stratified_hazard_ratio(
        wide["size"], wide["sum"], cluster_by_label(range(12))
    )

    assert np.log(found.estimate) == pytest.approx(fit.params[0], abs=1e-6)


def test_swapping_arms_inverts_the_stratified_ratio():
    """The ratio of the others to the exposed is the inverse, limits and all."""
    risk = RNG.integers(20, 60, (15, 2))
    ends = RNG.binomial(risk, [0.2, 0.3])
    one, other = (
        estimate_stratified_hazard_ratio(
            risk[:, order], ends[:, order], cluster_by_label(range(15))
        )
        for order in ([0, 1], [1, 0])
    )

    assert other.estimate == pytest.approx(1 / one.estimate)
    assert other.low == pytest.approx(1 / one.high)


def test_strata_with_only_one_arm_are_refused():
    """Without anybody to compare there is no ratio."""
    with pytest.raises(NotIdentifiableError, match="both arms are at risk"):
        estimate_stratified_hazard_ratio(
            [[10, 0]] * 9, [[3, 0]] * 9, cluster_by_label(range(9))
        )
