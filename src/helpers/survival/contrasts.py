"""Two arms of groups compared: difference of failure, ratio of means.

Clusters are drawn once for both arms, so what a network's groups share cancels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import REPLICATES, Draws, RiskSets, bootstrap
from helpers.survival.clusters import clusters_of
from helpers.survival.estimates import (
    from_start,
    last_step,
    mean_within,
    risk_sets,
)
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes


def failure_difference(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return failure probability of the exposed groups less that of the others.

    Raises
    ------
    NotIdentifiableError
        As `failure_probability`, for either arm.
    """
    statistic = _contrast(_failure, np.subtract, lives, exposed, horizon_days)
    clusters = clusters_of(lives.network, lives.batch)
    return bootstrap(statistic, clusters, "identity", seed=seed, replicates=replicates)


def mean_lifetime_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return the restricted mean lifetime of the exposed groups over the others'.

    Raises
    ------
    NotIdentifiableError
        As `failure_difference`.
    """
    statistic = _contrast(mean_within, np.divide, lives, exposed, horizon_days)
    clusters = clusters_of(lives.network, lives.batch)
    return bootstrap(statistic, clusters, "log", seed=seed, replicates=replicates)


def _contrast(
    of: Callable[[RiskSets, float, Floats], Floats],
    compare: Callable[[Floats, Floats], Floats],
    lives: Lifetimes,
    exposed: Bools,
    horizon: float,
) -> Callable[[Floats], Floats]:
    """Return the comparison of a number of two arms as a function of row weights."""
    arms = [np.asarray(exposed, bool), ~np.asarray(exposed, bool)]
    # both arms are conditional on the same age
    start = max(from_start(lives.where(arm), horizon)[1] for arm in arms)
    late = (start == 0) | (lives.durations > start)
    rows = [arm & late for arm in arms]
    risks = [risk_sets(lives.where(arm), horizon, start) for arm in rows]

    def contrast(weights: Floats) -> Floats:
        first, second = (
            np.where(
                weights[:, arm].any(axis=1), of(risk, horizon, weights[:, arm]), np.nan
            )
            for risk, arm in zip(risks, rows, strict=True)
        )
        return compare(first, second)

    return contrast


def _failure(risk: RiskSets, horizon: float, weights: Floats) -> Floats:  # noqa: ARG001 - called as `mean_within` is
    return last_step(risk.incidence(weights))
