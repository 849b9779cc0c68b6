"""Counts of readers and writers per day, week or 30 days in communities.

Three Discord servers and a Slack workspace, from their own statistics: a row is a
window of a community, or a channel in a window that is not stated. A visitor opened the
server (Slack: was active), a poster wrote.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import build_registry

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
AUDIENCE = (
    "key", "channel", "one_way", "window_days", "day", "visitors", "posters",
    "members", "messages",
)  # fmt: skip


def count(raw: RawFolder) -> Counted:
    """Build tables of communities: visitors and writers per period."""

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
    return Counted(
        _build_registry(audiences),
        {"audiences": audiences},
        {},
        {"windows, sizes, channels and days": raw.tally.total()},
    )


def _combine_audiences(*tables: pd.DataFrame) -> pd.DataFrame:
    """Concatenate visitor counts of all communities by time window."""
    converted = [
        table
        if "posters" in table
        else table.assign(
            posters=(table["visitors"] * table["pct_communicated"] / 100).round()
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
    return build_registry(
        table,
        label=table["key"].map(LABELS),
        network=table["key"],
        kind=np.where(table["key"] == SLACK, "workspace", "server"),
        origin_us=to_midnight(table["first"]),
        end_us=to_midnight(table["last"] + 1),
    )
