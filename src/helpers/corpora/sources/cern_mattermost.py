"""Channels of one institution's chat servers, 2018–2021: members, joins and leaves.

Messages are totals without dates, so no silence can be seen; whether a channel was ever
used, when it was deleted and how long people stay in it can. ``MsgCount`` of a member
is, in Mattermost's own scheme, the number of the channel's messages that the member has
seen, not written.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.registers import (
    build_facts,
    build_registry_columns,
    count_lives,
    keep_if_present,
)
from helpers.errors import BrokenFileError
from helpers.records import DAY_US, to_day_us

FILE = "mmdata.json"
LISTS = ("channels", "channel_members", "channel_member_history")
ASIDE = ("teams", "team_members", "users")
END_US = to_day_us(date(2021, 12, 1))
MS_US = 1000
FEWEST = 5  # members whose stays are counted: a channel of fewer could be recognised


def count(raw: RawFolder) -> Counted:
    """Build the list of channels, with their members, readers and stays."""
    content = _read(raw)
    channels, members, history = (pd.DataFrame(content[name]) for name in LISTS)
    channels = channels.sort_values(["CreateAt", "ChannelId"], ignore_index=True)
    key = pd.Series(
        [f"channel {nth:05d}" for nth in range(1, len(channels) + 1)],
        channels["ChannelId"],
    )
    stays = history[history["ChannelId"].isin(key.index)]
    return Counted(
        groups=_build_registry(channels, key),
        tables={
            "facts": _build_facts(channels, members, key),
            "lives": _build_lives(stays, channels, key),
        },
        became={"stay in a channel that is not listed": len(history) - len(stays)},
        entered={
            "channels": len(channels),
            "members": len(members),
            "stays": len(stays),
            **{name.replace("_", " "): len(content.get(name, ())) for name in ASIDE},
        },
    )


def _read(raw: RawFolder) -> dict[str, Any]:
    """Read the file and count its rows.

    Raises
    ------
    BrokenFileError
        If it has another shape than the published one.
    """
    path = raw.path / FILE
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if missing := [name for name in LISTS if name not in content]:
        raise BrokenFileError(
            f"has no {', '.join(missing)}",
            where=str(path),
            remedy="put the file there as published (docs/searches.md says where)",
        )
    raw.tally[FILE] = sum(len(content.get(name, ())) for name in (*LISTS, *ASIDE))
    return content


def _build_registry(channels: pd.DataFrame, key: pd.Series[str]) -> pd.DataFrame:
    deleted = channels["DeleteAt"].fillna(0).mul(MS_US)
    closed = deleted.where(deleted > 0)
    return build_registry_columns(
        pd.DataFrame(
            {
                "key": key.to_numpy(),
                "network": "cern",
                "kind": "channel",
                "origin_us": channels["CreateAt"].astype("int64") * MS_US,
                "end_us": closed.fillna(END_US).clip(upper=END_US),
                "closed_us": closed,
                "closed_kind": keep_if_present(closed.notna(), "archived"),
            }
        )
    )


def _build_facts(
    channels: pd.DataFrame, members: pd.DataFrame, key: pd.Series[str]
) -> pd.DataFrame:
    inside = members[members["ChannelId"].isin(key.index)]
    by = inside.assign(none_seen=inside["MsgCount"].fillna(0).eq(0)).groupby(
        "ChannelId"
    )
    number = channels["ChannelId"]
    return build_facts(
        pd.DataFrame(
            {
                "key": key.to_numpy(),
                "messages": channels["TotalMsgCount"].fillna(0),
                "posts": channels["PostCount"].fillna(0),
                "reactions": channels["ReactionsCount"].fillna(0),
                "members": number.map(by.size()).fillna(0),
                "members_seen_none": number.map(by["none_seen"].sum()).fillna(0),
            }
        )
    )


def _build_lives(
    stays: pd.DataFrame, channels: pd.DataFrame, key: pd.Series[str]
) -> pd.DataFrame:
    """Count stays by length: left, or still there at the end of the channel."""
    deleted = channels.set_index("ChannelId")["DeleteAt"].fillna(0).mul(MS_US)
    until = stays["ChannelId"].map(
        deleted.where(deleted > 0, END_US).clip(upper=END_US)
    )
    left = stays["LeaveTime"].fillna(0).mul(MS_US)
    gone = left.gt(0) & (left <= until)
    end = left.where(gone, until)
    days = (end - stays["JoinTime"].astype("int64") * MS_US).clip(lower=0) // DAY_US
    table = pd.DataFrame(
        {
            "key": stays["ChannelId"].map(key),
            "measure": "stay in a channel",
            "cohort": "all",
            "days": days.astype("int64"),
            "ending": gone.map({True: "left", False: "open"}),
        }
    )
    people = stays.groupby("ChannelId")["UserId"].transform("nunique")
    return count_lives(table[people >= FEWEST])


CORPUS = load_description("cern_mattermost", count=count)
