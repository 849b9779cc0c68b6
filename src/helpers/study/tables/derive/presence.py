"""Memberships, members present and group splits, from join and leave dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import DAY_US
from helpers.study.tables.definitions.tables import TABLES

LONGEST_UNSEEN_DAYS = 28
FIRST_DAYS, AROUND_DAYS = 28, 84
PAIR = ["group", "member"]  # a person in a group


def list_memberships(days: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
    """List who was a member from when, and the day each group's join records begin.

    A membership begins with a person's first line of any kind. It was seen to begin
    if that is on or after the group's first recorded joining and no leaving, which
    would be the end of an older one.

    Parameters
    ----------
    days
        ``group, member, day, messages, joins, leaves``, one row a person and day.
    """
    from_day = days[days["joins"] > 0].groupby("group")["day"].min()
    ordered = days.sort_values([*PAIR, "day"])
    first = ordered.drop_duplicates(PAIR)
    last = ordered.drop_duplicates(PAIR, keep="last")
    leaving_day = last["day"].where(last["leaves"] > 0).to_numpy()
    spoke_or_joined = (first["joins"] > 0) | (first["messages"] > 0)
    is_recorded = spoke_or_joined & (first["day"] >= first["group"].map(from_day))
    table = pd.DataFrame(
        {
            "group": first["group"],
            "member": first["member"],
            "joined_day": first["day"],
            "gone_day": leaving_day,
            "dated": first["joins"] > 0,
            "reactions": np.nan,
        }
    )
    return table[is_recorded].reset_index(drop=True), from_day


def count_present(days: pd.DataFrame, from_day: pd.Series[int]) -> pd.DataFrame:
    """Count members present, joining and active per group and day.

    Present is who left a line of any kind that day, and who must have been there
    unseen: whose next line, at most 28 days on, needed no joining before it.
    """
    since = days[days["day"] >= days["group"].map(from_day)]
    ordered = since.sort_values([*PAIR, "day"])
    before = ordered.groupby(PAIR)["day"].shift()
    has_stayed = (ordered["joins"] == 0) | (ordered["leaves"] > ordered["joins"])
    near = ordered["day"] - before <= LONGEST_UNSEEN_DAYS
    start = ordered["day"].where(~(has_stayed & near), before + 1).astype("int64")
    marked = ordered.assign(joined=ordered["joins"] > 0, active=ordered["messages"] > 0)
    daily_counts = marked.groupby(["group", "day"])[["joined", "active"]].sum()
    steps = pd.concat(
        [
            pd.DataFrame({"group": ordered["group"], "day": start, "step": 1}),
            pd.DataFrame(
                {"group": ordered["group"], "day": ordered["day"] + 1, "step": -1}
            ),
        ]
    )
    net = steps.groupby(["group", "day"])["step"].sum()
    members = net.groupby("group").cumsum().rename("members")
    table = daily_counts.join(members, how="outer").reset_index()
    table["members"] = table.groupby("group")["members"].ffill()
    return table.fillna({"joined": 0, "active": 0}).assign(readers=np.nan, posts=np.nan)


def find_links(
    groups: pd.DataFrame, messages: pd.DataFrame, daily: pd.DataFrame
) -> pd.DataFrame:
    """Find the older group from which each group probably split off.

    The parent is the group whose name begins this one's (``a`` of ``a-b``), else the
    one that most of those who wrote in the first 28 days had written in during the 28
    days before.
    """
    alive = groups.dropna(subset="first_us").set_index("group")
    first_day = (alive["first_us"] // DAY_US).astype("int64")
    spoken = messages[["group", "member", "day"]]
    rows = [_build_link(group, alive, first_day, spoken) for group in alive.index]
    columns = TABLES["links"].columns[:-2]
    table = pd.DataFrame(
        [row for row in rows if row], columns=[c.name for c in columns]
    )
    for name, shift in (("before", -AROUND_DAYS), ("after", 0)):
        low = table["group"].map(first_day) + shift
        table[name] = _count_messages(daily, table["parent"], low, low + AROUND_DAYS)
    return table


def _build_link(
    group: int, alive: pd.DataFrame, begun: pd.Series[int], spoken: pd.DataFrame
) -> dict[str, object]:
    day = begun[group]
    own_days = spoken[(spoken["group"] == group) & (spoken["day"] < day + FIRST_DAYS)]
    people = own_days["member"].unique()
    earlier = spoken[
        (spoken["group"] != group) & spoken["day"].between(day - FIRST_DAYS, day - 1)
    ]
    everyone = earlier.drop_duplicates(PAIR)
    shared = everyone[everyone["member"].isin(people)]["group"].value_counts()
    older = everyone["group"].drop_duplicates()
    keys = alive["key"]
    named = [
        parent for parent in older if str(keys[group]).startswith(f"{keys[parent]}-")
    ]
    if older.empty:
        return {}
    parent = (
        named[0]
        if named
        else min(older, key=lambda parent: (-shared.get(parent, 0), parent))
    )
    return {
        "group": group,
        "parent": parent,
        "time_us": int(alive["first_us"][group]),
        "kind": "name" if named else "overlap",
        "posters": len(people),
        "shared": int(shared.get(parent, 0)),
    }


def _count_messages(
    daily: pd.DataFrame,
    group: pd.Series[int],
    low: pd.Series[int],
    high: pd.Series[int],
) -> list[int]:
    def one(which: int, first: int, stop: int) -> int:
        inside = daily["day"].between(first, stop - 1) & (daily["group"] == which)
        return int(daily.loc[inside, "messages"].sum())

    return [one(*span) for span in zip(group, low, high, strict=True)]
