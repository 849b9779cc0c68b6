"""Discrete-time hazards: a binomial regression with complementary log-log link."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import (
    PerfectSeparationWarning,
    SingularMatrixWarning,
)

from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.survival.hazards.regression import (
    HOPELESS_SE,
    Regression,
    to_hazard_ratios,
)
from helpers.wording import say


def fit_discrete_hazard(
    ended: npt.ArrayLike,
    exposures: pd.DataFrame,
    period: npt.ArrayLike,
    *,
    cluster: npt.ArrayLike | None = None,
) -> Regression:
    """Fit hazard ratios to group-period rows with a complementary log-log model.

    Groups enter late by having no rows for the periods before. Every period has a
    hazard of its own; put together periods in which nothing ended.

    Parameters
    ----------
    ended : shape (rows,)
        Whether the group ended in that period.
    exposures : shape (rows, coefficients)
        As they stood when the period began.
    period : shape (rows,)
        Label of the period.
    cluster : shape (rows,)
        What is dependent; standard errors are then robust, with t(K − 1).

    Raises
    ------
    NotIdentifiableError
        If in some period nothing ended.
    UndeterminedError
        If an effect is not determined.

    References
    ----------
    Prentice and Gloeckler (1978), Biometrics 34, 57–67.
    """
    ends = np.asarray(ended).astype(bool)
    baseline = pd.get_dummies(np.asarray(period), dtype=float).set_axis(exposures.index)
    if (empty := ~baseline[ends].any()).any():
        raise NotIdentifiableError(
            f"{empty.sum()} of {len(empty)} periods have no event",
            where="discrete hazard",
            remedy="put periods together",
        )
    design = pd.concat([exposures.astype(float), baseline], axis=1).to_numpy()
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise _refuse_collinear()
    family = Binomial(link=CLogLog())
    units = (
        np.arange(len(ends))
        if cluster is None
        else pd.factorize(np.asarray(cluster, object))[0]
    )
    robust = {} if cluster is None else {
        "cov_type": "cluster", "cov_kwds": {"groups": units}
    }  # fmt: skip
    with warnings.catch_warnings():
        # separation is met by `coefficients`
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("error", SingularMatrixWarning)
        try:
            result = GLM(ends.astype(float), design, family=family).fit(**robust)
        except SingularMatrixWarning as warning:
            raise _refuse_collinear() from warning
    p = exposures.shape[1]
    plain = np.sqrt(np.diag(result.normalized_cov_params)[:p]) * exposures.std()
    if not (plain < HOPELESS_SE).all():  # errors by clusters vanish in separation
        raise UndeterminedError(
            say("an exposure separates events from survivors completely"),
            where="discrete hazard",
        )
    k = int(units.max()) + 1
    method = "cloglog" if cluster is None else f"cloglog, {k} clusters, t({k - 1})"
    estimates = to_hazard_ratios(
        exposures, result.params[:p], result.cov_params()[:p, :p],
        method=method, units=units, clustered=cluster is not None,
    )  # fmt: skip
    return Regression(estimates, len(ends), int(ends.sum()), float(result.llf))


def _refuse_collinear() -> UndeterminedError:
    return UndeterminedError(
        say("the data do not identify the separate effects"), where="discrete hazard"
    )
