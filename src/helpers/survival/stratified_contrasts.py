"""Ratio of restricted mean lifetimes within strata, with Mantel–Haenszel weights.

Only groups of one stratum are ever compared, so that what differs between strata, such
as how long all of their groups live, makes no effect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    RiskSets,
    bootstrap_statistic,
    choose_clusters_within,
)
from helpers.survival.estimates import build_risk_sets, integrate_to_horizon
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes

LEAST_IN_ARM = 5


class _Arm(NamedTuple):
    """One arm (exposed or not) of one stratum: its lifetimes and their risk sets."""

    rows: Bools
    risk: RiskSets


def select_comparing_strata(
    lives: Lifetimes, exposed: Bools, strata: npt.ArrayLike, horizon_days: float
) -> Bools:
    """Return the rows of strata where both arms are followed up to the horizon.

    Each arm needs 5 groups, all at risk from age 0 on, of which some can be followed
    up to the horizon or all have ended.

    Parameters
    ----------
    exposed, strata : shape (n,)
    """
    side, where = np.asarray(exposed, bool), np.asarray(strata, object)
    compares = np.zeros(len(where), bool)
    for stratum in set(where):
        own = where == stratum
        arms = [lives.where(own & arm) for arm in (side, ~side)]
        compares |= own & all(_has_mean(arm, horizon_days) for arm in arms)
    return compares


def _has_mean(lives: Lifetimes, horizon: float) -> bool:
    if len(lives) < LEAST_IN_ARM or (lives.entry > 0).any():
        return False
    try:
        lives.curve().at(horizon)
    except NotIdentifiableError:
        return False
    return True


def estimate_stratified_mean_ratio(
    lives: Lifetimes,
    exposed: Bools,
    strata: npt.ArrayLike,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the ratio of restricted mean lifetimes of two arms within strata.

    Both arms' means are averaged over strata with weights n₁n₀/(n₁+n₀), as Mantel and
    Haenszel weigh risks; clusters are drawn within their stratum. Strata that do not
    compare (`select_comparing_strata`) are left out.

    Raises
    ------
    NotIdentifiableError
        If no stratum compares.

    References
    ----------
    Greenland and Robins (1985), Biometrics 41, 55–68, for the weights; Zucker (1998),
    JASA 93, 702–709, for restricted means over strata.
    """
    used = select_comparing_strata(lives, exposed, strata, horizon_days)
    if not used.any():
        raise NotIdentifiableError("no stratum compares both arms", where="strata")
    lives, side = lives.where(used), np.asarray(exposed, bool)[used]
    where = np.asarray(strata, object)[used]
    statistic = _compute_weighted_ratio(lives, side, where, horizon_days)
    clusters = choose_clusters_within(where, lives.batch)
    return bootstrap_statistic(
        statistic, clusters, "log", seed=seed, replicates=replicates
    )


def _compute_weighted_ratio(
    lives: Lifetimes, side: Bools, where: npt.NDArray[np.object_], horizon: float
) -> Callable[[Floats], Floats]:
    """Return a function of bootstrap weights that computes the stratified ratio."""

    def arm(rows: Bools) -> _Arm:
        return _Arm(rows, build_risk_sets(lives.where(rows), horizon, 0.0))

    names = sorted(set(where))
    pairs = [(arm((where == s) & side), arm((where == s) & ~side)) for s in names]

    def ratio(weights: Floats) -> Floats:
        top, bottom = np.zeros(len(weights)), np.zeros(len(weights))
        for pair in pairs:
            n1, n0 = (weights[:, arm.rows].sum(axis=1) for arm in pair)
            weight = n1 * n0 / np.maximum(n1 + n0, 1.0)  # 0 if an arm was not drawn
            m1, m0 = (
                integrate_to_horizon(arm.risk, horizon, weights[:, arm.rows])
                for arm in pair
            )
            top, bottom = top + weight * m1, bottom + weight * m0
        quotient: Floats = top / bottom
        return quotient

    return ratio
