"""People in several groups, and the links that they carry."""

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.derive.measures.beginnings import CORE_DAYS
from helpers.derive.measures.cleaning import KEY, LEAST_GROUPS, ORDER
from helpers.derive.measures.engine import Engine, Frame, add_up
from helpers.records import DAY_US, MONTH_DAYS

WINDOWS = (90, 30, 7)
AT_ONCE = 1 << 22  # messages in memory
LATER = (28, 179)


def classify_bridging(messages: pd.DataFrame) -> Ints:
    """Return how recently each message's author wrote in another group."""
    group, member, time_us = (
        messages[name].to_numpy() for name in ("group", "member", "time_us")
    )
    is_first = np.diff(member, prepend=member[:1] - 1) != 0
    came = is_first | (np.diff(group, prepend=group[:1] - 1) != 0)
    began = np.maximum.accumulate(np.where(came, np.arange(len(member)), 0))
    since_us = time_us - time_us[began - 1]
    within = np.zeros(len(member), np.int64)
    for days in WINDOWS:  # the longest comes first
        within[since_us <= days * DAY_US] = days
    within[is_first[began]] = 0
    return within


def find_new_links(links: pd.DataFrame, own: Sequence[str] = ()) -> pd.DataFrame:
    """Find first posts of a link in a group that were in another group earlier."""
    rows = links.sort_values([*ORDER, "group"], kind="stable")
    first = rows.drop_duplicates(["group", "address"])
    nth = first.groupby("address")["time_us"]
    crowd = nth.shift(1 - LEAST_GROUPS) - first["time_us"] <= DAY_US
    crowded = first.loc[crowd, "address"].unique()
    new_links = first[first["time_us"] > nth.transform("min")]
    is_known = new_links["address"].isin(crowded) | new_links[
        "address"
    ].str.lower().str.startswith(tuple(own))
    return new_links.assign(known=is_known)


def count_carried_links(
    run: Engine, messages: Frame, new: pd.DataFrame
) -> pd.DataFrame:
    """Count messages and new links by group and by author's recent posts elsewhere."""
    known = new["known"].astype("float64")
    links = new[[*KEY]].assign(novel=1 - known, novel_known=known)
    posted = run.frame(links.groupby([*KEY], as_index=False).sum())
    # files of two exports may have one name: the group tells their lines apart
    order = ("member", *ORDER, "group")
    rows = messages.select(*order).join(posted, on=list(KEY), how="left")
    total = int(run.fetch(messages.select(n=nw.len()), "n")["n"].iloc[0])
    parts = 1 + total // AT_ONCE
    by = ["group", "within"]
    sums = []
    for part in range(parts):
        people = run.fetch(rows.filter(nw.col("member") % parts == part), *order)
        people = people.assign(within=classify_bridging(people), messages=1)
        sums.append(people.groupby(by)[["messages", "novel", "novel_known"]].sum())
    both = pd.concat(sums).groupby(by, as_index=False).sum()
    tables = []
    for days in WINDOWS:
        is_bridging = both["within"].between(1, days).rename("bridging")
        table = both.drop(columns=by).groupby([both["group"], is_bridging]).sum()
        tables.append(table.reset_index().assign(within_days=days))
    return pd.concat(tables, ignore_index=True)


def count_early_days(days: Frame) -> Frame:
    """Count the days of a group's first 28 on which each early member wrote."""
    there = days.filter(~nw.col("member").is_null(), nw.col("age_day") <= LATER[1])
    early = (nw.col("age_day") < MONTH_DAYS).cast(nw.Int64)
    return (
        there.with_columns(days=early).group_by("group", "member").agg(add_up("days"))
    )


def count_core_links(people: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Count links copied into a group on days 28–179, by core and by other members.

    Others are all who had written by then, also those who came later.
    """
    late = new[new["age_day"].between(*LATER) & ~new["known"]]
    each = late.groupby(["group", "member"]).size().rename("links")
    people = people.join(each, on=["group", "member"]).fillna({"links": 0})
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
