"""Count members with a dated join who write nothing, and what they do later."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.group_lives.lurking import (
    LURKING_DAYS,
    classify_memberships,
    count_lurkers,
    count_members_elsewhere,
)
from helpers.records import DAY_US

MEMBERSHIP = ["key", "person"]
FOREVER = 1_000_000  # days, more than any record
SEEN_DAYS = (7, 28, 84)
FOLLOWED_FROM = np.array([LURKING_DAYS, 168, 169, 366])
ALIKE = ["key", "lurkers_are", "followed_from", "may_react"]


def count_seen_again(lurkers: pd.DataFrame) -> pd.DataFrame:
    """Count members silent for 84 days by follow-up, and who later visited or acted."""
    band = np.searchsorted(FOLLOWED_FROM, lurkers["followed"], "right") - 1
    traces = {f"seen_{days}": lurkers["seen"] >= days for days in SEEN_DAYS}
    traces |= {"reacted_84": lurkers["reacted"], "did_later": lurkers["did_later"]}
    sources = [*["seen"] * len(SEEN_DAYS), "reacted", "did_later"]
    rows = lurkers.assign(followed_from=FOLLOWED_FROM[band], lurkers=1, **traces)
    counts = ["lurkers", *traces]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    table = rows.groupby(ALIKE, as_index=False, dropna=False)[counts].sum()
    for name, source in zip(traces, sources, strict=True):
        if lurkers[source].isna().all():
            table[name] = np.nan
    return table


def tabulate_silence(
    channels: pd.DataFrame,
    joined: pd.DataFrame,
    messages: pd.DataFrame,
    reactions: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Build the tables of silent members from memberships with a joining day."""
    place = pd.Series(range(len(channels)), channels["key"])
    until = pd.Series(channels["end_us"].to_numpy("int64") // DAY_US)
    talk = messages.assign(
        group=messages["key"].map(place), member=messages["person"], messages=1
    )
    members = joined.assign(
        group=joined["key"].map(place),
        member=joined["person"],
        joined_day=joined["day"],
        gone_day=np.nan,  # nobody's leaving is on record
        dated=True,
        reactions=np.nan,
    )
    roster = count_lurkers(members, talk, until)
    since = members.groupby("group")["joined_day"].min()
    numbered = {
        "roster": roster.assign(from_day=roster["group"].map(since)),
        "elsewhere": count_members_elsewhere(members, talk, until),
    }
    tables = {
        name: table.assign(key=place.index[table["group"]])
        for name, table in numbered.items()
    }
    silent = classify_memberships(members, talk, until, LURKING_DAYS)["lurkers"]
    lurkers = _follow_lurkers(members[silent], until, messages, reactions)
    return tables | {"seen_again": count_seen_again(lurkers)}


def _follow_lurkers(
    lurkers: pd.DataFrame,
    until: pd.Series[int],
    messages: pd.DataFrame,
    reactions: pd.DataFrame,
) -> pd.DataFrame:
    """Add to silent members their days of follow-up, reactions and later messages."""
    return lurkers.assign(
        lurkers_are="without a message",
        followed=until[lurkers["group"]].to_numpy() - lurkers["joined_day"],
        seen=None,
        may_react=None,
        reacted=_has_acted_within(lurkers, reactions, 0, LURKING_DAYS),
        did_later=_has_acted_within(lurkers, messages, LURKING_DAYS, FOREVER),
    )


def _has_acted_within(
    members: pd.DataFrame, acts: pd.DataFrame, low: int, high: int
) -> pd.Series[bool]:
    """Return which members acted in a group within some days after joining it."""
    pairs = members[[*MEMBERSHIP, "joined_day"]].reset_index()
    dated = pairs.merge(acts[[*MEMBERSHIP, "day"]], on=MEMBERSHIP)
    inside = (dated["day"] - dated["joined_day"]).between(low, high - 1)
    return members.index.to_series().isin(dated.loc[inside, "index"])
