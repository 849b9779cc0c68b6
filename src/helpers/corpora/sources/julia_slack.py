"""Public channels of the Julia language's Slack over 119 days, 2020-12 to 2021-04.

Nothing before 2020-12-14 is visible: no channel's birth is known. Joining has a day for
some; who only reads leaves no trace, who reacts does. A reaction bears the minute of
its message.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.joined_members import MEMBERSHIP, tabulate_silence
from helpers.corpora.shared.registers import build_registry, keep_if_present
from helpers.records import DAY_US, MINUTE_US, to_day_us

FIRST_DAY = to_day_us(date(2020, 12, 14)) // DAY_US
END_DAY = to_day_us(date(2021, 4, 12)) // DAY_US  # begun, not whole: left out
DAY_MINUTES = 24 * 60
EARLIER, LATER = "before the window", "on the last day, which is not whole"
BOT, RELAY = "bot", "relayed from another platform"
WORKSPACE = "workspace"


def count(raw: RawFolder) -> Counted:
    """Build the list of channels, and tables of their silent members."""
    channels = raw.rows("channels.csv")
    messages, became = _select(raw.rows("messages.csv.gz"), "minute")
    reactions, reacted = _select(raw.rows("reactions.csv.gz"), "message_minute")
    joins, joined = _select(raw.rows("joins.csv"), "minute")
    first_joins = joins.drop_duplicates(MEMBERSHIP)
    groups = _build_registry(channels, messages)
    followed = groups[groups["kind"] == "channel"].reset_index(drop=True)
    reasons = pd.concat([became, reacted, joined])
    aside: dict[str | None, int] = {
        str(why): int(n) for why, n in reasons.groupby(level=0).sum().items()
    }
    return Counted(
        groups,
        tabulate_silence(followed, first_joins, messages, reactions),
        {**aside, "a second joining": len(joins) - len(first_joins)},
        {
            "messages": len(messages),
            "reactions": len(reactions),
            "joins": len(first_joins),
            "channels": len(channels),
        },
    )


def _select(rows: pd.DataFrame, minute: str) -> tuple[pd.DataFrame, pd.Series[int]]:
    """Select people's rows of whole days by channel; count exclusions by reason."""
    day = rows[minute] // DAY_MINUTES
    why = pd.Series("", rows.index).mask(day >= END_DAY, LATER)
    why = why.mask(day < FIRST_DAY, EARLIER).mask(rows["is_bot"].eq(2), RELAY)
    why = why.mask(rows["is_bot"].eq(1), BOT)
    keyed = rows.assign(key=_name(rows["channel"]), day=day)[why == ""]
    kept = keyed.sort_values("day", kind="stable").astype({"person": "int64"})
    return kept, why[why != ""].value_counts()


def _name(channel: pd.Series[int]) -> pd.Series[str]:
    named: pd.Series[str] = "channel " + channel.astype("str").str.zfill(3)
    return named


def _build_registry(channels: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Build the list of channels and of the workspace as a whole."""
    key = _name(channels["channel"])
    since = channels["first_listed_minute"] * MINUTE_US
    until = channels["unlisted_minute"] * MINUTE_US
    table = pd.DataFrame({"key": key}).assign(
        network="julia_slack",
        kind="channel",
        origin_us=since.fillna(FIRST_DAY * DAY_US),
        end_us=until.fillna(END_DAY * DAY_US).clip(upper=END_DAY * DAY_US),
        closed_us=until,
        closed_kind=keep_if_present(until.notna(), "unlisted"),
    )
    spoken = messages.groupby("key")["minute"].agg(["min", "max"]) * MINUTE_US
    first, last = (key.map(spoken[which]) for which in ("min", "max"))
    known = pd.concat([table["origin_us"], first, table["end_us"]], axis=1)
    table = table.assign(origin_us=known.min(axis=1), last_us=last)
    table["end_us"] = table[["end_us", "last_us"]].max(axis=1)
    whole = build_registry(
        WORKSPACE,
        network="julia_slack",
        kind=WORKSPACE,
        origin_us=FIRST_DAY * DAY_US,
        end_us=END_DAY * DAY_US,
    )
    return pd.concat([build_registry(table), whole], ignore_index=True)
