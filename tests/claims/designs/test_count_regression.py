"""Count models, against statsmodels and by algebra."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs.count_regression import compare_kinds, fit_within
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label

RNG = np.random.default_rng(6)
N = 400
X = pd.DataFrame({"a": RNG.normal(size=N), "b": RNG.normal(size=N)})
UNIT = np.arange(N) % 40
EFFECT = RNG.normal(size=40)[UNIT]


def test_count_regression_equals_poisson_without_overdispersion():
    """Counts that vary as Poisson ones give statsmodels' coefficients."""
    y = RNG.poisson(np.exp(1 + 0.3 * X["a"] - 0.2 * X["b"]))
    fit = sm.GLM(y, sm.add_constant(X), sm.families.Poisson()).fit()
    found = compare_kinds(y, X, cluster_by_label(range(N)))

    assert found.estimates == pytest.approx(fit.params.to_numpy(), abs=0.001)
    assert found.coefficient("a").estimate == pytest.approx(0.3, abs=0.1)


def test_count_regression_equals_negative_binomial_with_overdispersion():
    """Coefficients are those of greatest likelihood, the dispersion's included."""
    mean = np.exp(1 + 0.3 * X["a"] - 0.2 * X["b"])
    y = RNG.poisson(mean * RNG.gamma(2, 1 / 2, N))
    fit = sm.NegativeBinomial(y, sm.add_constant(X)).fit(disp=0, method="newton")
    found = compare_kinds(y, X, cluster_by_label(range(N)))

    assert found.estimates == pytest.approx(fit.params[:3].to_numpy(), abs=1e-6)


def test_within_unit_estimate_equals_unit_dummies():
    """The conditional likelihood gives what a dummy for each unit gives."""
    y = RNG.poisson(np.exp(1 + EFFECT + 0.3 * X["a"] - 0.2 * X["b"]))
    dummies = pd.get_dummies(UNIT, dtype=float)
    fit = sm.GLM(y, pd.concat([X, dummies], axis=1), sm.families.Poisson()).fit()
    found = fit_within(y, X, UNIT, cluster_by_label(UNIT))

    assert found.estimates == pytest.approx(fit.params[["a", "b"]].to_numpy(), abs=1e-6)


def test_swapping_coefficients_mirrors_their_difference():
    """First less second, and the other way round with limits mirrored."""
    y = RNG.poisson(np.exp(0.5 * X["a"]))
    found = compare_kinds(y, X, cluster_by_label(range(N)))
    there, back = found.difference("a", "b"), found.difference("b", "a")

    assert there.estimate == pytest.approx(found.estimates[1] - found.estimates[2])
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))


def test_fieller_limits_are_where_the_t_test_is_just_significant():
    """At a limit q of the quotient, a − q·b is just significant."""
    y = RNG.poisson(np.exp(2 + 0.5 * X["a"] + 0.3 * X["b"]))
    found = compare_kinds(y, X, cluster_by_label(range(N)))
    quotient = found.quotient("a", "b")
    error = quotient.low * np.array([0, 0, 1]) - np.array([0, 1, 0])
    z = (error @ found.estimates) ** 2 / (error @ found.covariance @ error)

    assert z == pytest.approx(1.966**2, rel=0.01)


def test_quotient_with_denominator_near_zero_has_unbounded_limits():
    """Where the bottom may be 0 there are no limits."""
    y = RNG.poisson(np.exp(1 + 0.5 * X["a"]))
    quotient = compare_kinds(y, X, cluster_by_label(range(N))).quotient("a", "b")

    assert (quotient.low, quotient.high) == (-np.inf, np.inf)


def test_repeated_exposures_are_refused():
    """Two equal columns have no effects of their own."""
    twice = X[["a"]].assign(b=X["a"])
    with pytest.raises(NotIdentifiableError, match="repeats"):
        fit_within(RNG.poisson(3, N), twice, UNIT, cluster_by_label(UNIT))
