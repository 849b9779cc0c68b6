"""Propensity scores: balance two arms by inverse probability weights."""

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

from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, choose_clusters, fit_cox

LEAST = 10  # groups of a category that has an effect of its own
SURE = 1e-6  # a probability so near to 0 or 1 is of an arm that nobody else is in


def compute_stabilised_weights(
    exposed: npt.ArrayLike, known: pd.DataFrame
) -> npt.NDArray[np.float64]:
    """Compute stabilised inverse-probability-of-treatment weights.

    Raises
    ------
    NotIdentifiableError
        If what is known divides the arms.

    References
    ----------
    Robins, Hernán and Brumback (2000), Epidemiology 11, 550–560.

    Examples
    --------
    >>> known = pd.DataFrame({"big": [1.0] * 4 + [0.0] * 4})
    >>> compute_stabilised_weights([1, 1, 1, 0, 1, 0, 0, 0], known).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0, 2.0, 0.667, 0.667, 0.667]
    """
    arm = np.asarray(exposed, np.float64)
    design = add_constant(known.to_numpy(np.float64), has_constant="add")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotIdentifiableError("columns repeat one another", where="weights")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", PerfectSeparationWarning)
            fit = GLM(arm, design, Binomial()).fit(tol=1e-12)
    except (PerfectSeparationError, PerfectSeparationWarning) as error:
        raise _make_separation_error() from error
    chance = np.asarray(fit.fittedvalues, np.float64)
    if not ((chance > SURE) & (chance < 1 - SURE)).all():
        raise _make_separation_error()
    share = arm.mean()
    weights: npt.NDArray[np.float64] = np.where(
        arm == 1, share / chance, (1 - share) / (1 - chance)
    )
    return weights


def _make_separation_error() -> NotIdentifiableError:
    return NotIdentifiableError(
        "what is known at the landmark divides the arms", where="weights"
    )


def estimate_weighted_hazard_ratio(
    data: pd.DataFrame, known: list[str], *, cut: float = 0.0
) -> Interval:
    """Estimate the hazard ratio by a Cox model with inverse probability weights.

    Errors are of clusters, the weights taken as known: limits are too wide rather
    than too narrow.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    known
        Columns that the weights are made of.
    cut
        Share of the weights drawn in at either end.
    """
    weights = compute_stabilised_weights(data["exposure"], data[known])
    if cut:
        weights = weights.clip(*np.quantile(weights, [cut, 1 - cut]))
    fit = fit_cox(
        data["duration"],
        data["ended"],
        data[["exposure"]].astype("float64"),
        entry=data["entry"],
        cluster=choose_clusters(data["network"], data["batch"]).codes,
        weights=weights,
    )
    return fit["exposure"].ratio


def build_dummies(kinds: pd.Series[str], least: int = LEAST) -> pd.DataFrame:
    """Build dummy variables for all categories but the most frequent.

    Categories of fewer rows than `least` are one, or of the most frequent where they
    are fewer even together.

    >>> kinds = pd.Series(["a"] * 3 + ["b"] * 2 + ["c", "d"])
    >>> (
    ...     build_dummies(kinds, least=2).sum().to_dict(),
    ...     build_dummies(kinds, least=3).shape,
    ... )
    ({'another': 2.0, 'b': 2.0}, (7, 1))
    """
    usual = kinds.mode().iloc[0]
    rare = kinds.map(kinds.value_counts()) < least
    pooled_category = "another" if rare.sum() >= least else usual
    named = pd.get_dummies(kinds.mask(rare, pooled_category), dtype=float)
    return named.drop(columns=usual, errors="ignore")
