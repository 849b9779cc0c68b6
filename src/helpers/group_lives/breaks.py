"""Breaks of the record: weeks in which groups that could have written did not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.records import DAY_US, SHORTEST_GAP

BEFORE = 28  # days whose pace tells what was to be expected
LIVING, EXPECTED = 3, 100  # groups that wrote before and after; their messages


def find_breaks(daily: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Find stretches of four weeks or more without any message of living groups.

    Living are the groups of a network that wrote in the 28 days before and again later:
    three or more, of which 100 messages were to be expected at their former pace. A day
    on which many groups end is no break while others go on.

    >>> days = [*range(30), *range(70, 90)]
    >>> daily = pd.DataFrame([(g, d, 2) for g in range(3) for d in days])
    >>> daily.columns = ["group", "day", "messages"]
    >>> groups = pd.DataFrame({"group": range(3), "network": "one"})
    >>> (find_breaks(daily, groups)["end_us"] // DAY_US).tolist()
    [70]
    """
    several = groups.groupby("network")["group"].transform("nunique") >= LIVING
    rows = daily[["group", "day", "messages"]].merge(
        groups.loc[several, ["group", "network"]], on="group"
    )
    found = [
        (network, (start + 1) * DAY_US, end * DAY_US)
        for network, own in rows.groupby("network")
        for start, end in _list_breaks(own)
    ]
    table = pd.DataFrame(found, columns=["network", "start_us", "end_us"])
    return table.astype({"start_us": "int64", "end_us": "int64"})


def _list_breaks(rows: pd.DataFrame) -> Iterator[tuple[int, int]]:
    """Yield the last day before, and the first after, each break of a network."""
    days = np.unique(rows["day"])
    lengths = np.diff(days) - 1
    for at in np.flatnonzero(lengths >= SHORTEST_GAP):
        start, end = int(days[at]), int(days[at + 1])
        recent = rows[rows["day"].gt(start - BEFORE) & rows["day"].le(start)]
        later = rows.loc[rows["day"] >= end, "group"]
        living = recent[recent["group"].isin(later)]
        expected = living["messages"].sum() / BEFORE * lengths[at]
        if living["group"].nunique() >= LIVING and expected >= EXPECTED:
            yield start, end


def subtract_breaks(
    gaps: pd.DataFrame, groups: pd.DataFrame, breaks: pd.DataFrame
) -> pd.DataFrame:
    """Shorten gaps by the breaks of the record within them.

    `gaps`: ``group, start_us, end_us``; `breaks` as `find_breaks` returns them.
    """
    if breaks.empty:
        return gaps
    network = gaps["group"].map(groups.set_index("group")["network"])
    start, end = gaps["start_us"].to_numpy("int64"), gaps["end_us"].to_numpy("int64")
    missing = np.zeros(len(gaps), np.int64)
    for name, begun, over in breaks.itertuples(index=False, name=None):
        inside = np.minimum(end, over) - np.maximum(start, begun)
        missing += np.where(network == name, np.maximum(inside, 0), 0)
    return gaps.assign(end_us=end - missing)
