"""A group's first four weeks, by person: early messages, core members, arrivals."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures.engine import Frame, add_up, drop_duplicates
from helpers.records import DAY_US, MONTH_DAYS

LATER_DAYS = 90
CORE_DAYS = (4, 8, 12)
MILD_DAYS = 2


def count_by_member_month(days: Frame) -> Frame:
    """Count messages and active days per group, member and 28-day month of age."""
    member_days = days.filter(~nw.col("member").is_null())
    aged = member_days.with_columns(month=nw.col("age_day") // MONTH_DAYS)
    return aged.group_by("group", "member", "month").agg(
        messages=add_up("n"), days=nw.len().cast(nw.Int64)
    )


def summarise_months(presence: Frame) -> Frame:
    """Count messages and core, new and returning posters by month of a group's age."""
    month, days = nw.col("month"), nw.col("days")
    before = presence.with_columns(
        before=month.shift(1).over("group", "member", order_by="month")
    )
    flagged = before.with_columns(
        new=nw.col("before").is_null(),
        kept=(nw.col("before") == month - 1).fill_null(value=False),
        mild=days <= MILD_DAYS,
        **{f"core_{least}": days >= least for least in CORE_DAYS},
    )
    counted = {"newcomers": "new", "retained": "kept", "mild": "mild"}
    counted |= {f"core_{least}": f"core_{least}" for least in CORE_DAYS}
    return flagged.group_by("group", "month").agg(
        add_up("messages"),
        posters=nw.len(),
        **{name: add_up(of) for name, of in counted.items()},
    )


def count_later_messages_of_others(days: Frame, presence: Frame) -> Frame:
    """Count messages in the 90 days after a month, by members active 0 or 3–7 days."""
    member_days = days.filter(~nw.col("member").is_null())
    day_counts = member_days.select("group", "member", "age_day", "n")
    either = (nw.col("days") <= MILD_DAYS) | (nw.col("days") >= CORE_DAYS[1])
    named = presence.filter(either).select("group", "member", "month")
    of = drop_duplicates(presence.select("group", "month"))
    after = nw.col("age_day") - (nw.col("month") + 1) * MONTH_DAYS
    own = day_counts.join(named, on=["group", "member"], how="inner")
    daily = day_counts.group_by("group", "age_day").agg(n=add_up("n"))
    columns = ("group", "month", "n")
    whole = daily.join(of, on="group", how="inner")
    parts = [
        rows.filter(after >= 0, after < LATER_DAYS).select(*columns)
        for rows in (whole, own.with_columns(n=nw.col("n") * -1))
    ]
    both = nw.concat([part.with_columns(nw.col("n").cast(nw.Int64)) for part in parts])
    return both.group_by("group", "month").agg(later_by_others=add_up("n"))


BY_DAYS = (7, 14, 28)  # first age days of which seeds are told
SOON_DAYS = (1, 2, 6)
SEED_DAYS, CAME_DAYS = 3, 7
CORE = CORE_DAYS[1]
PAIR = ["group", "member"]


def count_later_messages(messages: Frame) -> Frame:
    """Count each member's messages in the 90 days after the first four weeks."""
    age = nw.col("age_day")
    later = messages.filter(age >= MONTH_DAYS, age < MONTH_DAYS + LATER_DAYS)
    return later.group_by(*PAIR).agg(messages=nw.len().cast(nw.Int64))


def sum_later_messages(later: pd.DataFrame, early: pd.DataFrame) -> pd.DataFrame:
    """Sum messages after day 28 by members active on 0 or 3–7 of the first 28 days."""
    days = later.merge(early[[*PAIR, "days"]], "left", PAIR)["days"].fillna(0)
    neither = (days > MILD_DAYS) & (days < CORE) | (days == 0)
    counts = later["messages"].to_numpy()
    table = later[["group"]].assign(
        later_by_others=np.where(neither, counts, 0),
        later_by_newcomers=np.where(days == 0, counts, 0),
    )
    return table.groupby("group", as_index=False).sum()


def summarise_beginnings(days: pd.DataFrame, firsts: pd.DataFrame) -> pd.DataFrame:
    """Summarise each group's first four weeks: messages, posters, seed users, arrivals.

    A seed is no first poster, came within 7 days and wrote on 3 of the days counted.
    """
    came = firsts.sort_values(["group", "first_us", "member"])
    later = came[came["group"].duplicated()]
    soon = later.loc[later["first_us"] <= CAME_DAYS * DAY_US, PAIR]
    counts = {}
    for day in BY_DAYS:
        early_days = days[days["age_day"] < day]
        by = early_days.groupby(PAIR, as_index=False).agg(
            n=("n", "sum"), on=("n", "size")
        )
        counts[f"messages_{day}"] = by.groupby("group")["n"].sum()
        counts[f"posters_{day}"] = by.groupby("group").size()
        seeds = by[by["on"] >= SEED_DAYS].merge(soon)
        counts[f"seeds_{day}"] = seeds.groupby("group").size()
    for day in SOON_DAYS:
        there = came[came["first_us"] < (day + 1) * DAY_US]
        counts[f"came_by_{day}"] = there.groupby("group").size()
    whole = pd.DataFrame(counts, index=counts[f"posters_{MONTH_DAYS}"].index)
    return whole.fillna(0).astype("int64").reset_index()


def find_top_posters(early: pd.DataFrame) -> pd.DataFrame:
    """Return the member with most messages in each group's first four weeks.

    >>> early = pd.DataFrame({"group": [0, 0], "member": [4, 2], "messages": [3, 3]})
    >>> find_top_posters(early)["member"].tolist()
    [2]
    """
    ranked = early.sort_values(
        ["group", "messages", "member"], ascending=[True, False, True]
    )
    return ranked.drop_duplicates("group")[PAIR].reset_index(drop=True)


def count_unanswered_messages(
    messages: pd.DataFrame, replies: pd.DataFrame
) -> pd.Series[int]:
    """Count messages that received no reply within a day, by group."""
    mine, theirs = (
        table[["group", "age_us"]].astype("int64").sort_values("age_us", kind="stable")
        for table in (messages, replies)
    )
    matches = pd.merge_asof(
        mine,
        theirs.assign(answered=1),
        on="age_us",
        by="group",
        direction="forward",
        allow_exact_matches=False,
        tolerance=DAY_US,
    )
    return matches["answered"].isna().groupby(matches["group"]).sum().astype("int64")


def compute_share_met_elsewhere(
    firsts: pd.DataFrame, origin_us: pd.Series[int]
) -> pd.Series[float]:
    """Return the largest share of early posters who had posted in one other group."""
    at = firsts["first_us"] + firsts["group"].map(origin_us)
    all_ = firsts[PAIR].assign(at=at)
    early = all_[firsts["first_us"] < MONTH_DAYS * DAY_US]
    both = early.merge(all_, on="member", suffixes=("", "_other"))
    until = both["group"].map(origin_us) + MONTH_DAYS * DAY_US
    both = both[(both["group"] != both["group_other"]) & (both["at_other"] < until)]
    shared = both.groupby(["group", "group_other"]).size()
    met = shared[shared > 1].groupby("group").max()  # one alone met nobody
    posters = early.groupby("group").size()
    return met.reindex(posters.index, fill_value=0) / posters
