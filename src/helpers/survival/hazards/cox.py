"""Cox regression with delayed entry and cluster-robust standard errors."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.checks import check_choice, read_weights
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.hazards.regression import (
    Regression,
    ResidualTest,
    check_exposures,
    standardise_exposures,
    to_hazard_ratios,
)
from helpers.survival.kaplan_meier import check_lifetimes

MOST_LEVERAGE = 0.99  # of a cluster: one that alone tells an effect says little of it
NOTHING = 1e-9  # variance of a standardised exposure among those at risk
Ties = Literal["efron", "breslow"]


def fit_cox(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposures: pd.DataFrame,
    *,
    entry: npt.ArrayLike | None = None,
    cluster: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
    ties: Ties = "efron",
) -> Regression:
    """Fit a Cox proportional hazards model to lifetimes, with hazard ratios.

    A row is a stretch (entry, duration] of one group's life with its exposures in
    that stretch, so that exposures may change with time. Do not read absolute risks
    from hazard ratios.

    Parameters
    ----------
    durations, ended, entry : shape (rows,)
        As `estimate_survival` takes them.
    exposures : shape (rows, coefficients)
        Numbers, in named columns. Rows are matched by position; series with another
        index are an error.
    cluster : shape (rows,)
        What is dependent: networks, or groups with several rows. Standard errors
        are then the sandwich's with each cluster's score corrected for its leverage
        (CR2), with t(K − 1).
    weights : shape (rows,)
        How many rows each stands for; needs `cluster`, as the standard errors of
        weighted rows without clusters are wrong.
    strata : shape (rows,)
        Each stratum has a baseline hazard of its own, so that only rows of one stratum
        are compared.
    ties
        How ends at one age are weighed: ``efron`` or ``breslow``.

    Raises
    ------
    NotIdentifiableError
        If nothing ended, there is only one cluster, or an exposure's effect is not
        determined.
    ShequnError
        As `estimate_survival`; or if exposures are not numbers, do not fit the other
        rows, or there are weights without clusters.

    References
    ----------
    Cox (1972), JRSS B 34, 187–220; Efron (1977), JASA 72, 557–565; Lin and Wei
    (1989), JASA 84, 1074–1078; Kauermann and Carroll (2001), JASA 96, 1387–1396.

    Examples
    --------
    >>> fit = fit_cox([1, 1, 6, 6, 8, 9], [1, 0, 1, 1, 0, 1],
    ...           pd.DataFrame({"x": [1, 1, 1, 0, 0, 0]}), ties="breslow")
    >>> round(fit["x"].wald.on_scale("log")[0], 6)  # log(1.5 + √33 / 2)
    1.475285
    """  # fmt: skip
    check_choice(ties, get_args(Ties), "ties")
    check_exposures(
        exposures, durations=durations, ended=ended, entry=entry, cluster=cluster,
        weights=weights, strata=strata,
    )  # fmt: skip
    exits, ends, start = check_lifetimes(durations, ended, entry)
    if weights is not None and cluster is None:
        raise ShequnError(
            "weights need clusters",
            where="Cox regression",
            remedy="give cluster=, for independent rows cluster=range(len(exposures))",
        )
    if not ends.any():
        raise NotIdentifiableError("there are no events", where="Cox regression")
    within = ""
    if strata is not None:
        exits, start, n_strata = _separate_strata(exits, start, strata)
        within = f" within {n_strata} strata"
    x, unit = standardise_exposures(exposures)
    each = None if weights is None else read_weights(weights, len(exits))
    model = PartialLikelihood(exits, ends, start, x, ties == "efron", each)
    best = model.maximum()
    covariance = np.linalg.inv(best.information).astype(np.float64)
    units = np.arange(len(x))
    if cluster is not None:
        units = pd.factorize(np.asarray(cluster, object))[0]
    if units.max() == 0:
        raise NotIdentifiableError(
            "there is only one cluster, which shows no variance between clusters",
            where="Cox regression",
            remedy="leave out cluster= if the rows are independent",
        )
    if cluster is not None:
        scores = _sum_within_units(model.score_residuals(best.beta), units)
        spreads = _sum_within_units(model.spreads(best.beta), units)
        corrected = _correct_for_leverage(scores, spreads, best.information)
        covariance = covariance @ (corrected.T @ corrected) @ covariance
    k = int(units.max()) + 1
    known = "" if cluster is None else f", {k} clusters, t({k - 1})"
    method = f"Cox{within}{known}"
    estimates = to_hazard_ratios(
        exposures, best.beta / unit, covariance / np.outer(unit, unit),
        method=method, units=units, clustered=cluster is not None,
    )  # fmt: skip
    check = ResidualTest(model, best.beta, tuple(map(str, exposures.columns)))
    return Regression(estimates, len(x), int(ends.sum()), best.log_likelihood, check)


def _separate_strata(
    exits: Floats, start: Floats, strata: npt.ArrayLike
) -> tuple[Floats, Floats, int]:
    """Shift each stratum's times, so that no two share a risk set; count them."""
    codes = pd.factorize(np.asarray(strata, object), sort=True)[0]
    shift = codes * (exits.max() + 1.0)
    entered = np.where(start == 0, -0.5, start)  # the origin included
    return exits + shift, entered + shift, int(codes.max()) + 1


def select_informative(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposures: pd.DataFrame,
    *,
    entry: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
) -> list[str]:
    """List the exposures that vary within some risk set; only these have effects.

    The others have no effect that can be estimated, and change no other one's.
    """
    exits, ends, start = check_lifetimes(durations, ended, entry)
    if strata is not None:
        exits, start, _ = _separate_strata(exits, start, strata)
    x, _ = standardise_exposures(exposures)
    model = PartialLikelihood(exits, ends, start, x, efron=False)
    spread = np.diag(model.origin.information) > NOTHING * ends.sum()
    return [str(name) for name in exposures.columns[spread]]


def _sum_within_units(rows: Floats, units: npt.NDArray[np.intp]) -> Floats:
    """Sum rows of any shape within each cluster."""
    flat = rows.reshape(len(rows), -1)
    sums: Floats = np.stack([np.bincount(units, part) for part in flat.T], axis=1)
    return sums.reshape(-1, *rows.shape[1:])


def _correct_for_leverage(
    scores: Floats, spreads: Floats, information: Floats
) -> Floats:
    """Correct each cluster's score for its leverage in small samples (HC2-like)."""
    values, vectors = np.linalg.eigh(information)
    root = vectors * np.sqrt(values) @ vectors.T
    back = vectors / np.sqrt(values) @ vectors.T
    leverage, axes = np.linalg.eigh(back @ spreads @ back)
    along = np.einsum("kji,kj->ki", axes, scores @ back)
    along /= np.sqrt(1 - np.clip(leverage, 0.0, MOST_LEVERAGE))
    corrected: Floats = np.einsum("kji,ki->kj", axes, along) @ root
    return corrected
