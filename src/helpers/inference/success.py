"""Probability that groups meet a criterion at an age, weighted for censoring."""

from __future__ import annotations

import numpy as np

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    RiskSets,
    choose_clusters,
    resample_statistic,
)
from helpers.survival.curves.proportion import compute_exact_interval
from helpers.survival.estimates import bound_probability
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import Lifetimes


def estimate_success_probability(
    lives: Lifetimes,
    success: Bools,
    horizon_days: float,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the probability that a group is alive and successful at a given age.

    A group that was not watched so long is stood for by those that were: each known
    success counts 1/G, where G is the chance of not being censored before.

    Parameters
    ----------
    success : shape (n,)
        Whether each group is successful at the horizon; asked only of groups alive
        and watched then.

    Raises
    ------
    NotIdentifiableError
        If nobody was watched for so long, entry is delayed (the chance of being
        watched is then not that of not being censored), or there are 2 to 7 networks.

    References
    ----------
    Robins and Rotnitzky (1992); Graf et al. (1999), Statist. Med. 18, 2529–2545.
    """
    if (lives.entry > 0).any():
        raise NotIdentifiableError(
            "success cannot be weighted under delayed entry",
            where=lives.definition,
            remedy="analyse the groups watched from their origin",
        )
    lives.curve().at(horizon_days)
    is_known_success = success & (lives.durations >= horizon_days)
    # dead exactly at the horizon is dead
    is_known_success &= ~(lives.ended & (lives.durations == horizon_days))
    clusters = choose_clusters(lives.network, lives.batch)
    censored = ~lives.ended & (lives.durations < horizon_days)
    n = len(lives)
    if clusters.kind == "group" and not censored.any():
        return compute_exact_interval(int(is_known_success.sum()), n)

    def share(weights: Floats) -> Floats:
        return np.round(
            _compute_weighted_share(lives, censored, is_known_success, weights), 12
        )

    estimate = float(share(np.ones((1, n)))[0])
    values = resample_statistic(
        share, clusters, "cloglog", estimate, n=n, seed=seed, replicates=replicates
    )
    counted = lives.potential >= horizon_days
    return bound_probability(estimate, values, clusters, counted, n=n)


def _compute_weighted_share(
    lives: Lifetimes, censored: Bools, is_known_success: Bools, weights: Floats
) -> Floats:
    """Return the share of groups alive and successful, weighted for censoring."""
    # at equal ages ends come first: who ended is no longer there to be censored
    exits = np.where(
        lives.ended, np.nextafter(lives.durations, -np.inf), lives.durations
    )
    censoring = RiskSets(exits, censored, np.full(len(lives), -np.inf))
    uncensored = censoring.survival(weights)
    chance = uncensored[:, -1] if uncensored.shape[1] else np.ones(len(weights))
    whole = weights.sum(axis=1) * chance
    nobody = np.full(len(weights), np.nan)  # in a sample nobody may have been watched
    share: Floats = np.divide(
        weights @ is_known_success, whole, out=nobody, where=whole > 0
    )
    return np.minimum(share, 1.0)
