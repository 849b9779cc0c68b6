"""Slack workspace of R contributors, 2020–2026: roster, joins, reactions.

Days only. Who joined a default channel, or was put there, left no line: of 17,051
listed memberships a thousand have a day. A reaction bears the day of its message.
"""

from datetime import date

import numpy as np
import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.joined_members import MEMBERSHIP, tabulate_silence

CHANNELS, RAW = "channels.csv", ("events.csv.gz", "joins.csv")
END_DAY = to_day_us(date(2026, 6, 30)) // DAY_US  # the last line is of the day before
REACTION = "reaction"


def count(raw: RawFolder) -> Counted:
    """Build tables of a Slack workspace: daily messages, silent members."""
    channels = _build_channels(raw.rows(CHANNELS))
    events, joins = (
        raw.rows(name)
        .rename(columns={"channel": "key", "user": "person"})
        .assign(day=lambda rows: to_days(rows["day"]).astype("int64"))
        for name in RAW
    )
    people = events[events["bot"] == 0]
    reacting = people["kind"] == REACTION
    messages, reactions = people[~reacting], people[reacting]
    lines = joins[joins["bot"] == 0]
    joined = lines.sort_values("day", kind="stable").drop_duplicates(MEMBERSHIP)
    talking_bots = events["bot"].eq(1) & events["kind"].ne(REACTION)
    bots = sum(int(table["bot"].sum()) for table in (events, joins))
    return Counted(
        channels,
        tabulate_silence(channels, joined, messages, reactions),
        {
            None: len(messages),
            "bot": int(talking_bots.sum()),
            "a bot's reaction or join": bots - int(talking_bots.sum()),
            "a second joining": len(lines) - len(joined),
        },
        {"reactions": len(reactions), "joins": len(joined), "channels": len(channels)},
        _count_by_day(messages),
    )


def _build_channels(channels: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of channels; those no longer listed were archived."""
    archived = channels["created"].isna()
    until = to_days(channels["last_day"]).add(1).where(archived)
    return pd.DataFrame(
        {
            "key": channels["channel"],
            "label": channels["channel"],
            "network": "rcontrib_slack",
            "kind": "channel",
            "created_us": to_midnight(to_days(channels["created"])),
            "seen_us": to_midnight(to_days(channels["first_day"])),
            "closed_us": to_midnight(until),
            "closed_kind": archived.map({True: "archived, undated", False: None}),
            "end_us": to_midnight(until.fillna(END_DAY)),
            "member_count": channels["members_listed"].where(~archived),
        }
    )


def _count_by_day(messages: pd.DataFrame) -> pd.DataFrame:
    """Count messages per person and day, persons numbered by first message."""
    ordered = messages.sort_values("day", kind="stable")
    number = pd.Series(pd.factorize(ordered["person"])[0], ordered.index)
    by = ordered.assign(person=number).groupby([*MEMBERSHIP, "day"], as_index=False)
    table = by.size().rename(columns={"size": "messages"})
    at = table["day"] * DAY_US
    return table.assign(chars=np.nan, first_us=at, last_us=at)
