"""Failure probability, mean and median lifetime with cluster bootstrap intervals.

Greenwood's interval takes groups for independent. Groups of one network are not, and
the more of them there are, the less their interval covers. So whole clusters are
drawn, and the standard error is used with t(K − 1) on a scale where the estimate is
nearly normal.
"""

from __future__ import annotations

import numpy as np

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    RiskSets,
    resample_statistic,
)
from helpers.survival.clusters import choose_clusters
from helpers.survival.curves.proportion import bound_probability, compute_exact_interval
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes


def estimate_failure_probability(
    lives: Lifetimes,
    horizon_days: float,
    *,
    seed: int,
    competing: Bools | None = None,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the probability that a group has ended by a horizon, in days.

    With delayed entry it is conditional on reaching the first age with 20 at risk.
    Where groups are the units, none came late and none was censored before the
    horizon, it is a plain proportion with its exact interval.

    Parameters
    ----------
    seed
        Of the bootstrap.
    competing : shape (n,)
        Ends that are no failure, such as a purpose fulfilled; then it is the
        cumulative incidence of the other ends.

    Raises
    ------
    NotIdentifiableError
        If nobody was watched for so long, there are 2 to 7 networks, or there are
        never 20 at risk under delayed entry.
    """
    watched, start = restrict_to_survivors(lives, horizon_days)
    of = None if competing is None else ~competing[np.isin(lives.group, watched.group)]
    clusters = choose_clusters(watched.network, watched.batch)
    risk = build_risk_sets(watched, horizon_days, start)
    if clusters.kind == "group" and _is_fully_observed(watched, horizon_days):
        failed = risk.ended if of is None else risk.ended & of
        return compute_exact_interval(int(failed.sum()), len(watched))

    def ended(weights: Floats) -> Floats:
        # a sum of fractions may miss 1 by rounding
        return np.round(take_last_step(risk.incidence(weights, of)), 12)

    estimate = float(ended(np.ones((1, len(watched))))[0])
    values = resample_statistic(
        ended, clusters, "cloglog", estimate,
        n=len(watched), seed=seed, replicates=replicates,
    )  # fmt: skip
    counted = (watched.potential >= horizon_days) & (watched.entry <= start)
    return bound_probability(estimate, values, clusters, counted, n=len(watched))


def _is_fully_observed(lives: Lifetimes, horizon: float) -> bool:
    is_known = (lives.durations >= horizon) | lives.ended
    return bool(np.all(is_known & (lives.entry == 0)))


def restrict_to_survivors(
    lives: Lifetimes, horizon: float | None = None
) -> tuple[Lifetimes, float]:
    """Condition lifetimes on survival to the first age with enough at risk.

    Raises
    ------
    NotIdentifiableError
        If there are never 20 at risk, or nobody was watched up to the horizon.
    """
    curve = lives.curve()
    if (lives.entry > 0).any():
        curve = curve.from_at_risk()
    if horizon is not None:
        curve.at(horizon)
    start = float(curve.times[0])
    return lives.where((start == 0) | (lives.durations > start)), start


def build_risk_sets(lives: Lifetimes, horizon: float, start: float) -> RiskSets:
    """Build risk sets in which only events up to a horizon count."""
    ended = lives.ended & (lives.durations <= horizon)
    return RiskSets(lives.durations, ended, lives.entry, start)


def take_last_step(steps: Floats) -> Floats:
    """Return the final value of each bootstrap sample's curve; 0 without events."""
    return steps[:, -1] if steps.shape[1] else np.zeros(len(steps))


def integrate_to_horizon(risk: RiskSets, horizon: float, weights: Floats) -> Floats:
    """Return the area under each bootstrap sample's survival curve to a horizon."""
    survival = np.hstack([np.ones((len(weights), 1)), risk.survival(weights)])
    steps = np.concatenate([[risk.start], risk.times, [horizon]])
    areas: Floats = np.sum(survival * np.diff(steps), axis=1)
    return areas
