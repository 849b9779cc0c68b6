"""Discrete hazards recover the hazard ratios of the continuous model."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.errors import NotIdentifiableError
from helpers.survival import fit_cox, fit_discrete_hazard


@pytest.fixture(scope="module")
def weekly():
    """Return lifetimes in whole weeks with a hazard ratio of 2, and their rows."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, 2, 3000).astype(float)
    week = np.ceil(rng.exponential(10 / 2**x)).astype(int)
    people = pd.DataFrame({"x": x, "week": np.minimum(week, 12), "ended": week <= 12})
    rows = people.loc[people.index.repeat(people["week"])]
    period = rows.groupby(level=0).cumcount() + 1
    last = (period == rows["week"]) & rows["ended"]
    return people, rows[["x"]], period, last


def test_discrete_coefficient_equals_cox_on_grouped_times(weekly):
    """The cloglog coefficient is Cox's log hazard ratio, near the planted one."""
    people, exposures, period, last = weekly
    fit = fit_discrete_hazard(last, exposures, period)
    other = fit_cox(people["week"], people["ended"], people[["x"]])
    wide = fit["x"].ratio.at_level(0.999)
    assert wide.low < 2 < wide.high
    assert fit["x"].ratio.estimate == pytest.approx(other["x"].ratio.estimate, rel=0.01)
    assert fit["x"].ratio.low == pytest.approx(other["x"].ratio.low, rel=0.01)
    assert fit.ends == people["ended"].sum()


def test_repeated_rows_of_a_group_do_not_narrow_errors(weekly):
    """Standard errors follow the clusters; rows of one group are one."""
    _, exposures, period, last = weekly
    fit = fit_discrete_hazard(last, exposures, period, cluster=exposures.index % 20)
    assert fit["x"].ratio.method == "cloglog, 20 clusters, t(19)"
    assert fit["x"].ratio.clusters == 20


def test_periods_without_ends_are_refused(weekly):
    """Such a period has no hazard on this scale."""
    _, exposures, period, last = weekly
    with pytest.raises(NotIdentifiableError, match="1 of 12 periods have no event"):
        fit_discrete_hazard(last & (period != 3), exposures, period)


@pytest.fixture
def few():
    """Return 60 groups in three periods with two exposures."""
    rng = np.random.default_rng(4)
    x = pd.DataFrame(rng.normal(size=(180, 2)), columns=["a", "b"])
    return rng.random(180) < 0.3, x, np.arange(180) % 3


def test_small_exposure_units_are_not_taken_for_separation(few):
    """Its coefficient grows as its spread falls; the effect stays determined."""
    ended, x, period = few
    fit, small = (fit_discrete_hazard(ended, x * of, period) for of in (1, 1e-3))
    coefficients = [row.ratio.on_scale("log")[0] for row in fit.coefficients]
    scaled = [row.ratio.on_scale("log")[0] / 1000 for row in small.coefficients]
    assert scaled == pytest.approx(coefficients)


def test_discrete_coefficients_equal_a_binomial_model(few):
    """Ratios and errors are those of a binomial model with an intercept a period."""
    ended, x, period = few
    fit = fit_discrete_hazard(ended, x, period)
    design = np.column_stack([x, *(period == p for p in range(3))]).astype(float)
    link = sm.families.links.CLogLog()
    other = sm.GLM(ended.astype(float), design, sm.families.Binomial(link)).fit()
    found = np.array([each.ratio.on_scale("log") for each in fit.coefficients])
    assert found[:, 0] == pytest.approx(other.params[:2])
    assert found[:, 1] == pytest.approx(other.bse[:2])
    assert fit.log_likelihood == pytest.approx(other.llf)
    assert (fit["a"].ratio.method, fit["a"].ratio.clusters) == ("cloglog", 180)
    assert (fit.rows, fit.ends, fit["b"].ratio.level) == (180, ended.sum(), 0.95)


def test_errors_of_clusters_have_their_degrees_of_freedom(few):
    """Nine clusters, t(8), and errors that differ from the model's."""
    ended, x, period = few
    plain = fit_discrete_hazard(ended, x, period)
    robust = fit_discrete_hazard(ended, x, period, cluster=np.arange(180) // 20)
    assert robust["a"].ratio.method == "cloglog, 9 clusters, t(8)"
    assert (robust["a"].ratio.limits.df, plain["a"].ratio.limits.df) == (8, np.inf)
    assert robust["a"].ratio.se != pytest.approx(plain["a"].ratio.se, rel=1e-3)


def test_collinear_effects_are_refused(few):
    """An exposure that repeats another has no effect of its own."""
    ended, x, period = few
    with pytest.raises(NotIdentifiableError):
        fit_discrete_hazard(ended, x.assign(b=x["a"]), period)
