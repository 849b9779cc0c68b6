"""Ratios and differences against statsmodels, plain loops and simulated truths."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs import ratios
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.inference import cluster_by_label


def _panel(slope, *, units=40, periods=12, seed=1):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), periods)
    x = rng.normal(size=(len(unit), 2))
    level = rng.normal(1, 1, units)[unit]
    counts = rng.poisson(np.exp(level + slope * x[:, 0] - 0.3 * x[:, 1]))
    return counts, pd.DataFrame(x, columns=["a", "b"]), unit


def test_counts_within_units_equal_a_poisson_model_with_dummies():
    """Effects of units are conditioned away, and errors are of clusters."""
    counts, x, unit = _panel(0.5)
    found = ratios.fit_within(counts, x, unit, cluster_by_label(unit))
    dummies = pd.get_dummies(unit, dtype=float)
    design = np.column_stack([x, dummies])
    fit = sm.GLM(counts, design, sm.families.Poisson()).fit(
        tol=1e-12,
        cov_type="cluster",
        cov_kwds={"groups": unit, "use_correction": False},
    )
    assert np.log(found.estimate) == pytest.approx(fit.params[0], rel=1e-6)
    error = fit.bse[0] * np.sqrt(40 / 39)
    assert found.wald.on_scale("log")[1] == pytest.approx(error, rel=1e-4)


def test_separated_counts_are_no_estimate():
    """An exposure whose days have no message at all has no finite ratio."""
    counts, _, unit = _panel(0.0)
    exposed = pd.DataFrame({"a": np.tile([1.0] + [0.0] * 11, 40)})
    silent = np.where(exposed["a"] == 1, 0, counts + 1)
    with pytest.raises(UndeterminedError):
        ratios.fit_within(silent, exposed, unit, cluster_by_label(unit))


def test_odds_ratio_is_the_cross_product_of_the_table():
    """And its error that of a logistic regression with robust errors."""
    x = pd.DataFrame({"x": [1.0] * 30 + [0.0] * 50})
    y = np.r_[np.ones(12), np.zeros(18), np.ones(10), np.zeros(40)]
    found = ratios.estimate_odds_ratio(y, x, cluster_by_label(range(80)))
    assert found.estimate == pytest.approx(12 * 40 / (18 * 10))
    with pytest.raises(NotIdentifiableError):
        ratios.estimate_odds_ratio(x["x"] == 1, x, cluster_by_label(range(80)))


def test_stratified_ratio_has_the_slope_of_a_cox_model_of_people():
    """Counts at risk and of ends say as much as the people themselves."""
    rng = np.random.default_rng(4)
    risk = rng.integers(20, 60, (30, 2))
    ends = rng.binomial(risk, [0.1, 0.2])
    found = ratios.estimate_stratified_ratio(risk, ends, cluster_by_label(range(30)))
    people = pd.DataFrame(
        [
            (stratum, arm, float(nth < ends[stratum, arm]))
            for stratum in range(30)
            for arm in (0, 1)
            for nth in range(risk[stratum, arm])
        ],
        columns=["stratum", "arm", "ended"],
    )
    time = np.where(people["ended"] == 1, 1.0, 2.0)
    model = sm.PHReg(
        time, people[["arm"]], people["ended"], strata=people["stratum"], ties="efron"
    )
    assert np.log(found.estimate) == pytest.approx(model.fit().params[0], rel=1e-5)


def test_interval_of_a_mean_ratio_covers_the_truth():
    """Whole clusters are drawn, whose rows resemble each other."""
    hits = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cluster = np.repeat(np.arange(30), 10)
        arm = rng.integers(0, 2, 300)
        level = rng.gamma(5, 0.2, 30)[cluster]
        values = rng.poisson(2 * level * np.where(arm == 1, 1.5, 1.0))
        found = ratios.compare_means(values, arm, cluster_by_label(cluster))
        hits += found.low < 1.5 < found.high
    assert hits >= 35


def test_paired_difference_is_that_of_the_arms_shares():
    """With the error of differences within pairs."""
    rng = np.random.default_rng(2)
    first, second = rng.random(500) < 0.3, rng.random(500) < 0.2
    only_first, only_second = (first & ~second).sum(), (second & ~first).sum()
    found = ratios.compute_paired_difference(int(only_first), int(only_second), 500)
    each = first.astype(float) - second
    assert found.estimate == pytest.approx(each.mean())
    assert found.wald.on_scale("identity")[1] == pytest.approx(
        each.std() / np.sqrt(500)
    )


def test_rate_ratio_in_cells_is_recovered_beside_a_stratum():
    """Weeks differ sixfold, and the exposed days fall in the busy ones."""
    rng = np.random.default_rng(3)
    week = np.repeat(np.arange(6), 2)
    exposed = np.tile([True, False], 6)
    days = np.where(exposed, 500 * (week + 1), 3000)
    rate = 0.01 * (week + 1) * np.where(exposed, 2.0, 1.0)
    rows = pd.DataFrame({"week": week, "days": days, "n": rng.poisson(days * rate)})
    found = ratios.estimate_rate_ratio_in_cells(rows, pd.Series(exposed), ["week"], "n")
    assert found.low < 2 < found.high < 2.5


def test_ratio_of_blocks_is_that_of_the_sums():
    """Blocks are drawn whole, so that their level cancels."""
    rng = np.random.default_rng(8)
    block = np.repeat(np.arange(100), 4)
    treated = np.tile([True, True, False, False], 100)
    of = rng.poisson(20 * rng.gamma(2, 0.5, 100)[block]) + 1
    part = rng.binomial(of, np.where(treated, 0.1, 0.2))
    rows = pd.DataFrame({"block": block, "treated": treated, "part": part, "of": of})
    found = ratios.estimate_ratio_of_blocks(rows, "part", "of")
    sums = rows.groupby("treated")[["part", "of"]].sum()
    shares = sums["part"] / sums["of"]
    assert found.estimate == pytest.approx(shares[True] / shares[False])
    assert found.low < 0.5 < found.high
