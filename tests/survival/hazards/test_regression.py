"""What coefficients and their covariance become."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from helpers.errors import NotIdentifiableError
from helpers.survival.hazards.regression import (
    HOPELESS_SE,
    Regression,
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
