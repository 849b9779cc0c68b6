"""Groups that split off from others, as `groups.csv` tells."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.records import DAY_US
from helpers.study.tables.definitions.tables import TABLES
from helpers.study.tables.derive.presence import AROUND_DAYS, FIRST_DAYS


def stated_links(
    parents: Mapping[int, int],
    groups: pd.DataFrame,
    said: pd.DataFrame,
    day_offset_us: int = 0,
) -> pd.DataFrame:
    """Return the table `links` of groups whose parent somebody stated.

    Parameters
    ----------
    parents
        Parent of each group, by their ordinals.
    groups, said
        The tables ``groups`` and ``member_days``.
    """
    first = groups.dropna(subset="first_us").set_index("group")["first_us"]
    rows = [
        _link(child, parent, int(first[child]), said, day_offset_us)
        for child, parent in sorted(parents.items())
        if child in first.index
    ]
    return pd.DataFrame(rows, columns=[c.name for c in TABLES["links"].columns])


def _link(
    child: int, parent: int, time_us: int, said: pd.DataFrame, day_offset_us: int
) -> dict[str, object]:
    begun = (time_us + day_offset_us) // DAY_US
    ours = _within(said, child, begun, FIRST_DAYS)
    theirs = _within(said, parent, begun - FIRST_DAYS, FIRST_DAYS)
    return {
        "group": child,
        "parent": parent,
        "time_us": time_us,
        "kind": "stated",
        "posters": ours["member"].nunique(),
        "shared": len(set(ours["member"]) & set(theirs["member"])),
        "before": _messages(said, parent, begun - AROUND_DAYS),
        "after": _messages(said, parent, begun),
    }


def _within(said: pd.DataFrame, group: int, day: int, days: int) -> pd.DataFrame:
    inside = said["day"].between(day, day + days - 1) & (said["group"] == group)
    return said[inside]


def _messages(said: pd.DataFrame, group: int, day: int) -> int:
    return int(_within(said, group, day, AROUND_DAYS)["messages"].sum())
