"""Shares, means, medians and rate ratios with cluster bootstrap intervals."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.survival.bootstrap import (
    REPLICATES,
    Clusters,
    Draws,
    RiskSets,
    bootstrap_statistic,
    resample_statistic,
)
from helpers.survival.curves.proportion import compute_exact_interval
from helpers.survival.estimates import bootstrap_band, bound_probability
from helpers.survival.interval import Interval


def estimate_share(
    successes: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the share of rows that are true, with a cluster bootstrap interval.

    Exact where each row is its own cluster; else by the register's rule for
    probabilities, see `helpers.survival.curves.proportion`.

    Parameters
    ----------
    successes : shape (n,)

    Raises
    ------
    ShequnError
        If lengths differ.
    """
    true = _check_length(successes, clusters)
    if clusters.count == len(true):
        return compute_exact_interval(int(true.sum()), len(true))
    whole = clusters.sums(np.column_stack([true, np.ones(len(true))]))
    estimate, everyone = float(true.mean()), np.ones(len(true), bool)
    values = resample_statistic(
        partial(divide_weighted_sums, whole),
        clusters.each,
        "cloglog",
        estimate,
        n=len(true),
        seed=seed,
        replicates=replicates,
    )
    return bound_probability(estimate, values, clusters, everyone, n=len(true))


def divide_weighted_sums(table: Floats, weights: Floats) -> Floats:
    """Return the ratio of two weighted column sums for each bootstrap sample."""
    first, second = (weights @ table).T
    values: Floats = first / second
    return values


def estimate_mean(
    values: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the mean of row values with a cluster bootstrap interval.

    Parameters
    ----------
    values : shape (n,)

    Raises
    ------
    ShequnError
        If lengths differ.
    """
    x = _check_length(values, clusters)
    return bootstrap_statistic(
        lambda weights: weights @ x / weights.sum(axis=1),
        clusters,
        "identity",
        seed=seed,
        replicates=replicates,
    )


def estimate_median(
    values: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: int = REPLICATES,
) -> Interval:
    """Estimate the median of row values with a cluster bootstrap interval.

    Its limits are those values at which the share of larger ones may be one half;
    they stay honest where many values are equal and resampled medians never move.

    Parameters
    ----------
    values : shape (n,)

    Raises
    ------
    ShequnError
        If lengths differ.
    """
    x = _check_length(values, clusters)
    risk = RiskSets(x, np.ones(len(x), bool), np.full(len(x), -np.inf), x.min())
    survival_band = bootstrap_band(risk, clusters, seed=seed, replicates=replicates)
    return survival_band.median_interval()


def estimate_rate_ratio(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike,
    base_counts: npt.ArrayLike,
    base_exposure: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Estimate the ratio of event rates in two periods, such as messages per day.

    Rates are sums of counts over sums of exposure, so busy groups weigh more.

    Parameters
    ----------
    counts, exposure, base_counts, base_exposure : shape (n,)
        Messages and days, say, of each group in each window.

    Raises
    ------
    NotIdentifiableError
        If either window has no counts, or hardly any cluster has them.
    ShequnError
        If lengths differ.

    References
    ----------
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

    interval = bootstrap_statistic(
        ratio, clusters.each, "log", seed=seed, replicates=replicates
    )
    return replace(interval, n=len(table))


def _check_length(values: npt.ArrayLike, clusters: Clusters) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != clusters.codes.shape:
        raise ShequnError(
            f"{array.shape} values for {clusters.codes.shape} rows", where="clusters"
        )
    return array
