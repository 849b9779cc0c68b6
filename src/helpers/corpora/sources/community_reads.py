"""Counts of readers and writers per day, week or 30 days in communities.

Three Discord servers and a Slack workspace, from their own statistics: a row is a
window of a community, or a channel in a window that is not stated. A visitor opened the
server (Slack: was active), a poster wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_funnel,
    build_registry_columns,
    build_snapshots,
)

Tables = Callable[[str, str], pd.DataFrame]

STAMP = "interval_start_timestamp"
DAILY, WEEKLY, GERMAN, SLACK = "illini", "itclub", "deadlock_de", "r4ds_slack"
DISCORD = {DAILY: 1, WEEKLY: 7}  # days of a window, where the tables don't say
LABELS = {
    DAILY: "Illini Esports (Discord)",
    WEEKLY: "IT Club Pulchowk (Discord)",
    GERMAN: "a German game server (Discord)",
    SLACK: "R for Data Science (Slack)",
}
TENURES = {
    "leavers": (
        ("Members for < 1 month", "left within a month of joining"),
        ("Members for 1 month+", "left later"),
    ),
    "muters": (
        ("New Members", "muted the server when new"),
        ("Existing Members", "muted the server later"),
    ),
}
AUDIENCE = (
    "key", "channel", "one_way", "window_days", "day", "visitors", "posters",
    "members", "messages",
)  # fmt: skip


def count(raw: RawFolder) -> Counted:
    """Build tables of communities: visitors and writers per period, newcomers."""

    def read(key: str, name: str) -> pd.DataFrame:
        table = raw.rows(f"{key}/{name}.csv")
        stamp = table["date"] if "date" in table else table[STAMP]
        return table.assign(key=key, day=to_days(stamp.str[:10]))

    sizes = read(DAILY, "guild-total-membership")
    windows, ends = read(GERMAN, "windows"), read(SLACK, "tail_22_days")
    audiences = _combine_audiences(
        *(_build_server_windows(read, key, sizes) for key in DISCORD),
        *(_build_channels(read(key, "popular-text-channels")) for key in DISCORD),
        windows.rename(columns={"members_at_stamp": "members"}),
        *_add_day_and_week(ends),
    )
    again = read(WEEKLY, "partner-health")
    sources = read(DAILY, "guild-joins-by-source")
    arrivals = read(DAILY, "guild-activation")
    funnels = [
        _count_newcomers(arrivals, read(DAILY, "guild-retention")),
        _count_weekly_newcomers(windows),
    ]
    funnels += [
        _count_leavers_and_muters(read),
        *(_count_by_tenure(read, key) for key in DISCORD),
    ]
    return build_counted(
        _build_registry(audiences),
        {
            "audiences": audiences,
            "snapshots": _count_sizes(sizes, arrivals),
            "funnels": pd.concat(funnels, ignore_index=True),
        },
        {
            "joins by source: new members are counted once elsewhere": len(sources),
            "a week that another table of the server has too": len(again),
        },
        {
            "windows, sizes, channels and days": raw.tally.total()
            - len(sources)
            - len(again)
        },
    )


def _to_count(people: pd.Series[int], percent: pd.Series[float]) -> pd.Series[float]:
    """Convert percentages of given numbers of people to rounded counts."""
    return (people * percent / 100).round()


def _combine_audiences(*tables: pd.DataFrame) -> pd.DataFrame:
    """Concatenate visitor counts of all communities by time window."""
    converted = [
        table
        if "posters" in table
        else table.assign(
            posters=_to_count(table["visitors"], table["pct_communicated"])
        )
        for table in tables
    ]
    audiences = pd.concat(converted, ignore_index=True)[list(AUDIENCE)]
    return audiences.astype({"day": "int64", "visitors": "int64", "posters": "int64"})


def _build_server_windows(read: Tables, key: str, sizes: pd.DataFrame) -> pd.DataFrame:
    """Return a chat server's visitors per time window, with member counts."""
    windows = read(key, "guild-communicators").set_index("day")
    members = sizes.loc[sizes["key"] == key].set_index("day")["total_membership"]
    messages = read(key, "guild-message-activity").set_index("day")["messages"]
    length = DISCORD[key]
    windows = windows.assign(members=members, messages=messages, window_days=length)
    return windows.reset_index()


