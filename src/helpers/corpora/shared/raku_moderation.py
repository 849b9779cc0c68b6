"""Moderation of Raku's channels: topics, operators, bans, entry modes.

A topic is shown again at every reconnection; only changes are events. Voice is given
to bots by the thousand and set aside. A gate that was lifted while no logger was there
stays open: pair them, and let an open one last to the next day.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.records import DAY_US, MINUTE_US

Became = dict[str | None, int]

SERVICE = "ChanServ"  # a program that acts for people
MODES = {
    "mode +o": "operator", "mode -o": "operator_ended",
    "mode +b": "ban", "mode -b": "ban_lifted", "kick": "kick",
    "mode +m": "gate_moderated", "mode -m": "gate_moderated_lifted",
    "mode +r": "gate_registered", "mode -r": "gate_registered_lifted",
    "mode +R": "gate_registered", "mode -R": "gate_registered_lifted",
    "mode +l": "gate_limit", "mode -l": "gate_limit_lifted",
    "mode +i": "gate_invite", "mode -i": "gate_invite_lifted",
    "mode +k": "gate_key", "mode -k": "gate_key_lifted",
}  # fmt: skip


class Moderation(NamedTuple):
    """Dated moderation events of chat channels, and counts of raw rows."""

    events: pd.DataFrame
    rows: int


def read_moderation(
    path: Path, renamed: Mapping[str, str], until: pd.Series[int], became: Became
) -> Moderation:
    """Read the moderation events of channels, counting excluded rows by reason.

    Parameters
    ----------
    path
        The table of events.
    renamed
        Channels that are counted as another's earlier life.
    until
        The first day no longer observed, by channel.
    became
        Rows by the reason that set them aside; added to.
    """
    rows = pd.read_csv(path, dtype={"topic_has_rule_word": "Int64"})
    day = (pd.to_datetime(rows["date"]) - pd.Timestamp(0)).dt.days
    rows = rows.assign(
        key=rows["channel"].replace(renamed),
        time_us=day * DAY_US + rows["minute"] * MINUTE_US,
        nth=np.arange(len(rows)),
        what=_classify_kinds(rows),
    )
    reason = _list_reasons(rows, day >= rows["key"].map(until))
    for why, number in reason.value_counts().items():
        became[str(why)] = became.get(str(why), 0) + int(number)
    events = rows[reason.isna()].rename(columns={"what": "kind", "kind": "mode"})
    value = events["chars"].where(events["kind"].str.startswith("topic"))
    columns = ["key", "time_us", "kind", "value", "nth"]
    return Moderation(events.assign(value=value)[columns], len(rows))


def _classify_kinds(rows: pd.DataFrame) -> pd.Series[str]:
    """Classify each log row as a kind of moderation event, or null."""
    kinds = rows["kind"].map(MODES)
    granted = kinds.eq("operator") & rows["actor"].eq(SERVICE)
    kinds = kinds.mask(granted, "operator_by_service")
    topic = rows["kind"].eq("topic")
    ruled = topic & rows["topic_has_rule_word"].eq(1).fillna(value=False)
    return kinds.mask(topic, "topic").mask(ruled, "topic_with_rule_word")


def _list_reasons(rows: pd.DataFrame, late: pd.Series[bool]) -> pd.Series[str]:
    topics = rows[rows["kind"] == "topic"]
    before = topics.groupby("channel")["topic_sha"].shift()
    again = topics.index[topics["topic_sha"] == before]
    reason = pd.Series(None, rows.index, dtype=object)
    reason[late] = "moderation after half a year without a line in the log"
    reason[rows["what"].isna()] = "another mode"
    reason[rows["kind"].isin(["mode +v", "mode -v"])] = "voice, mostly of bots"
    reason[again] = "topic shown again"
    return reason
