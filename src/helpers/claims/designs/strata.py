"""Stratified hazard ratio from life tables of numbers at risk and events.

Each stratum (a group and a span of time) compares its own people, so nothing that
their group shares can confound. Ties are Efron's, as lives grouped into spans ask.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval
from helpers.survival.interval import Wald
from helpers.wording import say

STEPS, CLOSE, FEWEST = 100, 1e-10, 2


def estimate_stratified_hazard_ratio(
    at_risk: npt.ArrayLike, ended: npt.ArrayLike, clusters: Clusters
) -> Interval:
    """Estimate a Cox hazard ratio within strata from counts at risk and of events.

    Parameters
    ----------
    at_risk, ended : shape (strata, 2)
        The others, then the exposed.
    clusters
        Of the strata; errors are the sandwich's, with t(K − 1).

    Raises
    ------
    NotIdentifiableError
        If no stratum has events at which both arms are at risk, or all events are in
        one arm.

    References
    ----------
    Efron (1977), JASA 72, 557–565; Lin and Wei (1989), JASA 84, 1074–1078.

    Examples
    --------
    >>> import numpy as np
    >>> from helpers.inference import cluster_by_label
    >>> n, d = np.tile([[100, 100]], (20, 1)), np.tile([[10, 10]], (20, 1))
    >>> estimate_stratified_hazard_ratio(n, d, cluster_by_label(range(20))).estimate
    1.0
    """
    risk, ends = np.asarray(at_risk, np.float64), np.asarray(ended, np.float64)
    log_ratio = 0.0
    for _ in range(STEPS):
        score, information = _compute_efron(risk, ends, log_ratio)
        if not information.sum() > 0:
            raise NotIdentifiableError(
                say("no stratum has events at which both arms are at risk"),
                where="strata",
            )
        step = float(score.sum() / information.sum())
        log_ratio += float(np.clip(step, -1, 1))
        if abs(step) < CLOSE:
            break
    else:
        raise NotIdentifiableError("all events are in one arm", where="strata")
    if clusters.count < FEWEST:
        raise NotIdentifiableError(
            f"{clusters.count} clusters are too few for an interval", where="strata"
        )
    sums = np.bincount(clusters.codes, score, minlength=clusters.count)
    k = clusters.count
    error = float(np.sqrt(np.sum(sums**2) * k / (k - 1)) / information.sum())
    ratio = float(np.exp(log_ratio))
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"Cox within strata, {k} clusters, t({k - 1})",
        n=int(risk.sum()), clusters=k,
    )  # fmt: skip


def _compute_efron(
    risk: Floats, ends: Floats, log_ratio: float
) -> tuple[Floats, Floats]:
    """Return score and information by stratum, with Efron's treatment of ties."""
    n_ends = ends.sum(axis=1).astype(int)
    stratum = np.repeat(np.arange(len(n_ends)), n_ends)
    nth = np.arange(len(stratum)) - np.repeat(np.cumsum(n_ends) - n_ends, n_ends)
    tied_share = nth / np.maximum(n_ends, 1)[stratum]
    at_risk = risk[stratum] - ends[stratum] * tied_share[:, None]
    exposed = at_risk[:, 1] * np.exp(log_ratio)
    share = exposed / (exposed + at_risk[:, 0])
    size = len(n_ends)
    score = ends[:, 1] - np.bincount(stratum, share, minlength=size)
    each = np.bincount(stratum, share * (1 - share), minlength=size)
    information: Floats = each.astype(np.float64)
    return score.astype(np.float64), information
