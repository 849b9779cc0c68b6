"""Distributions of values over groups, coarse enough for privacy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

LEAST_GROUPS = 5  # fewer could be recognised
DOUBLING = (0, *(1 << n for n in range(31)))


def describe_distribution(
    values: pd.Series[int], edges: Sequence[int] = DOUBLING
) -> pd.DataFrame:
    """Build a histogram of a value over groups, with at least five groups per bin.

    Parameters
    ----------
    values
        One whole number, 0 or more, for each group.
    edges
        Where intervals begin, from 0; an interval of fewer than five groups joins the
        one below it, or the one above if it is the lowest.

    Examples
    --------
    >>> describe_distribution(
    ...     pd.Series([0, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 9])
    ... ).values.tolist()
    [[0, 1, 6, 5], [2, 15, 6, 23]]
    """
    if values.empty:
        return pd.DataFrame(columns=["low", "high", "groups", "total"], dtype="int64")
    place = np.searchsorted(edges, values.to_numpy(), side="right") - 1
    counts = np.bincount(place, minlength=len(edges))
    starts: list[int] = []
    waiting = 0
    for at in range(counts.nonzero()[0].max(initial=-1), -1, -1):
        waiting += counts[at]
        if waiting >= LEAST_GROUPS:
            starts.insert(0, at)
            waiting = 0
    starts = [0, *starts[1:]] if starts else [0]
    joined = np.searchsorted(starts, place, side="right") - 1
    grouped = values.groupby(joined).agg(["size", "sum"])
    after = [*starts[1:], int(place.max()) + 1]
    return pd.DataFrame(
        {
            "low": [edges[start] for start in starts],
            "high": [edges[stop] - 1 for stop in after],
            "groups": grouped["size"].to_numpy(),
            "total": grouped["sum"].to_numpy(),
        }
    )
