"""Build tables for sources that record message counts per member and day.

The clock is the calendar: a group's origin is the midnight that starts its first day,
so that age days are calendar days and no message is dated that was not.
"""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures import activity, open_engine, windows
from helpers.derive.measures.engine import Engine
from helpers.derive.tables.derive import Terms
from helpers.derive.tables.groups import build_window_table, find_last_days, group_table
from helpers.derive.tables.window_rows import WHOSE
from helpers.records import DAY_US, MONTH_DAYS, SHORTEST_GAP
from helpers.study.definitions import TABLES

COUNTED_PEOPLE = {
    "daily": ("posters",),
    "rates": ("posters_28",),
    "windows": ("posters", "top_share", "gini"),
}


def build_groups_table(
    listed: pd.DataFrame, days: pd.DataFrame, terms: Terms
) -> pd.DataFrame:
    """Build the table of groups from their list and each member's messages per day."""
    totals = days.groupby("key").agg(
        exact_us=("first_us", "min"),
        last_us=("last_us", "max"),
        messages=("messages", "sum"),
        posters=("person", "nunique"),
    )
    totals["first_us"] = totals["exact_us"] // DAY_US * DAY_US
    facts = listed.merge(totals.reset_index(), "left", "key").assign(any_us=np.nan)
    table = group_table(facts, names=terms.names, senders=terms.sender_ids)
    opened = table.set_index("key")["origin_us"] // DAY_US
    early = days[days["day"] < days["key"].map(opened) + MONTH_DAYS]
    by_key = early.groupby("key")["messages"].sum()
    return table.assign(
        first_us=table["exact_us"],
        early_messages=table["key"].map(by_key).fillna(0).astype("int64"),
    )


def build_spoken_tables(
    days: pd.DataFrame, groups: pd.DataFrame, terms: Terms
) -> dict[str, pd.DataFrame]:
    """Build tables of activity by day and by age window, and of silences of groups."""
    by_day = days.groupby(["group", "day"], as_index=False)
    daily = by_day.agg(
        messages=("messages", "sum"),
        posters=("member", "nunique"),
        first_us=("first_us", "min"),
        last_us=("last_us", "max"),
    )
    daily["chars"] = by_day["chars"].sum(min_count=1)["chars"]  # null if unknown
    aged = days.assign(
        age_day=days["day"] - days["group"].map(groups["origin_us"] // DAY_US)
    )
    before = daily.groupby("group")["last_us"].shift()
    long = daily["first_us"] - before >= SHORTEST_GAP * DAY_US
    gaps = {"group": daily["group"], "start_us": before, "end_us": daily["first_us"]}
    silences = pd.DataFrame(gaps)[long].astype("int64")
    tables = {"daily": daily, "silences": silences}
    if terms.members:
        tables |= _build_member_tables(days)
    with open_engine(terms.engine) as run:
        own = aged[["group", "member", "age_day"]].assign(n=aged["messages"])
        ends = run.frame(find_last_days(groups))
        rates = activity.compute_trailing_counts(run.frame(own), ends)
        tables["rates"] = run.fetch(rates, "group", "age_day")
        tables["windows"] = _build_windows(run, aged, groups)
    if not terms.sender_ids:  # one person stands for all of a group
        for name, columns in COUNTED_PEOPLE.items():
            tables[name] = tables[name].assign(**dict.fromkeys(columns, np.nan))
    return tables


def _build_member_tables(days: pd.DataFrame) -> dict[str, pd.DataFrame]:
    members = days.groupby(["group", "member"], as_index=False).agg(
        first_us=("first_us", "min"),
        last_us=("last_us", "max"),
        messages=("messages", "sum"),
        days=("day", "size"),
    )
    return {"members": members, "member_days": days}


def _build_windows(
    run: Engine, aged: pd.DataFrame, groups: pd.DataFrame
) -> pd.DataFrame:
    """Count messages and posters per group and window of its age, without replies."""
    frame = build_window_table(groups, windows.SPANS)
    dated = aged.assign(age_us=aged["age_day"].astype("int64") * DAY_US)
    columns = ["group", "member", "age_us", "messages"]
    inside = windows.match_windows(run.frame(dated[columns]), run.frame(frame))
    posters = run.keep(
        inside.group_by(*WHOSE, "member").agg(n=nw.col("messages").sum()), "posters"
    )
    totals = posters.group_by(*WHOSE).agg(messages=nw.col("n").sum())
    counted = posters.with_columns(n=nw.col("n").cast(nw.Int64))
    for part in (totals, windows.summarise_posting(counted)):
        frame = frame.merge(run.fetch(part, *WHOSE), "left", WHOSE)
    names = {column.name for column in TABLES["windows"].columns}
    zero = dict.fromkeys(("messages", "posters"), 0)
    return frame.fillna(zero).reindex(columns=sorted(names))
