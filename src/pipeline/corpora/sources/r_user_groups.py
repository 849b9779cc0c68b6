"""Meetup groups on R and data science, 2019–2022: members and meetings.

The search behind the snapshots was widened twice, so watching starts after that. A
group keeps its creation and its members when its address changes; by these we join
addresses into groups.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry, build_snapshots

GROUPS, HISTORY = "groups.csv", "group_history.csv.gz"
FROM_DAY = to_day_us(date(2019, 9, 15)) // DAY_US  # the search was last widened before
LAST_DAY = to_day_us(date(2022, 1, 27)) // DAY_US
GAP_DAYS = 31  # snapshots are a month apart at the end
NEAR_SHARE, NEAR_PEOPLE = 0.02, 31  # members of a group from one snapshot to the next


def count(raw: RawFolder) -> Counted:
    """Build tables of Meetup groups on R: registry with last meeting, member counts."""
    listed = raw.rows(GROUPS)
    history = raw.rows(HISTORY)
    addresses = _add_dates(_drop_listed_twice(listed))
    newest = follow_renames(addresses)
    own = _drop_listed_twice(history)
    created = addresses.set_index("urlname")["created"]
    changes = own.assign(
        day=to_days(own["date"]),
        met=to_days(own["last_event"]),
        created=own["urlname"].map(created),
    )
    theirs = changes[changes["day"] >= changes["created"]]
    here = addresses.assign(key=addresses["urlname"].map(newest))
    watched = here[here.groupby("key")["last"].transform("max") >= FROM_DAY]
    keyed_changes = theirs.assign(key=theirs["urlname"].map(newest))
    inside = _select_window(keyed_changes[keyed_changes["key"].isin(watched["key"])])
    groups = _build_groups(watched)
    last = inside.drop_duplicates(["key", "day"], keep="last")
    counts = build_snapshots(last.rename(columns={"past_events": "posts"}))
    return Counted(
        _build_registry(groups, _find_last_meeting(theirs, newest)),
        {"snapshots": counts},
        {
            "a second row of an R-Ladies chapter": len(listed) - len(addresses),
            "a group gone before the window": len(here) - len(watched),
            "a second change of an R-Ladies chapter": len(history) - len(own),
            "a change of an earlier group at the same address": len(own) - len(theirs),
            "a change before the window": len(theirs) - len(inside),
        },
        {"addresses": len(watched), "changes": len(inside)},
    )


def _drop_listed_twice(table: pd.DataFrame) -> pd.DataFrame:
    """Drop R-Ladies chapters that are listed a second time as other groups."""
    ladies = table.loc[table["kind"] == "rladies", "urlname"]
    twice = (table["kind"] == "rug") & table["urlname"].isin(ladies)
    return table[~twice]


def _add_dates(addresses: pd.DataFrame) -> pd.DataFrame:
    """Convert dates of web addresses to days, not before the group's creation."""
    created = to_days(addresses["created"])
    return addresses.assign(
        created=created,
        first=np.maximum(to_days(addresses["first_seen"]), created),
        last=to_days(addresses["last_seen"]),
    )


def _select_window(changes: pd.DataFrame) -> pd.DataFrame:
    """Select recorded group changes since a day, and each group's state before it."""
    ordered = changes.sort_values(["key", "day"])
    before = ordered[ordered["day"] < FROM_DAY].drop_duplicates("key", keep="last")
    after = ordered[ordered["day"] >= FROM_DAY]
    at_start = after.loc[after["day"] == FROM_DAY, "key"]
    still = before[~before["key"].isin(at_start)]
    return pd.concat([still.assign(day=FROM_DAY), after])


def _build_groups(addresses: pd.DataFrame) -> pd.DataFrame:
    """Build one row per group: newest web address, first and last day listed."""
    ordered = addresses.sort_values("last", kind="stable").groupby("key")
    newest = ordered.tail(1).set_index("key")
    return newest.assign(first=ordered["first"].min()).reset_index()


def _find_last_meeting(
    changes: pd.DataFrame, newest: dict[str, str]
) -> pd.Series[float]:
    """Find the day of each group's last meeting.

    A meeting still to come is not held yet, and where none was ever held the source
    puts something else in its place.
    """
    held = changes[(changes["past_events"] > 0) & (changes["met"] <= changes["day"])]
    mine = held[held["met"] >= held["created"]]
    return mine.groupby(mine["urlname"].map(newest))["met"].max()


def _build_registry(groups: pd.DataFrame, met: pd.Series[float]) -> pd.DataFrame:
    gone = groups["last"] < LAST_DAY
    late = groups["first"] - groups["created"] > GAP_DAYS
    entry = groups["created"].mask(late, groups["first"]).clip(lower=FROM_DAY)
    end = groups["last"].where(gone, LAST_DAY) + 1
    ladies = groups["kind"] == "rladies"
    return build_registry(
        groups,
        label=groups["name"],
        network=pd.Series("meetup", groups.index).mask(ladies, "rladies"),
        origin_us=to_midnight(groups["created"]),
        entry_us=to_midnight(entry.clip(lower=groups["created"])),
        end_us=to_midnight(end),
        closed_us=to_midnight(end).where(gone),
        closed_kind="unlisted",
        last_us=to_midnight(groups["key"].map(met)),
    )


def follow_renames(addresses: pd.DataFrame) -> dict[str, str]:
    """Map each web address to the newest address of the same group.

    Two addresses are one group if they were created on one day in one country, one
    is first listed within 31 days of the other's last listing, and their numbers of
    members then differ by less than 2 % or 32.
    """
    pairs = addresses.merge(addresses, on=["created", "country"], suffixes=("", "_new"))
    gap = pairs["first_new"] - pairs["last"]
    apart = (pairs["members_first_new"] - pairs["members_last"]).abs()
    near = apart <= np.maximum(NEAR_SHARE * pairs["members_last"], NEAR_PEOPLE)
    after = pairs[near & gap.between(1, GAP_DAYS)].assign(gap=gap)
    nearest = after.sort_values(["gap", "urlname", "urlname_new"])
    nearest = nearest.drop_duplicates("urlname").drop_duplicates("urlname_new")
    following = dict(zip(nearest["urlname"], nearest["urlname_new"], strict=True))
    newest = {}
    for name in addresses["urlname"]:
        newest[name] = name
        while newest[name] in following:
            newest[name] = following[newest[name]]
    return newest
