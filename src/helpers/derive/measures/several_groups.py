"""People in several groups: links they carry, and what they receive and write.

What somebody received in a week and wrote later is summed over pairs of weeks, far
enough apart that no message is outcome and exposure. Given what was written after
both, the share after the later one depends on how they differ (McFadden 1974).
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.derive.measures.beginnings import CORE_DAYS
from helpers.derive.measures.cleaning import KEY, LEAST_GROUPS, ORDER
from helpers.derive.measures.engine import Engine, Frame, add_up
from helpers.records import DAY_US, MONTH_DAYS, WEEK_DAYS

WINDOWS = (90, 30, 7)
AT_ONCE = 1 << 22  # messages in memory
LATER = (28, 179)
BEFORE = 4  # weeks in which a member is in the groups they wrote in
CLASSES = 60  # of people, by their number: the independent units
LAGS = (1, 2, 3, 4)
MOST_LOAD, MOST_OWN = 6, 4  # doublings; more are told as so many


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


def build_loads(days: pd.DataFrame) -> pd.DataFrame:
    """Build table ``loads`` from ``group, member, day, messages``."""
    weeks = summarise_member_weeks(days)
    several = weeks.groupby("member")["groups"].max() > 1
    parts = [sum_load_differences(weeks, lag).assign(lag=lag) for lag in LAGS]
    return pd.concat(parts, ignore_index=True).assign(
        people=len(several), in_several=int(several.sum())
    )


def summarise_member_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Summarise the messages each member received and wrote in each week."""
    dated_days = days.assign(week=days["day"] // WEEK_DAYS)
    of = ["member", "group", "week"]
    own = dated_days.groupby(of, as_index=False)["messages"].sum()
    talk = own.groupby(["group", "week"], as_index=False)["messages"].sum()
    ahead = [own[of].assign(week=own["week"] + k) for k in range(BEFORE)]
    there = pd.concat(ahead).drop_duplicates()
    there = there[there["week"] <= own["week"].max()]
    heard = there.merge(talk.rename(columns={"messages": "all"}), "left")
    heard = heard.merge(own, "left").fillna({"all": 0, "messages": 0})
    heard["received"] = heard["all"] - heard["messages"]
    by = heard.groupby(["member", "week"], as_index=False)
    table: pd.DataFrame = by.agg(
        received=("received", "sum"), own=("messages", "sum"), groups=("group", "size")
    )
    return table


def sum_load_differences(rows: pd.DataFrame, lag: int) -> pd.DataFrame:
    """Compare members' messages after weeks with more and with fewer received.

    Returned are ``people_class, load, own`` (doublings from the earlier to the later
    week), ``pairs``, and messages written after either: ``earlier, later``.
    """
    first = rows.groupby("member")["week"].min()
    wrote = rows[["member", "week", "own"]].rename(columns={"own": "later"})
    exposures = rows.merge(wrote.assign(week=wrote["week"] - lag), "left")
    exposures = exposures[exposures["week"] + lag <= rows["week"].max()].fillna(
        {"later": 0}
    )
    came = exposures["member"].map(first)
    exposures = exposures[exposures["week"] + lag >= came].copy()
    exposures["load"], exposures["doublings"] = (
        np.log2(1 + exposures[name]) for name in ("received", "own")
    )
    current = exposures[["member", "week", "load", "doublings", "later"]]
    before = current.assign(week=current["week"] + BEFORE + lag)
    both = current.merge(before, on=["member", "week"], suffixes=("", "_before"))
    both = both[both["later"] + both["later_before"] > 0]
    load, own = (
        (both[name] - both[f"{name}_before"]).round().clip(-most, most).astype("int64")
        for name, most in (("load", MOST_LOAD), ("doublings", MOST_OWN))
    )
    cells = pd.DataFrame(
        {
            "people_class": both["member"] % CLASSES,
            "load": load,
            "own": own,
            "pairs": 1,
            "earlier": both["later_before"],
            "later": both["later"],
        }
    )
    return cells.groupby(["people_class", "load", "own"], as_index=False).sum()
