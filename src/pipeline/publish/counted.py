"""Build the tables of sources that publish counts instead of messages.

Where these are of members and days the clock is the calendar: a group's origin is the
midnight that starts its first day, so that age days are calendar days and no message is
dated that was not.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures import activity, open_engine, windows
from helpers.derive.measures.engine import Engine
from helpers.derive.tables.derive import Derived, Terms
from helpers.derive.tables.groups import (
    build_window_table,
    compute_batches,
    find_last_days,
    group_table,
    list_quarter_ends,
)
from helpers.derive.tables.record_tables import PAIR
from helpers.derive.tables.window_rows import WHOSE
from helpers.group_lives.lurking import count_lurkers, count_members_elsewhere
from helpers.records import DAY_US, MONTH_DAYS, SHORTEST_GAP
from helpers.study.definitions import TABLES
from helpers.study.ledger import Ledger
from pipeline.corpora.shared.corpus import Counted
from pipeline.publish.further import build_loads

COUNTED_PEOPLE = {
    "daily": ("posters",),
    "rates": ("posters_28",),
    "windows": ("posters", "top_share", "gini"),
}


def derive_counted(counted: Counted, read: Mapping[str, int], terms: Terms) -> Derived:
    """Build the processed tables of a source that publishes counts, not messages."""
    ledger = Ledger.of(read, counted.became, counted.entered)
    if counted.days is None:
        tables = {"registry": _build_registry(counted.groups, names=terms.names)}
        groups = tables["registry"]
    else:
        tables = _build_spoken_tables(counted.groups, counted.days, terms)
        groups = tables["groups"]
    ends = list_quarter_ends(groups) if "windows" in tables else ()
    further = number_group_keys(counted.tables, groups)
    window = int(groups["origin_us"].min()), int(groups["end_us"].max())
    return Derived(tables | further, ledger, window, ends)


def _build_registry(listed: pd.DataFrame, *, names: bool) -> pd.DataFrame:
    table = listed.sort_values(["origin_us", "key"], ignore_index=True)
    return table.assign(
        group=np.arange(len(table), dtype=np.int32),
        label=table["label"] if names else table["key"],
        batch=compute_batches(table["network"], table["origin_us"]),
    )


def _build_spoken_tables(
    listed: pd.DataFrame, days: pd.DataFrame, terms: Terms
) -> dict[str, pd.DataFrame]:
    groups = build_groups_table(listed, days[days["messages"] > 0], terms)
    ordinal = groups.set_index("key")["group"]
    numbered = days.assign(group=days["key"].map(ordinal), member=days["person"])
    spoken_days = numbered[numbered["messages"] > 0]
    tables = {"groups": groups, **build_spoken_tables(spoken_days, groups, terms)}
    if "joins" in days:
        until = groups.set_index("group")["end_us"] // DAY_US
        joined, from_day = list_memberships(numbered)
        roster = count_lurkers(joined, spoken_days, until)
        tables["roster"] = roster.assign(from_day=roster["group"].map(from_day))
        tables["elsewhere"] = count_members_elsewhere(
            joined[joined["dated"]], spoken_days, until
        )
    if "loads" in terms.further:
        tables["loads"] = build_loads(spoken_days)
    return tables


def number_group_keys(
    tables: Mapping[str, pd.DataFrame], groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Replace group keys by numbers in the tables that a source supplies.

    Rows that name a network and no batch get that of their origin.
    """
    ordinal = groups.set_index("key")["group"]
    return {name: _number_keys(rows, ordinal) for name, rows in tables.items()}


def _number_keys(rows: pd.DataFrame, ordinal: pd.Series[int]) -> pd.DataFrame:
    """Replace group keys by numbers, and number each group's events by time."""
    if "key" not in rows:  # of all groups together
        return rows
    table = rows.assign(group=rows["key"].map(ordinal))
    if "network" in rows:
        table["batch"] = compute_batches(rows["network"], rows["origin_us"])
    if "nth" in rows:
        table = table.sort_values(["group", "time_us", "nth"], ignore_index=True)
        table["nth"] = table.groupby("group").cumcount()
    return table


def list_memberships(days: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
    """List who was a member from when, and the day each group's join records begin.

    A membership begins with a person's first line of any kind. It was seen to begin
    if that is on or after the group's first recorded joining and no leaving, which
    would be the end of an older one.
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
        tables["members"] = days.groupby(["group", "member"], as_index=False).agg(
            first_us=("first_us", "min"),
            last_us=("last_us", "max"),
            messages=("messages", "sum"),
            days=("day", "size"),
        )
        tables["member_days"] = days
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
