"""Two arms of groups compared: difference and ratio of failure, ratio of means.

Clusters are drawn once for both arms, so what a network's groups share cancels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.survival.bootstrap import REPLICATES, bootstrap
from helpers.survival.clusters import clusters_of
from helpers.survival.estimates import (
    from_start,
    last_step,
    mean_within,
    risk_sets,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.survival.bootstrap import RiskSets
    from helpers.survival.curve import Floats
    from helpers.survival.interval import Interval
    from helpers.survival.lifetimes import Bools, Lifetimes

__all__ = ["failure_difference", "failure_ratio", "mean_lifetime_ratio"]


def failure_difference(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Interval:
    """Return failure probability of the exposed groups less that of the others.

    Raises
    ------
    NotIdentifiableError
        As `failure_probability`, for either arm.
    """
    statistic = _contrast(lives, exposed, horizon_days, _failure, np.subtract)
    clusters = clusters_of(lives.network, lives.batch)
    return bootstrap(
        statistic, clusters, "identity", seed=seed, level=level, replicates=replicates
    )


def failure_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Interval:
    """Return failure probability of the exposed groups over that of the others.

    Raises
    ------
    NotIdentifiableError
        As `failure_difference`.
    """
    statistic = _contrast(lives, exposed, horizon_days, _failure, np.divide)
    clusters = clusters_of(lives.network, lives.batch)
    return bootstrap(
        statistic, clusters, "log", seed=seed, level=level, replicates=replicates
    )


def mean_lifetime_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> Interval:
    """Return the restricted mean lifetime of the exposed groups over the others'.

    Raises
    ------
    NotIdentifiableError
        As `failure_difference`.
    """
    statistic = _contrast(lives, exposed, horizon_days, mean_within, np.divide)
    clusters = clusters_of(lives.network, lives.batch)
    return bootstrap(
        statistic, clusters, "log", seed=seed, level=level, replicates=replicates
    )


def _contrast(
    lives: Lifetimes,
    exposed: Bools,
    horizon: float,
    statistic: Callable[[RiskSets, float, Floats], Floats],
    compare: Callable[[Floats, Floats], Floats],
) -> Callable[[Floats], Floats]:
    """Return the comparison of two arms as a function of row weights."""
    arms = [np.asarray(exposed, bool), ~np.asarray(exposed, bool)]
    # both arms are conditional on the same age
    start = max(from_start(lives.where(arm), horizon)[1] for arm in arms)
    late = (start == 0) | (lives.durations > start)
    rows = [arm & late for arm in arms]
    risks = [risk_sets(lives.where(arm), horizon, start) for arm in rows]

    def contrast(weights: Floats) -> Floats:
        first, second = (
            np.where(
                weights[:, arm].any(axis=1),
                statistic(risk, horizon, weights[:, arm]),
                np.nan,
            )
            for risk, arm in zip(risks, rows, strict=True)
        )
        return compare(first, second)

    return contrast


def _failure(risk: RiskSets, horizon: float, weights: Floats) -> Floats:  # noqa: ARG001 - called as `mean_within` is
    return last_step(1 - risk.survival(weights))
