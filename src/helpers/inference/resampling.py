"""Shares, means, medians and ratios of rates, with whole clusters drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.survival.bootstrap import (
    REPLICATES,
    Draws,
    RiskSets,
    bootstrap,
    resampled,
)
from helpers.survival.clusters import Clusters
from helpers.survival.curves.band import band
from helpers.survival.curves.proportion import clopper_pearson, proportion
from helpers.survival.interval import Interval


def share_interval(
    successes: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return the share of rows that are true.

    Exact where each row is its own cluster; else by the register's rule for
    probabilities, see `helpers.survival.curves.proportion.proportion`.

    Parameters
    ----------
    successes : shape (n,)

    Raises
    ------
    ShequnError
        If lengths differ.
    """
    true = _matching(successes, clusters)
    if clusters.count == len(true):
        return clopper_pearson(int(true.sum()), len(true))
    whole = clusters.sums(np.column_stack([true, np.ones(len(true))]))
    estimate, everyone = float(true.mean()), np.ones(len(true), bool)
    values = resampled(
        partial(quotient, whole),
        clusters.each,
        "cloglog",
        estimate,
        n=len(true),
        seed=seed,
        replicates=replicates,
    )
    return proportion(estimate, values, clusters, everyone, n=len(true))


def quotient(table: Floats, weights: Floats) -> Floats:
    """Return one column's weighted sum over the other's, for each sample."""
    first, second = (weights @ table).T
    values: Floats = first / second
    return values


def mean_interval(
    values: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return the mean of the rows.

    Parameters
    ----------
    values : shape (n,)

    Raises
    ------
    ShequnError
        If lengths differ.
    """
    x = _matching(values, clusters)
    return bootstrap(
        lambda weights: weights @ x / weights.sum(axis=1),
        clusters,
        "identity",
        seed=seed,
        replicates=replicates,
    )


def median_interval(
    values: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: int = REPLICATES,
) -> Interval:
    """Return the median of the rows.

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
    x = _matching(values, clusters)
    risk = RiskSets(x, np.ones(len(x), bool), np.full(len(x), -np.inf), x.min())
    survival_band = band(risk, clusters, seed=seed, replicates=replicates)
    return survival_band.median_interval()


def rate_ratio(
    counts: npt.ArrayLike,
    exposure: npt.ArrayLike,
    base_counts: npt.ArrayLike,
    base_exposure: npt.ArrayLike,
    clusters: Clusters,
    *,
    seed: int,
    replicates: Draws = REPLICATES,
) -> Interval:
    """Return the rate in one window over the rate in another of the same groups.

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
            _matching(each, clusters)
            for each in (counts, exposure, base_counts, base_exposure)
        ]
    )

    whole = clusters.sums(table)

    def ratio(weights: Floats) -> Floats:
        sums = weights @ whole
        rates: Floats = sums[:, [0, 2]] / sums[:, [1, 3]]
        return rates[:, 0] / rates[:, 1]

    interval = bootstrap(ratio, clusters.each, "log", seed=seed, replicates=replicates)
    return replace(interval, n=len(table))


def _matching(values: npt.ArrayLike, clusters: Clusters) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != clusters.codes.shape:
        raise ShequnError(
            f"{array.shape} values for {clusters.codes.shape} rows", where="clusters"
        )
    return array
