"""Build the table of groups (origin, batch) and the windows of their age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.records import DAY_US, MONTH_DAYS


def group_table(facts: pd.DataFrame, *, names: bool, senders: bool) -> pd.DataFrame:
    """Build the table of groups, numbered by creation or first message, then by key."""
    opened = facts[["created_us", "first_us"]].min(axis=1)
    table = add_origins(facts).assign(opened_us=opened.fillna(_find_stand_in(facts)))
    table = table.sort_values(["opened_us", "key"], ignore_index=True)
    zero = table["messages"].isna()
    return table.assign(
        group=np.arange(len(table), dtype=np.int32),
        label=table["label"] if names else table["key"],
        batch=compute_batches(
            table["network"], table["created_us"].fillna(table["opened_us"])
        ),
        entry_us=table[["origin_us", "seen_us"]].max(axis=1).astype("int64"),
        end_us=table["end_us"].astype("int64"),
        messages=table["messages"].fillna(0),
        posters=table["posters"].mask(zero, 0) if senders else np.nan,
        members=table["member_count"],
    )


def drop_unseen_silences(
    silences: pd.DataFrame,
    groups: pd.DataFrame,
    gaps: Mapping[str, Sequence[Sequence[int]]],
) -> pd.DataFrame:
    """Drop silences that were not observed: after the end, or between two exports."""
    about = groups.set_index("group").loc[silences["group"]]
    seen = silences["end_us"].le(about["end_us"].array).fillna(value=True)
    for key, stretches in gaps.items():
        for start, stop in stretches:
            inside = silences["start_us"].lt(stop) & silences["end_us"].gt(start)
            seen &= ~(inside & (about["key"] == key).to_numpy())
    return silences[seen].reset_index(drop=True)


def add_origins(facts: pd.DataFrame) -> pd.DataFrame:
    """Add each group's origin: its first message, or else its creation.

    A group that was created before it was observed, and of which no earlier message is
    known, began to talk at a time that nobody saw: its creation stands in. Without
    either the first line of a bot does, or the first listing.
    """
    created, first = facts["created_us"], facts["first_us"]
    is_missed = (facts["seen_us"] > created) & (first >= facts["seen_us"])
    began = first.mask(is_missed)
    kind = np.select(
        [began.notna(), created.notna(), first.notna(), facts["any_us"].notna()],
        ["first_message", "creation", "first_message", "bot_message"],
        "first_listed",
    )
    origin = began.fillna(created).fillna(first).fillna(_find_stand_in(facts))
    return facts.assign(origin_us=origin.astype("int64"), origin_kind=kind)


def _find_stand_in(facts: pd.DataFrame) -> pd.Series[float]:
    """Return when a group was first heard of that has no creation and no message."""
    return facts["any_us"].fillna(facts["seen_us"])


def compute_batches(
    network: pd.Series[str], opened_us: pd.Series[int]
) -> pd.Series[str]:
    """Return a label per group, ``network:year-Wweek``, by the ISO week of opening.

    >>> compute_batches(pd.Series(["net"]), pd.Series([0])).tolist()
    ['net:1970-W01']
    """
    week = pd.to_datetime(opened_us.astype("int64"), unit="us").dt.isocalendar()
    name = week["year"].astype(str) + "-W" + week["week"].astype(str).str.zfill(2)
    return network + ":" + name


def find_last_days(groups: pd.DataFrame) -> pd.DataFrame:
    """Return each group's age in whole days at the end of its observation."""
    last = (groups["end_us"] - groups["origin_us"]) // DAY_US
    return pd.DataFrame({"group": groups["group"], "last_day": last})


def list_quarter_ends(groups: pd.DataFrame) -> tuple[str, ...]:
    """List the ends of calendar quarters while any group is observed.

    >>> day = 86_400_000_000
    >>> one = pd.DataFrame({"entry_us": [0], "end_us": [200 * day]})
    >>> list_quarter_ends(one)
    ('1970-03-31', '1970-06-30')
    """
    first = pd.Timestamp(int(groups["entry_us"].min()), unit="us")
    last = pd.Timestamp(int(groups["end_us"].max()), unit="us") - pd.Timedelta(days=1)
    return tuple(pd.date_range(first, last, freq="QE").strftime("%Y-%m-%d"))


def build_window_table(
    groups: pd.DataFrame, spans: Sequence[tuple[int, int]]
) -> pd.DataFrame:
    """Build the age and date windows of each group: first and last day.

    Every group has the spans of age days. A group that was observed at the end of a
    quarter, and had reached 28 days, also has its last 28 whole age days before it.
    """
    groups = groups[["group", "origin_us", "entry_us", "end_us"]]
    parts = [
        groups.assign(window=f"{low}-{high}", from_day=low, to_day=high)
        for low, high in spans
    ]
    for end in list_quarter_ends(groups):
        midnight = (pd.Timestamp(end) - pd.Timestamp(0)).days * DAY_US + DAY_US
        is_observed = (groups["entry_us"] <= midnight) & (midnight <= groups["end_us"])
        last = (midnight - groups["origin_us"]) // DAY_US - 1
        old = is_observed & (last + 1 >= MONTH_DAYS)
        of_quarter = groups.assign(window=f"q{end}", from_day=last - MONTH_DAYS + 1)
        parts.append(of_quarter.assign(to_day=last)[old])
    table = pd.concat(parts, ignore_index=True)
    starts = table["origin_us"] + table["from_day"] * DAY_US
    stops = table["origin_us"] + (table["to_day"] + 1) * DAY_US
    table["observed"] = (starts >= table["entry_us"]) & (stops <= table["end_us"])
    days = dict.fromkeys(("from_day", "to_day"), "int32")
    return table[["group", "window", *days, "observed"]].astype(days)
