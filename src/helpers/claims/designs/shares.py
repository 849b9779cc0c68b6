"""Shares of units, medians over groups, and which measure explains more.

A share of people pooled over a few groups of very unequal size has a delete-one-group
jackknife interval: where one group holds most of the people, the usual sandwich error
is about half too small. Of one group it is exact, its people being the units.

MacKinnon, Nielsen and Webb (2023), J. Econometrics 232, 272–299, on jackknifed
clusters; Budescu (1993), Psychol. Bull. 114, 542–551, on dominance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import require_at_least, require_sampled
from helpers.inference import (
    cluster_by_label,
    compute_exact_interval,
    estimate_mean,
    estimate_median,
    estimate_rate_ratio,
    estimate_share,
)
from helpers.survival.bootstrap import (
    DRAWS,
    FEWEST_NETWORKS,
    Clusters,
    choose_clusters,
    cluster_weights,
    keep_finite,
)
from helpers.survival.hazards.resampled import ResampledLikelihood
from helpers.survival.interval import Interval, Wald, enclose


def estimate_share_of(rows: pd.DataFrame, flags: npt.ArrayLike) -> Interval:
    """Estimate a share of groups, one a row, resampling networks, batches or groups.

    >>> rows = pd.DataFrame({"network": ["one"] * 50, "batch": range(50)})
    >>> round(estimate_share_of(rows, [True] * 10 + [False] * 40).estimate, 3)
    0.2
    """
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(flags, clusters, replicates=DRAWS)


def map_clusters(groups: pd.DataFrame, group: pd.Series[int]) -> Clusters:
    """Return the resampling unit of each row, given the id of the row's group."""
    own = groups[groups["group"].isin(group)]
    if own.empty:
        raise NotIdentifiableError("there is no group", where="clusters")
    clusters = choose_clusters(own["network"], own["batch"])
    codes = pd.Series(clusters.codes, own["group"])
    return Clusters(group.map(codes).to_numpy(), clusters.count, clusters.kind)


def count_exactly(flags: npt.ArrayLike) -> Interval:
    """Return the share in a complete list, which has no sampling error.

    >>> print(count_exactly([True, True, False]))
    0.667 [0.667, 0.667]
    """
    counted = np.asarray(flags, bool)
    if not len(counted):
        raise NotIdentifiableError("there is no group", where="list")
    share, n = float(counted.mean()), len(counted)
    return Interval.of(share, (share, share), method="census", n=n, clusters=n)


SAMPLES, LEVEL = 200, 0.95


def estimate_median_of(rows: pd.DataFrame, column: str) -> Interval:
    """Estimate the median of a column over groups, one a row; 50 are needed."""
    clusters = require_sampled(rows)
    return estimate_median(rows[column], clusters, replicates=DRAWS.least)


def estimate_share_of_people(did: npt.ArrayLike, people: npt.ArrayLike) -> Interval:
    """Estimate a share of people, pooled over groups that are its independent units.

    Exact of one group, and where all or none did it; else the jackknife on the logit
    scale with t(K − 1), one half added so that no part of it is infinite.
    """
    some, whole = (np.asarray(each, np.float64) for each in (did, people))
    some, whole = some[whole > 0], whole[whole > 0]
    k, n = len(whole), int(whole.sum())
    require_at_least(k, 1, "groups with such people")
    share = float(some.sum() / n)
    if k == 1 or not 0 < share < 1:
        return compute_exact_interval(int(some.sum()), n)
    left_out = (some.sum() - some + 0.5) / (n - whole + 1)
    logits = np.log(left_out / (1 - left_out))
    error = float(np.sqrt((k - 1) / k * ((logits - logits.mean()) ** 2).sum()))
    rule = Wald(share, error, "logit", k - 1)
    method = f"jackknife of {k} groups, t({k - 1})"
    return Interval.of(share, rule, method=method, n=n, clusters=k)


