"""Public channels of the Julia language's Slack over 119 days, 2020-12 to 2021-04.

Nothing before 2020-12-14 is visible: no channel's birth is known. Joining has a day for
some; who only reads leaves no trace, who reacts does. A reaction bears the minute of
its message.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.records import DAY_US, MINUTE_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.joined_members import MEMBERSHIP, tabulate_silence
from pipeline.corpora.shared.registers import build_registry

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
    return channel.map("channel {:03}".format)


def _build_registry(channels: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Build the list of channels and of the workspace as a whole."""
    key = _name(channels["channel"])
    since = channels["first_listed_minute"] * MINUTE_US
    until = channels["unlisted_minute"] * MINUTE_US
    spoken = messages.groupby("key")["minute"].agg(["min", "max"]) * MINUTE_US
    first, last = (key.map(spoken[which]) for which in ("min", "max"))
    start, end = FIRST_DAY * DAY_US, END_DAY * DAY_US
    listed_end = until.fillna(end).clip(upper=end)
    table = build_registry(
        pd.DataFrame({"key": key}),
        network="julia_slack",
        kind="channel",
        origin_us=np.fmin(np.minimum(since.fillna(start), listed_end), first),
        end_us=np.fmax(listed_end, last),
        closed_us=until,
        closed_kind="unlisted",
        last_us=last,
    )
    whole = build_registry(
        WORKSPACE, network="julia_slack", kind=WORKSPACE, origin_us=start, end_us=end
    )
    return pd.concat([table, whole], ignore_index=True)