def _build_channels(channels: pd.DataFrame) -> pd.DataFrame:
    names = {"readers": "visitors", "chatters": "posters"}
    return channels.rename(columns=names).assign(one_way=channels["one_way"].eq(1))


def _add_day_and_week(ends: pd.DataFrame) -> list[pd.DataFrame]:
    """Split a table of daily and weekly visitor counts into one table of each."""
    return [
        ends.rename(
            columns={
                f"{name}_active": "visitors",
                f"{name}_posting": "posters",
                "total_membership": "members",
            }
        ).assign(window_days=length)
        for name, length in (("daily", 1), ("weekly", 7))
    ]


def _build_registry(audiences: pd.DataFrame) -> pd.DataFrame:
    by = audiences.groupby("key")["day"]
    table = by.agg(first="min", last="max").reset_index()
    return build_registry_columns(
        table.assign(
            label=table["key"].map(LABELS),
            network=table["key"],
            kind=np.where(table["key"] == SLACK, "workspace", "server"),
            origin_us=to_midnight(table["first"]),
            end_us=to_midnight(table["last"] + 1),
        )
    )


def _count_sizes(sizes: pd.DataFrame, arrivals: pd.DataFrame) -> pd.DataFrame:
    joined = arrivals.set_index("day")["new_members"].rename("joined")
    members = sizes.set_index("day")["total_membership"].rename("members")
    both = pd.concat([members, joined], axis=1).sort_index()
    return build_snapshots(both.rename_axis("day").reset_index().assign(key=DAILY))


def _count_newcomers(arrivals: pd.DataFrame, retention: pd.DataFrame) -> pd.DataFrame:
    """Count newcomers per month, and those who read, wrote or returned."""
    is_known = retention["pct_retained"].notna()
    new = arrivals["new_members"]
    steps = {
        "joined": new,
        "opened channels": _to_count(new, arrivals["pct_opened_channels"]),
        "talked": _to_count(new, arrivals["pct_communicated"]),
        "joined, first week known": retention["new_members"].where(is_known),
        "came back in the first week": _to_count(
            retention["new_members"], retention["pct_retained"]
        ),
    }
    return _sum_by_month(arrivals, steps)


def _count_weekly_newcomers(windows: pd.DataFrame) -> pd.DataFrame:
    new = windows[windows["new_members"].notna()]
    opened = _to_count(new["new_members"], new["pct_opened_channels"])
    return _sum_by_month(new, {"joined": new["new_members"], "opened channels": opened})


def _count_leavers_and_muters(read: Tables) -> pd.DataFrame:
    """Count people who left, or muted, a chat server, by time since joining."""
    tables = []
    for name, people in (("guild-leavers", "leavers"), ("guild-muters", "muters")):
        table = read(DAILY, name)
        who = {step: table["days_in_guild"] == days for days, step in TENURES[people]}
        steps = {step: table[people].where(those) for step, those in who.items()}
        tables.append(_sum_by_month(table, steps))
    return pd.concat(tables)


def _sum_by_month(table: pd.DataFrame, steps: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Sum people by month and step of participation."""
    month = pd.to_datetime(table["day"], unit="D").dt.strftime("%Y-%m")
    return build_funnel(table.assign(cohort=month), steps)


def _count_by_tenure(read: Tables, key: str) -> pd.DataFrame:
    """Count people who take part in a chat server by time since joining."""
    table = read(key, "participators-by-guild-tenure")
    names = {"tenure": "cohort", "participators": "people"}
    return table.rename(columns=names)[["key", "cohort", "people"]].assign(
        step="took part"
    )


CORPUS = load_description("community_reads", count=count)
