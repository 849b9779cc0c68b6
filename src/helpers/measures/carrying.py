"""Links that members copy into a group from another group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.measures.broadcasts import LEAST_GROUPS
from helpers.measures.months import CORE_DAYS, MONTH_DAYS
from helpers.records import DAY_US

WINDOWS = (90, 30, 7)
KEY = ["group", "file", "position"]
LATER = (28, 179)


def compute_time_since_elsewhere(messages: pd.DataFrame) -> pd.Series[float]:
    """Return how long ago (µs) each message's author wrote in another group.

    Parameters
    ----------
    messages
        ``group, member, time_us, file, position`` of known people.

    Returns
    -------
    Series
        Microseconds in the rows of `messages`, nan for who never had.

    Examples
    --------
    >>> messages = pd.DataFrame({"group": [1, 2, 2], "time_us": [0, 5, 9]})
    >>> compute_time_since_elsewhere(
    ...     messages.assign(member=0, file="", position=0)
    ... ).tolist()
    [nan, 5.0, 9.0]
    """
    order = _sort_by_person(messages)
    group, member, time = (
        messages[name].to_numpy()[order] for name in ("group", "member", "time_us")
    )
    row = np.arange(len(order))
    is_first = np.diff(member, prepend=member[:1] - 1) != 0
    changed = np.zeros(len(row), bool)
    changed[1:] = group[1:] != group[:-1]
    moved = changed & ~is_first
    # the row before the last change of group, which may be an earlier person's
    left = np.maximum.accumulate(np.where(moved, row - 1, -1))
    begun = np.maximum.accumulate(np.where(is_first, row, 0))
    since = np.empty(len(order))
    since[order] = np.where(left >= begun, time - time[left], np.nan)
    return pd.Series(since, messages.index)


def _sort_by_person(messages: pd.DataFrame) -> Ints:
    """Return the order of messages by person and time; none is moved if sorted."""
    file = pd.factorize(messages["file"], sort=True)[0]
    numbers = (messages[name].to_numpy() for name in ("position", "time_us", "member"))
    position, time, member = numbers
    keys = (position, file, time, member)
    sorted_so_far = np.ones(max(len(file) - 1, 0), bool)
    for key in keys:
        sorted_so_far &= key[1:] == key[:-1]
        sorted_so_far |= key[1:] > key[:-1]
    return np.arange(len(file)) if sorted_so_far.all() else np.lexsort(keys)


def find_new_links(links: pd.DataFrame, own: Sequence[str] = ()) -> pd.DataFrame:
    """Find first posts of a link in a group that were in another group earlier.

    Parameters
    ----------
    links
        ``group, member, time_us, file, position, address``: a link of a message a row.
    own
        Beginnings of the operator's own addresses.

    Returns
    -------
    Those rows of `links`, with ``known``: the operator's own, or posted in as many
    groups within a day as make an announcement.
    """
    rows = links.sort_values(["time_us", *KEY[1:], "group"], kind="stable")
    first = rows.drop_duplicates(["group", "address"])
    nth = first.groupby("address")["time_us"]
    crowd = nth.shift(1 - LEAST_GROUPS) - first["time_us"] <= DAY_US
    crowded = first.loc[crowd, "address"].unique()
    new_links = first[first["time_us"] > nth.transform("min")]
    is_known = new_links["address"].isin(crowded) | new_links[
        "address"
    ].str.lower().str.startswith(tuple(own))
    return new_links.assign(known=is_known)


def count_carried_links(messages: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Count messages and new links by group and by author's recent posts elsewhere.

    Parameters
    ----------
    messages
        ``group, member, time_us, file, position`` of known people.
    new
        As `find_new_links` returns them.
    """
    since = compute_time_since_elsewhere(messages)
    each = new.groupby(KEY)["known"].agg(["size", "sum"])
    links = pd.DataFrame(0.0, messages.index, each.columns)
    if len(each):  # pandas joins no text to none
        near = messages.loc[messages["position"].isin(new["position"]), KEY]
        found = near.join(each, on=KEY, how="inner")
        links.loc[found.index] = found[each.columns].astype("float64")
    rows = messages[["group"]].assign(
        messages=1, novel=links["size"] - links["sum"], novel_known=links["sum"]
    )
    tables = []
    for days in WINDOWS:
        bridging = (since <= days * DAY_US).rename("bridging")
        table = rows.drop(columns="group").groupby([rows["group"], bridging]).sum()
        tables.append(table.reset_index().assign(within_days=days))
    return pd.concat(tables, ignore_index=True)


def count_core_links(messages: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Count links copied into a group on days 28–179, by core and by other members.

    Others are all who had written by then, also those who came later.

    Parameters
    ----------
    messages
        ``group, member, age_day`` of known people's messages; a day once or oftener.
    new
        As `find_new_links` returns them, with ``age_day``.
    """
    early = messages.loc[
        messages["age_day"] < MONTH_DAYS, ["group", "member", "age_day"]
    ]
    days = early.drop_duplicates().groupby(["group", "member"]).size()
    there = messages.loc[messages["age_day"] <= LATER[1], ["group", "member"]]
    people = there.drop_duplicates().join(days.rename("days"), on=["group", "member"])
    late = new[new["age_day"].between(*LATER) & ~new["known"]]
    each = late.groupby(["group", "member"]).size().rename("links")
    people = people.join(each, on=["group", "member"]).fillna({"links": 0, "days": 0})
    tables = []
    for least in CORE_DAYS:
        core = people["days"] >= least
        rows = pd.DataFrame(
            {
                "group": people["group"], "cores": core, "others": ~core,
                "by_cores": np.where(core, people["links"], 0),
                "by_others": np.where(core, 0, people["links"]),
            }
        )  # fmt: skip
        counts = rows.groupby("group").sum().astype("int64").reset_index()
        tables.append(counts.assign(least_days=least))
    return pd.concat(tables, ignore_index=True)