def resample_share_of_people(rows: pd.DataFrame, did: str, people: str) -> Interval:
    """Estimate a share of people over eight groups or more, which are resampled.

    With fewer than eight, as `estimate_share_of_people`.
    """
    rows = rows[rows[people] > 0]
    if len(rows) < FEWEST_NETWORKS:
        return estimate_share_of_people(rows[did], rows[people])
    row = np.repeat(np.arange(len(rows)), rows[people].astype(int))
    nth = np.arange(len(row)) - np.searchsorted(row, row)
    did_so = nth < rows[did].to_numpy()[row]
    return estimate_share(did_so, cluster_by_label(row), replicates=DRAWS)


def resample_ratio_of_people(
    did: pd.Series[int], people: pd.Series[int], clusters: Clusters
) -> Interval:
    """Estimate the share of all people who did something, resampling clusters."""
    ones = np.ones(len(people))
    share = estimate_rate_ratio(did, people, ones, ones, clusters, replicates=DRAWS)
    return replace(share, n=int(people.sum()))


def estimate_share_of_stayers(
    rows: pd.DataFrame, *, by_people: bool = False
) -> Interval:
    """Estimate the silent share of members who stayed: mean of groups, or of people.

    Who left in silence may have been one or not: the limits enclose both readings.
    """
    members, silent = rows["members"], rows["silent"]
    stayed = members - rows["gone_silent"] - rows["gone"]
    require_at_least(int(stayed.sum()), 1, "members who stayed")

    def estimate(some: pd.Series[int], whole: pd.Series[int]) -> Interval:
        if by_people or len(rows) < FEWEST_NETWORKS:
            return estimate_share_of_people(some, whole)
        own = whole > 0  # of a group that all have left there is no share
        clusters = choose_clusters(rows["network"][own], rows["batch"][own])
        shares = some[own] / whole[own]
        return estimate_mean(shares, clusters, replicates=DRAWS)

    bounds = estimate(silent, members), estimate(silent + rows["gone_silent"], members)
    found = enclose(estimate(silent, stayed), *bounds)
    # the limits of a mean may lie beyond those of a share
    low, high = max(0.0, found.low), min(1.0, found.high)
    return replace(found, low=low, high=high, n=int(stayed.sum()))


def estimate_dominance(
    data: pd.DataFrame, first: str, second: str, *, samples: int = SAMPLES
) -> Interval:
    """Estimate the first of two measures' share of what both explain of survival.

    The Shapley share: its gain in log partial likelihood alone and after the other,
    averaged, over the gain of both. One half if both tell as much.

    `data`: groups at risk: ``entry, duration, ended, network, batch`` and the measures.
    """
    clusters = choose_clusters(data["network"], data["batch"])
    ended = data["ended"].to_numpy(bool)
    times = data[["duration", "entry"]].to_numpy(np.float64)
    measures = data[[first, second]].to_numpy(np.float64)
    values = [
        _compute_first_shares(times, ended, measures, weights)
        for weights in cluster_weights(clusters, replicates=samples)
    ]
    replicates = keep_finite(np.concatenate(values), clusters)
    once = np.ones((1, len(data)))
    estimate = float(_compute_first_shares(times, ended, measures, once)[0])
    if not np.isfinite(estimate):
        raise NotIdentifiableError("neither measure explains anything", where="ranks")
    low = float(np.quantile(replicates, (1 - LEVEL) / 2, method="lower"))
    high = float(np.quantile(replicates, (1 + LEVEL) / 2, method="higher"))
    limits = min(low, estimate), max(high, estimate)
    method = f"{clusters.method}, percentiles of {len(replicates)}"
    k, n = clusters.count, len(data)
    return Interval.of(estimate, limits, method=method, n=n, clusters=k)


def _compute_first_shares(
    times: Floats, ended: Bools, measures: Floats, weights: Floats
) -> Floats:
    """Return the first measure's share of the explained by sample; NaN if undefined."""
    each = weights / weights.sum(axis=1, keepdims=True)
    away = measures - (each @ measures)[:, None]
    spread = np.sqrt(np.einsum("sn,snp->sp", each, away**2))
    model = ResampledLikelihood(times[:, 0], ended, times[:, 1], weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = away / spread[:, None]
        alone, other, both = (
            model.compute_gains(np.nan_to_num(scaled[:, :, columns]))
            for columns in ([0], [1], [0, 1])
        )
        shares: Floats = np.where(both > 0, (1 + (alone - other) / both) / 2, np.nan)
    return shares
