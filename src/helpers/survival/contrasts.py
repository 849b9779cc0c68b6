"""Compare two arms of groups: failure difference, ratio of restricted mean lifetimes.

Clusters are drawn once for both arms, so what a network's groups share cancels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    RiskSets,
    bootstrap_statistic,
    choose_clusters,
)
from helpers.survival.estimates import (
    build_risk_sets,
    integrate_to_horizon,
    restrict_to_survivors,
    take_last_step,
)
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes


def estimate_failure_difference(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the failure probability at a horizon, exposed minus unexposed groups.

    Raises
    ------
    NotIdentifiableError
        As `estimate_failure_probability`, for either arm.
    """
    statistic = _compare_arms(
        _compute_failure, np.subtract, lives, exposed, horizon_days
    )
    clusters = choose_clusters(lives.network, lives.batch)
    return bootstrap_statistic(
        statistic, clusters, "identity", seed=seed, replicates=replicates
    )


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
        As `estimate_failure_difference`.
    """
    statistic = _compare_arms(
        integrate_to_horizon, np.divide, lives, exposed, horizon_days
    )
    clusters = choose_clusters(lives.network, lives.batch)
    return bootstrap_statistic(
        statistic, clusters, "log", seed=seed, replicates=replicates
    )


def _compare_arms(
    of: Callable[[RiskSets, float, Floats], Floats],
    compare: Callable[[Floats, Floats], Floats],
    lives: Lifetimes,
    exposed: Bools,
    horizon: float,
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
                weights[:, arm].any(axis=1), of(risk, horizon, weights[:, arm]), np.nan
            )
            for risk, arm in zip(risks, rows, strict=True)
        )
        return compare(first, second)

    return contrast


def _compute_failure(risk: RiskSets, horizon: float, weights: Floats) -> Floats:  # noqa: ARG001 - called as `mean_within` is
    return take_last_step(risk.incidence(weights))
