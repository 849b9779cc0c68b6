"""Shares, means, medians and rate ratios with cluster bootstrap intervals."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.bootstrap import (
    REPLICATES,
    Clusters,
    Draws,
    RiskSets,
    bootstrap_statistic,
    choose_clusters,
    cluster_by_label,
)
from helpers.survival.estimates import bootstrap_band, bootstrap_probability
from helpers.survival.interval import (
    Interval,
    compute_exact_interval,
    compute_wilson_interval,
)
from helpers.survival.lifetimes import Lifetimes

__all__ = [
    "Clusters", "Interval", "choose_clusters", "cluster_by_label",
    "compute_exact_interval", "compute_wilson_interval", "estimate_mean",
    "estimate_median", "estimate_rate_ratio", "estimate_share",
    "estimate_success_probability",
]  # fmt: skip


def estimate_share(
    successes: npt.ArrayLike, clusters: Clusters, *, replicates: Draws = REPLICATES
) -> Interval:
    """Estimate the share of rows that are true, with a cluster bootstrap interval.

    Exact where each row is its own cluster; else by the register's rule for
    probabilities, see `helpers.survival.interval`.
    """
    true = _check_length(successes, clusters)
    if clusters.count == len(true):
        return compute_exact_interval(int(true.sum()), len(true))
    return estimate_mean_share(true, clusters, replicates=replicates)


def estimate_mean_share(
    shares: npt.ArrayLike, clusters: Clusters, *, replicates: Draws
) -> Interval:
    """Estimate the mean of shares, one a row, with a cluster bootstrap interval."""
    values = _check_length(shares, clusters)
    sums = clusters.sums(np.column_stack([values, np.ones(len(values))]))

    def mean(weights: Floats) -> Floats:
        total, count = (weights @ sums).T
        # a sum of fractions may miss 1 by rounding
        share: Floats = np.round(total / count, 12)
        return share

    return bootstrap_probability(
        mean, clusters, np.ones(len(values), bool),
        n=len(values), replicates=replicates, drawn=clusters.each,
    )  # fmt: skip


def estimate_mean(
    values: npt.ArrayLike, clusters: Clusters, *, replicates: Draws = REPLICATES
) -> Interval:
    """Estimate the mean of row values with a cluster bootstrap interval."""
    x = _check_length(values, clusters)
    return bootstrap_statistic(
        lambda weights: weights @ x / weights.sum(axis=1),
        clusters,
        "identity",
        replicates=replicates,
    )


def estimate_median(
    values: npt.ArrayLike, clusters: Clusters, *, replicates: int = REPLICATES
) -> Interval:
    """Estimate the median of row values with a cluster bootstrap interval.

    Its limits are those values at which the share of larger ones may be one half;
    they stay honest where many values are equal and resampled medians never move.
    """
    x = _check_length(values, clusters)
    risk = RiskSets(x, np.ones(len(x), bool), np.full(len(x), -np.inf), x.min())
    return bootstrap_band(risk, clusters, replicates).median_interval()


def estimate_rate_ratio(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike,
    base_counts: npt.ArrayLike,
    base_exposure: npt.ArrayLike,
    clusters: Clusters,
    *,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the ratio of event rates in two periods, such as messages per day.

    Rates are sums of counts over sums of exposure, so busy groups weigh more.

    Ratio estimator with clusters: Cochran (1977), Sampling Techniques, ch. 6.
    """
    table = np.column_stack(
        [
            _check_length(each, clusters)
            for each in (counts, exposure, base_counts, base_exposure)
        ]
    )

    whole = clusters.sums(table)

    def ratio(weights: Floats) -> Floats:
        sums = weights @ whole
        rates: Floats = sums[:, [0, 2]] / sums[:, [1, 3]]
        return rates[:, 0] / rates[:, 1]

    interval = bootstrap_statistic(ratio, clusters.each, "log", replicates=replicates)
    return replace(interval, n=len(table))


def _check_length(values: npt.ArrayLike, clusters: Clusters) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != clusters.codes.shape:
        raise ShequnError(
            f"{array.shape} values for {clusters.codes.shape} rows", where="clusters"
        )
    return array


def estimate_success_probability(
    lives: Lifetimes,
    success: Bools,
    horizon_days: float,
    *,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the probability that a group is alive and successful at a given age.

    A group that was not watched so long is stood for by those that were: each known
    success counts 1/G, where G is the chance of not being censored before.

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

    counted = lives.potential >= horizon_days
    return bootstrap_probability(share, clusters, counted, n=n, replicates=replicates)


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
