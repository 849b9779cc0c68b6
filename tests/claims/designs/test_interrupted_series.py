"""A step in a short series: least squares by another route, honest among neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from helpers.claims.designs.event_study import fit_series_coefficient
from helpers.errors import NotIdentifiableError

STEPS = pd.DataFrame({"step": np.arange(12) >= 4, "year": np.arange(12)}).astype(float)


def test_series_coefficient_equals_statsmodels_least_squares():
    """Where neighbours are not alike, the error is the classical one."""
    values = [3, 1, 2.5, 1.2, 5, 3, 5.5, 3.2, 5.1, 3.8, 6, 3.9]
    fit = sm.OLS(values, sm.add_constant(STEPS)).fit()
    found = fit_series_coefficient(values, STEPS)
    assert found.estimate == pytest.approx(fit.params["step"])
    assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int().loc["step"]))


@given(st.floats(0.1, 9), st.floats(-5, 5))
def test_step_does_not_depend_on_units_and_level(unit, level):
    """A series in other units, moved up, gives the same step in these units."""
    values = np.array([3, 1, 2.5, 1.2, 5, 3, 5.5, 3.2, 5.1, 3.8, 6, 3.9])
    one, other = (
        fit_series_coefficient(values, STEPS),
        fit_series_coefficient(unit * values + level, STEPS),
    )
    assert other.low == pytest.approx(unit * one.low, abs=1e-6)
    assert other.high == pytest.approx(unit * one.high, abs=1e-6)


def test_autocorrelated_noise_rarely_gives_a_significant_step():
    """Of neighbours that hang together no more than a tenth shows a step by chance."""
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(400):
        noise = rng.normal(size=40)
        for t in range(1, 40):
            noise[t] += 0.5 * noise[t - 1]
        step = pd.DataFrame({"step": (np.arange(40) >= 20).astype(float)})
        found = fit_series_coefficient(noise, step)
        hits += not found.low < 0 < found.high
    assert hits / 400 < 0.10


def test_a_ratio_on_the_log_scale():
    """E to the coefficient, with its limits."""
    values = np.log([1, 1.1, 0.9, 2, 2.2, 1.8])
    step = pd.DataFrame({"step": [0.0, 0, 0, 1, 1, 1]})
    ratio, plain = (
        fit_series_coefficient(values, step, "log"),
        fit_series_coefficient(values, step),
    )
    assert ratio.low == pytest.approx(np.exp(plain.low))
    assert ratio.estimate == pytest.approx(2, rel=0.01)


def test_series_without_residual_degrees_of_freedom_is_refused():
    """Nor does an exposure that never changes."""
    with pytest.raises(NotIdentifiableError):
        fit_series_coefficient([1, 2, 3], STEPS.iloc[:3])
    with pytest.raises(NotIdentifiableError):
        fit_series_coefficient(range(12), pd.DataFrame({"x": [1.0] * 12}))
