"""What coefficients and their covariance become."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from helpers.errors import NotIdentifiableError
from helpers.survival import fit_cox
from helpers.survival.hazards.regression import (
    HOPELESS_SE,
    Regression,
    standardise_exposures,
    to_hazard_ratios,
)

EXPOSURES = pd.DataFrame({"dose": [0.0, 1.0, 2.0, 5.0], "yes": [1.0, 1.0, 0.0, 1.0]})


def made(values=(0.5, -0.3), variances=(0.04, 0.09), *, clustered=True):
    """Return coefficients of three units in four rows."""
    return to_hazard_ratios(
        EXPOSURES,
        np.array(values),
        np.diag(variances),
        method="planted",
        units=np.array([0, 1, 2, 2]),
        clustered=clustered,
    )


@pytest.mark.parametrize(("clustered", "t"), [(True, 4.302653), (False, 1.959964)])
def test_hazard_ratio_and_limits_follow_from_the_coefficient(clustered, t):
    """Of K clusters the limits use t(K − 1), else the normal distribution."""
    dose = made(clustered=clustered)[0].ratio

    assert dose.estimate == pytest.approx(math.exp(0.5))
    assert dose.low == pytest.approx(math.exp(0.5 - t * 0.2), rel=1e-6)
    assert dose.high == pytest.approx(math.exp(0.5 + t * 0.2), rel=1e-6)
    assert (dose.n, dose.clusters) == (4, 3)


def test_a_coefficient_is_found_by_its_name():
    """Whatever its place."""
    fit = Regression(made(), 4, 3, -1.0)

    assert [fit[name].name for name in EXPOSURES] == ["dose", "yes"]


def test_two_fits_of_the_same_rows_are_equal():
    """What tests proportionality holds arrays of its own and is not compared."""
    durations, exposures = [1, 1, 6, 6, 8, 9], pd.DataFrame({"x": [1, 1, 1, 0, 0, 0]})
    first, second = (fit_cox(durations, [1, 0, 1, 1, 0, 1], exposures) for _ in "ab")

    assert first == second


def test_summary_has_wald_limits_and_two_sided_p():
    """By hand, from coefficient and standard error; at 95% unless asked."""
    fit = Regression(made(clustered=False), 4, 3, -1.0)
    for level, table in ((0.95, fit.summary()), (0.8, fit.summary(0.8))):
        far = norm.ppf((1 + level) / 2) * 0.2
        dose = table.loc["dose"]
        assert dose["lower"] == pytest.approx(math.exp(0.5 - far))
        assert dose["upper"] == pytest.approx(math.exp(0.5 + far))
        assert dose["p"] == pytest.approx(2 * norm.sf(0.5 / 0.2))
        assert dose["se"] == pytest.approx(0.2)
    assert fit._repr_html_().startswith("<p>4 rows, 3 ended</p><table")


@pytest.mark.parametrize(
    ("value", "error", "determined"),
    [
        (0.5, 49.9, True),
        (0.5, 50.0, False),
        (0.5, 0.0, False),
        (math.nan, 1.0, False),
        (math.inf, 1.0, False),
        (0.5, math.nan, False),
    ],
)
def test_undetermined_effects_are_distinguished(value, error, determined):
    """An error of 50 per deviation of the exposure is hopeless, one of 0 is none."""
    variance = (error / EXPOSURES["dose"].std()) ** 2
    if determined:
        assert made((value, 0.1), (variance, 0.09))[0].ratio.n == 4
        assert HOPELESS_SE == 50
        return
    with pytest.raises(NotIdentifiableError, match="do not determine") as refused:
        made((value, 0.1), (variance, 0.09))
    assert refused.value.where == "exposure 'dose'"


def test_negative_variance_is_refused_without_a_warning():
    """What has no root is told in words, without a warning."""
    with pytest.raises(NotIdentifiableError, match="do not determine"):
        made((0.5, 0.1), (-0.04, 0.09))


def test_standardised_exposures():
    """Mean 0, deviation 1 as of a whole population; the deviations are returned."""
    x, unit = standardise_exposures(EXPOSURES)

    assert x.mean(axis=0) == pytest.approx(0)
    assert x.std(axis=0) == pytest.approx(1)
    assert x * unit + EXPOSURES.mean().to_numpy() == pytest.approx(EXPOSURES.to_numpy())


def test_constant_exposure_is_named_in_the_error():
    """The first that never varies is named."""
    with pytest.raises(NotIdentifiableError) as refused:
        standardise_exposures(EXPOSURES[["yes"]].assign(always=1.0))
    assert refused.value.where == "exposure 'always'"


def test_each_exposure_has_its_coefficient():
    """A coefficient too few is an error, not an exposure left out."""
    with pytest.raises(ValueError, match="shorter"):
        made((0.5,), (0.04, 0.09))
