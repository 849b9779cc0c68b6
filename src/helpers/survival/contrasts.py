"""Two arms of groups compared: difference and ratio of failure, ratio of means.

Clusters are drawn once for both arms, so what a network's groups share cancels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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
from helpers.survival.interval import Interval, ScaleName
from helpers.survival.lifetimes import Lifetimes


def failure_difference(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return failure probability of the exposed groups less that of the others.

    Raises
    ------
    NotIdentifiableError
        As `failure_probability`, for either arm.
    """
    draws = _Draws(seed, level, replicates)
    return _Contrast(_failure, np.subtract, "identity").interval(
        lives, exposed, horizon_days, draws
    )


def failure_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return failure probability of the exposed groups over that of the others.

    Raises
    ------
    NotIdentifiableError
        As `failure_difference`.
    """
    draws = _Draws(seed, level, replicates)
    return _Contrast(_failure, np.divide, "log").interval(
        lives, exposed, horizon_days, draws
    )


def mean_lifetime_ratio(
    lives: Lifetimes,
    exposed: Bools,
    horizon_days: float,
    *,
    seed: int,
    level: float = 0.95,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return the restricted mean lifetime of the exposed groups over the others'.

    Raises
    ------
    NotIdentifiableError
        As `failure_difference`.
    """
    draws = _Draws(seed, level, replicates)
    return _Contrast(mean_within, np.divide, "log").interval(
        lives, exposed, horizon_days, draws
    )


class _Draws(NamedTuple):
    """How a bootstrap is drawn."""

    seed: int
    level: float
    replicates: Draws


class _Contrast(NamedTuple):
    """A number of each of two arms, how they are compared, and on what scale."""

    of: Callable[[RiskSets, float, Floats], Floats]
    compare: Callable[[Floats, Floats], Floats]
    scale: ScaleName

    def interval(
        self, lives: Lifetimes, exposed: Bools, horizon: float, draws: _Draws
    ) -> Interval:
        """Return the comparison with its bootstrap interval."""
        return bootstrap(
            self._weighted(lives, exposed, horizon),
            clusters_of(lives.network, lives.batch),
            self.scale,
            **draws._asdict(),
        )

    def _weighted(
        self, lives: Lifetimes, exposed: Bools, horizon: float
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
                    self.of(risk, horizon, weights[:, arm]),
                    np.nan,
                )
                for risk, arm in zip(risks, rows, strict=True)
            )
            return self.compare(first, second)

        return contrast


def _failure(risk: RiskSets, horizon: float, weights: Floats) -> Floats:  # noqa: ARG001 - called as `mean_within` is
    return last_step(risk.incidence(weights))
