"""Odds ratios by logistic regression, with cluster-robust errors."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import (
    PerfectSeparationError,
    PerfectSeparationWarning,
)
from statsmodels.tools.tools import add_constant

from helpers.claims.designs.separation import check_choices
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import Wald
from helpers.wording import say

HOPELESS_SE = 10.0  # of a log ratio: a cell is all but empty


def estimate_odds_ratio(
    outcome: npt.ArrayLike, exposures: pd.DataFrame, clusters: Clusters
) -> Interval:
    """Estimate the odds ratio of the first exposure by logistic regression.

    Parameters
    ----------
    outcome : shape (n,)
        Yes or no.
    exposures : shape (n, coefficients)
        The exposure of interest first; a constant is added.

    Raises
    ------
    UndeterminedError
        If an exposure divides yes from no.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.inference import cluster_by_label
    >>> x = pd.DataFrame({"x": [1.0] * 20 + [0.0] * 20})
    >>> y = [True] * 10 + [False] * 10 + [True] * 5 + [False] * 15
    >>> round(estimate_odds_ratio(y, x, cluster_by_label(range(40))).estimate, 6)
    3.0
    """
    design = add_constant(exposures.to_numpy(np.float64), has_constant="add")
    check_choices(np.asarray(outcome, bool), design)
    model = GLM(np.asarray(outcome, float), design, Binomial())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            fit = model.fit(cov_type="cluster", cov_kwds={"groups": clusters.codes})
    except (PerfectSeparationError, PerfectSeparationWarning) as error:
        raise _make_undetermined_error() from error
    value, error_ = float(fit.params[1]), float(fit.bse[1])
    if not (np.isfinite(value) and 0 < error_ < HOPELESS_SE):
        raise _make_undetermined_error()
    ratio, k = float(np.exp(value)), clusters.count
    return Interval.of(
        ratio, Wald(ratio, error_, "log", k - 1),
        method=f"logistic, {k} clusters, t({k - 1})", n=len(design), clusters=k,
    )  # fmt: skip


def _make_undetermined_error() -> UndeterminedError:
    return UndeterminedError(
        say("the data do not determine the odds"), where="logistic"
    )
