"""Compare two arms of groups: the ratio of their restricted mean lifetimes.

Clusters are drawn once for both arms, so what a network's groups share cancels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    bootstrap_statistic,
    choose_clusters,
)
from helpers.survival.estimates import (
    build_risk_sets,
    integrate_to_horizon,
    restrict_to_survivors,
)
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes


def estimate_mean_lifetime_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the ratio of restricted mean lifetimes, exposed to unexposed groups.

    Raises
    ------
    NotIdentifiableError
        As `estimate_failure_probability`, for either arm.
    """
    statistic = _compare_arms(lives, exposed, horizon_days)
    clusters = choose_clusters(lives.network, lives.batch)
    return bootstrap_statistic(
        statistic, clusters, "log", seed=seed, replicates=replicates
    )


def _compare_arms(
    lives: Lifetimes, exposed: Bools, horizon: float
) -> Callable[[Floats], Floats]:
    """Return a function that compares two arms of groups under bootstrap weights."""
    arms = [np.asarray(exposed, bool), ~np.asarray(exposed, bool)]
    # both arms are conditional on the same age
    start = max(restrict_to_survivors(lives.where(arm), horizon)[1] for arm in arms)
    late = (start == 0) | (lives.durations > start)
    rows = [arm & late for arm in arms]
    risks = [build_risk_sets(lives.where(arm), horizon, start) for arm in rows]

    def contrast(weights: Floats) -> Floats:
        first, second = (
            np.where(
                weights[:, arm].any(axis=1),
                integrate_to_horizon(risk, horizon, weights[:, arm]),
                np.nan,
            )
            for risk, arm in zip(risks, rows, strict=True)
        )
        return np.divide(first, second)

    return contrast
