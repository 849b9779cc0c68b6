"""Shares of units: of groups that ended by an age, of a list, of resampled units."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import DRAWS, SEED


def estimate_share_of(rows: pd.DataFrame, flags: npt.ArrayLike) -> Interval:
    """Estimate a share of groups, one a row, resampling networks, batches or groups.

    >>> rows = pd.DataFrame({"network": ["one"] * 50, "batch": range(50)})
    >>> round(estimate_share_of(rows, [True] * 10 + [False] * 40).estimate, 3)
    0.2
    """
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(flags, clusters, seed=SEED, replicates=DRAWS)


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
