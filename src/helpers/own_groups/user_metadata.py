"""The user's metadata of a study: group facts and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pandas as pd

from helpers.measures.engine import DUCKDB
from helpers.own_groups.adjusting import Adjustments
from helpers.own_groups.group_facts import GroupFacts
from helpers.own_groups.listing import Listing
from helpers.own_groups.supplied_tables import place_user_tables
from helpers.records import DAY_US, SECOND_US
from helpers.study.tables.definitions.tables import TABLES
from helpers.study.tables.derive.derive import Derived

FIRST_DAYS, AROUND_DAYS = 28, 84  # of a group that split off, of its parent


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMetadata:
    """What a user supplies besides exports: `groups.csv`, tables, zone."""

    # rows of `groups.csv` by key
    facts: Mapping[str, GroupFacts] = field(default_factory=dict)
    # tables that no export holds, by name, with `key` for `group`
    brought: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"  # where days begin at midnight
    k: int = 5  # groups with fewer members go without a label
    # how many exports could not be read, by reason
    left: Mapping[str, int] = field(default_factory=dict)
    engine: str = DUCKDB  # what computes the tables
    # window of days, ids of one person, listed members
    adjust: Adjustments = field(default_factory=Adjustments)
    # whether the tables that only answers to claims read are computed
    with_answers: bool = True


def compute_day_offset_us(zone: str, at_us: int) -> int:
    """Return the offset (µs) from UTC to local time of a zone at an instant.

    >>> compute_day_offset_us("Asia/Shanghai", 0) // SECOND_US
    28800
    """
    moment = datetime.fromtimestamp(at_us // SECOND_US, UTC)
    shift = moment.astimezone(ZoneInfo(zone)).utcoffset()
    return 0 if shift is None else int(shift.total_seconds()) * SECOND_US


def add_metadata(
    derived: Derived, listed: Listing, metadata: UserMetadata
) -> dict[str, pd.DataFrame]:
    """Add the user's group attributes and parent groups to a study."""
    groups = derived.tables["groups"]
    people = groups[["posters", "members"]].astype("float64").max(axis=1)
    label = groups["label"].where((people >= metadata.k) | (metadata.k <= 1), "–")
    tables = derived.tables | {"groups": groups.assign(label=label)}
    ordinal = groups.set_index("key")["group"]
    tables |= place_user_tables(tables, metadata.brought, ordinal)
    facts = [
        *_build_facts(metadata, ordinal),
        *_index_platforms(listed, ordinal),
        *_list_known_clocks(tables),
    ]
    if facts:
        tables["facts"] = pd.DataFrame(facts, columns=["group", "fact", "value"])
    parents = _index_parents(metadata, ordinal)
    if parents and "member_days" in tables:
        offset = compute_day_offset_us(metadata.zone, int(groups["end_us"].max()))
        member_days = tables["member_days"]
        tables["links"] = list_stated_links(parents, groups, member_days, offset)
    return tables


def _index_parents(metadata: UserMetadata, ordinal: pd.Series[int]) -> dict[int, int]:
    pairs = ((key, facts.parent) for key, facts in metadata.facts.items())
    return {
        int(ordinal[child]): int(ordinal[parent])
        for child, parent in pairs
        if parent is not None and {child, parent} <= set(ordinal.index)
    }


def _build_facts(
    metadata: UserMetadata, ordinal: pd.Series[int]
) -> list[tuple[int, str, float]]:
    return [
        (int(ordinal[key]), fact, float(value))
        for key, facts in metadata.facts.items()
        if key in ordinal.index
        for fact, value in facts.as_facts.items()
    ]


def _index_platforms(
    listed: Listing, ordinal: pd.Series[int]
) -> Iterator[tuple[int, str, float]]:
    for row in listed.rows:
        if row["platform"] and row["group"] in ordinal.index:
            yield int(ordinal[row["group"]]), f"platform: {row['platform']}", 1.0


def _list_known_clocks(
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[tuple[int, str, float]]:
    """Yield a `facts` row per group with activity recorded in members' local time."""
    if "rhythm" in tables:
        for group in sorted(tables["rhythm"]["group"].unique()):
            yield int(group), "own_clock", 1.0


def list_stated_links(
    parents: Mapping[int, int],
    groups: pd.DataFrame,
    members: pd.DataFrame,
    day_offset_us: int = 0,
) -> pd.DataFrame:
    """Build the table `links` from parent groups that the user stated.

    Parameters
    ----------
    parents
        Parent of each group, by their ordinals.
    groups, members
        The tables ``groups`` and ``member_days``.
    """
    first = groups.dropna(subset="first_us").set_index("group")["first_us"]
    rows = [
        _build_link(child, parent, int(first[child]), members, day_offset_us)
        for child, parent in sorted(parents.items())
        if child in first.index
    ]
    return pd.DataFrame(rows, columns=[c.name for c in TABLES["links"].columns])


def _build_link(
    child: int, parent: int, time_us: int, member_days: pd.DataFrame, day_offset_us: int
) -> dict[str, object]:
    begun = (time_us + day_offset_us) // DAY_US
    ours = _select_within(member_days, child, begun, FIRST_DAYS)
    theirs = _select_within(member_days, parent, begun - FIRST_DAYS, FIRST_DAYS)
    return {
        "group": child,
        "parent": parent,
        "time_us": time_us,
        "kind": "stated",
        "posters": ours["member"].nunique(),
        "shared": len(set(ours["member"]) & set(theirs["member"])),
        "before": _count_messages(member_days, parent, begun - AROUND_DAYS),
        "after": _count_messages(member_days, parent, begun),
    }


def _select_within(
    member_days: pd.DataFrame, group: int, day: int, days: int
) -> pd.DataFrame:
    inside = member_days["day"].between(day, day + days - 1) & (
        member_days["group"] == group
    )
    return member_days[inside]


def _count_messages(member_days: pd.DataFrame, group: int, day: int) -> int:
    return int(_select_within(member_days, group, day, AROUND_DAYS)["messages"].sum())
