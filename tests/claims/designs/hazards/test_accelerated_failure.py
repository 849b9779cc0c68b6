"""Time ratios, odds and dominance: by hand, by statsmodels and by mirror."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs.arms import estimate_odds_ratio
from helpers.claims.designs.dominance import estimate_dominance
from helpers.claims.designs.hazards.accelerated_failure import (
    _Between,
    _differentiate,
    _Times,
    estimate_pace_ratio,
    time_ratio,
    time_ratio_between,
)
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label

RNG = np.random.default_rng(8)
N = 300
X = RNG.normal(size=N)
EACH = cluster_by_label(range(N))


def test_time_ratio_without_censoring_equals_least_squares_on_log_times():
    """A lognormal model without censoring is a regression of log times."""
    log_time = 1 + 0.4 * X + RNG.normal(size=N)
    slope = sm.OLS(log_time, sm.add_constant(X)).fit().params[1]
    found = time_ratio(np.exp(log_time), np.ones(N, bool), X, EACH)

    assert np.log(found.estimate) == pytest.approx(slope, abs=1e-4)


def test_time_ratio_is_unbiased_under_censoring():
    """The planted ratio comes back where two in five are censored."""
    log_time = 0.4 * X + RNG.normal(size=N)
    ended = log_time < 0.3
    found = time_ratio(np.exp(np.minimum(log_time, 0.3)), ended, X, EACH)

    assert found.low < np.exp(0.4) < found.high


def _bracket_times(years):
    """Return bounds of simulated event times: some narrow, some never seen to end."""
    times = np.exp(5 + 0.5 * years + RNG.normal(size=len(years)))
    bounds = np.array([0, 1e-5, 20, 60, 60.00005, 150, 400, np.inf])
    after = np.searchsorted(bounds, times) - 1
    return bounds[after], bounds[after + 1]


@pytest.mark.parametrize("shift", [0, 2020, 20_000])
def test_calendar_years_give_the_interval_of_centred_years(shift):
    """Years near 2020 left the search short of its maximum, by machine."""
    years, more = RNG.integers(0, 6, N).astype(float), RNG.normal(size=N)
    bounds = _bracket_times(years - 2.5)
    near, far = (
        time_ratio_between(*bounds, pd.DataFrame({"year": x, "more": more}), EACH)
        for x in (years - 2.5, years + shift)
    )

    for name in ("estimate", "low", "high"):
        assert getattr(far, name) == pytest.approx(getattr(near, name), rel=1e-5)


def test_slopes_are_the_derivatives_of_the_log_likelihood():
    """By central differences, for bounds, events, censored times and late entries."""
    theta = np.array([4.7, 0.3, 0.2])
    after, until = _bracket_times(X)
    times, ended = np.exp(5 + RNG.normal(size=N)), RNG.random(N) < 0.5
    entry = np.where(RNG.random(N) < 0.5, times / 2, 0)
    for data in (
        _Between(after, until, X[:, None]),
        _Times(times, ended, X[:, None], entry),
    ):
        expected = _differentiate(data.parts, theta)

        assert data.slopes(theta) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_odds_of_a_divided_table_are_refused():
    """All exposed are yes: there is no ratio."""
    exposed = np.arange(N) % 2 == 0
    with pytest.raises(NotIdentifiableError, match="separation"):
        estimate_odds_ratio(exposed, pd.DataFrame({"x": exposed.astype(float)}), EACH)


def test_dominance_changes_sign_if_predictors_swap():
    """Second less first is the negative of first less second."""
    data = pd.DataFrame(
        {
            "duration": RNG.exponential(np.exp(X)), "ended": True, "entry": 0.0,
            "network": "a", "batch": np.arange(N).astype(str),
            "x": X, "y": X + 2 * RNG.normal(size=N),
        }
    )  # fmt: skip
    there, back = (
        estimate_dominance(data, *pair, seed=1, samples=40)
        for pair in (("x", "y"), ("y", "x"))
    )

    assert there.estimate == pytest.approx(-back.estimate)
    assert there.low == pytest.approx(-back.high, abs=0.05)
    assert there.low > 0


@pytest.mark.parametrize("second", [np.ones(12), np.repeat([0.0, 1.0], 6)])
def test_effects_that_are_not_distinguished_are_refused(second):
    """An exposure that never varies, or goes with another, has no ratio."""
    exposures = pd.DataFrame({"x": second, "z": np.repeat([0.0, 1.0], 6)})
    times, ended = np.arange(1.0, 13.0), np.ones(12, bool)
    with pytest.raises(NotIdentifiableError, match="identify the separate effects"):
        estimate_pace_ratio(
            times, ended, exposures, cluster_by_label(range(12)), np.zeros(12)
        )
