"""Lurkers: members who join and write nothing within W days, with bounds."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import WEEK_DAYS

WITHIN_DAYS = (28, 84, 365)
ELSEWHERE_DAYS = LURKING_DAYS = 84
_FAR = 1 << 32  # more than any day
DUTY = {
    "joined": "joined under a duty",
    "silent": "stayed and never took part",
    "gone_silent": "left before ever taking part",
    "gone": "left after taking part",
}

COURSE = {
    "entered": "entered a course",
    "never": "handed in nothing",
    "watched": "watched for three weeks",
    "gone": "of these, handed in nothing after day 7",
    "before": "first entered a course before the organiser's last",
    "again": "of these, entered a later one, too",
}


class Sums(NamedTuple):
    """Running sums of messages by group or member, to count any period fast."""

    keys: Ints
    running: Ints

    @classmethod
    def of(cls, which: Ints, day: Ints, messages: Ints) -> Sums:
        """Accumulate message counts over the days of each group or member."""
        keys = which * _FAR + day
        order = np.argsort(keys, kind="stable")
        running = np.concatenate([[0], np.cumsum(messages[order])])
        return cls(keys[order], running)

    def between(self, which: Ints, low: Ints, high: Ints) -> Ints:
        """Return messages of each group or member from one day to before another.

        >>> sums = Sums.of(
        ...     np.array([0, 0, 1]), np.array([5, 9, 5]), np.array([1, 2, 4])
        ... )
        >>> sums.between(np.array([0, 0, 1]), np.array([5, 6, 0]), np.array([9, 10, 9]))
        array([1, 2, 4])
        """
        return self.before(which, high) - self.before(which, low)

    def before(self, which: Ints, day: Ints) -> Ints:
        """Return messages before a day; only differences within one group count."""
        return self.running[np.searchsorted(self.keys, which * _FAR + day)]


def count_lurkers(
    memberships: pd.DataFrame, messages: pd.DataFrame, until: pd.Series[int]
) -> pd.DataFrame:
    """Count members silent, or gone, within W days of joining, by group and W."""
    groups = until.index[until.index.isin(memberships["group"])]
    group, talk = memberships["group"].to_numpy(), _Talk.of(memberships, messages)
    rows = []
    for days in WITHIN_DAYS:
        each = classify_memberships(memberships, messages, until, days, talk)
        whole = each.groupby(group).sum().reindex(groups, fill_value=0)
        rows.append(whole.reset_index(names="group").assign(within_days=days))
    table = pd.concat(rows)
    if memberships["reactions"].isna().all():
        table["engaged"] = np.nan
    return table.sort_values(["group", "within_days"], ignore_index=True)


class _Talk(NamedTuple):
    """Cumulative message counts of groups, and of each membership in its group."""

    groups: Sums
    own: Sums
    place: Ints

    @classmethod
    def of(cls, memberships: pd.DataFrame, messages: pd.DataFrame) -> _Talk:
        place = np.arange(len(memberships))
        placed = memberships[["group", "member"]].assign(place=place)
        mine = messages.merge(placed, on=["group", "member"])
        columns = ("day", "messages")
        by_group = (messages[name].to_numpy(np.int64) for name in ("group", *columns))
        by_place = (mine[name].to_numpy(np.int64) for name in ("place", *columns))
        return cls(Sums.of(*by_group), Sums.of(*by_place), place)


def classify_memberships(
    memberships: pd.DataFrame,
    messages: pd.DataFrame,
    until: pd.Series[int],
    days: int,
    talk: _Talk | None = None,
) -> pd.DataFrame:
    """Mark for each membership whether the member wrote or left within W days."""
    talk = talk or _Talk.of(memberships, messages)
    group = memberships["group"].to_numpy(np.int64)
    start = memberships["joined_day"].to_numpy(np.int64)
    own = talk.own.between(talk.place, start, start + days)
    long = start + days <= until.reindex(group).to_numpy()
    heard = _count_weeks_of_others(talk, group, start, days) * 2 >= days // WEEK_DAYS
    silent, gone = own == 0, memberships["gone_day"].to_numpy() < start + days
    ever = talk.own.between(talk.place, np.zeros_like(start), start + _FAR // 2)
    is_member = long & heard
    counts = {
        "members": is_member,
        "quiet": long & ~heard,
        "undated": is_member & ~memberships["dated"].to_numpy(bool),
        "lurkers": is_member & silent & ~gone,
        "gone_silent": is_member & silent & gone,
        "gone_spoke": is_member & ~silent & gone,
        "at_most_1": is_member & ~gone & (own <= 1),
        "at_most_3": is_member & ~gone & (own <= 3),  # noqa: PLR2004 - claims.md's
        "never": is_member & (ever == 0),
        "engaged": is_member & silent & ~gone & memberships["reactions"].gt(0),
    }
    return pd.DataFrame(counts, memberships.index)


def count_members_elsewhere(
    memberships: pd.DataFrame, messages: pd.DataFrame, until: pd.Series[int]
) -> pd.DataFrame:
    """Count silent and writing members, and how many of each wrote in another group."""
    own = _Talk.of(memberships, messages)
    counts = classify_memberships(memberships, messages, until, ELSEWHERE_DAYS, own)
    start = memberships["joined_day"].to_numpy(np.int64)
    member = memberships["member"].to_numpy(np.int64)
    columns = ("member", "day", "messages")
    anywhere = Sums.of(*(messages[name].to_numpy(np.int64) for name in columns))
    span = (start, start + ELSEWHERE_DAYS)
    others = anywhere.between(member, *span) > own.own.between(own.place, *span)
    speaks = counts["members"] & ~counts["lurkers"] & ~counts["gone_silent"]
    joined = pd.to_datetime(memberships["joined_day"], unit="D")
    rows = memberships[["group"]].assign(
        quarter=joined.dt.to_period("Q").astype("str"),
        lurkers=counts["lurkers"],
        lurkers_elsewhere=counts["lurkers"] & others,
        speakers=speaks,
        speakers_elsewhere=speaks & others,
    )
    members = rows[counts["members"]]
    return members.groupby(["group", "quarter"], as_index=False).sum()


def _count_weeks_of_others(talk: _Talk, group: Ints, start: Ints, days: int) -> Ints:
    """Count the full weeks since joining in which other members wrote."""
    weeks = np.zeros(len(group), np.int64)
    edges = (start + week * WEEK_DAYS for week in range(days // WEEK_DAYS + 1))
    by_others = (
        talk.groups.before(group, edge) - talk.own.before(talk.place, edge)
        for edge in edges
    )
    for earlier, later in pairwise(by_others):
        weeks += later > earlier
    return weeks
