"""Build the tables of members and events from records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures import activity
from helpers.derive.measures.cleaning import WHO
from helpers.derive.measures.engine import Engine, Frame
from helpers.group_lives.lurking import count_lurkers
from helpers.records import DAY_US, RecordKind
from helpers.store.store import Store

PAIR = ["group", "member"]  # a person in a group


GONE = ("leave", "kick")


@dataclass(frozen=True, slots=True)
class IncludedMessages:
    """Chat records of included messages, for tables of members, events and readers."""

    run: Engine
    store: Store
    # as `helpers.derive.measures.cleaning` makes them
    messages: Frame
    people: Frame
    groups: pd.DataFrame
    day_offset_us: int  # added to a time before its calendar day is taken
    # groups, by key, that know people by name only
    by_name: frozenset[str] = frozenset()
    bots: pd.DataFrame | None = None  # ``sender, scope`` of those without a mark
    # as `select_member_days` returns them, if others need it
    counted: pd.DataFrame | None = None

    @property
    def member_days(self) -> pd.DataFrame:
        """Each member's messages in a group by calendar day."""
        if self.counted is not None:
            return self.counted
        days = activity.count_by_member_day(self.messages)
        return self.run.fetch(activity.select_member_days(days), *PAIR, "day")

    def rows(self, kind: RecordKind, *columns: str) -> pd.DataFrame:
        """Read one kind of record, such as events, with group numbers, in order."""
        place = ("file", "position")
        records = self.run.scan(*self.store.parts(kind)).select(
            "group", *columns, *place
        )
        table = self.run.fetch(records, *place)
        ordinal = self.groups.set_index("key")["group"]
        key = table["group"].astype("str")
        scope = key.where(key.isin(self.by_name), "")
        for name in {"person", "subject"} & set(columns):
            table[name] = _add_person_key(table[name], scope)
        return table.assign(group=key.map(ordinal))

    def day(self, time_us: pd.Series[int]) -> pd.Series[int]:
        """Convert timestamps to local calendar days, as days since 1970."""
        return (time_us + self.day_offset_us) // DAY_US


def _add_person_key(who: pd.Series[str], scope: pd.Series[str]) -> pd.Series[str]:
    """Return a key per person: an id, or a name and the group it is used in."""
    return (who.astype("str") + "\0" + scope).where(who.notna(), None)


def select_further_tables(
    kept: IncludedMessages, wanted: tuple[str, ...]
) -> dict[str, pd.DataFrame]:
    """Build the requested tables on members and group events."""
    tables: dict[str, pd.DataFrame] = {}
    if {"memberships", "roster"} & set(wanted):
        tables["memberships"] = members = _list_memberships(kept)
        tables["roster"] = _count_lurkers(kept, members)
    if "events" in wanted:
        tables["events"] = _number_events(kept)
    return {name: tables[name] for name in wanted}


def _list_memberships(kept: IncludedMessages) -> pd.DataFrame:
    """List the memberships of everyone who is listed, joined, wrote or reacted.

    Of groups with a list of members, who only reacted and is not on it has left.
    """
    roster = kept.rows("membership", "person", "role", "bot", "joined_us")
    events = kept.rows("event", "time_us", "kind", "subject")
    events = events.rename(columns={"subject": "person"})
    if kept.bots is not None:
        bots = _add_person_key(kept.bots["sender"].astype("str"), kept.bots["scope"])
        roster = roster[~roster["person"].isin(bots)]
        events = events[~events["person"].isin(bots)]
    joins = events[events["kind"] == "join"].dropna(subset="person")
    reactions = kept.rows("reaction", "person", "count")
    unlisted = reactions[~reactions["group"].isin(roster["group"])]
    number = _number_people(kept, roster, joins, unlisted)
    for table in (roster, events, joins, unlisted):
        table["member"] = table["person"].map(number)
    joined = joins.groupby(PAIR)["time_us"].agg(joined_us="min", again_us="max")
    left_us = events[events["kind"].isin(GONE)].groupby(PAIR)["time_us"].max()
    people = roster[roster["bot"] != True].groupby(PAIR)  # noqa: E712 - null is no bot
    listed, dated = people["role"].first(), people["joined_us"].min()
    parts: list[Any] = [listed, dated.rename("listed_us"), joined, _count_written(kept)]
    reacted = unlisted.dropna(subset=PAIR)[PAIR].drop_duplicates()
    if len(reacted):
        pairs = pd.MultiIndex.from_frame(reacted.astype("int64"))
        parts.append(pd.Series(data=True, index=pairs, name="seen"))
    both: pd.DataFrame = pd.concat(parts, axis=1).reset_index()
    table = both.drop(columns="seen", errors="ignore")
    table = table.join(left_us.rename("left_us"), on=PAIR)
    has_returned = table["left_us"] < table["again_us"]
    table = table.join(_count_reactions(reactions, number), on=PAIR)
    return table.assign(
        # 0 where none is known, null if the source has none
        reactions=table["reactions"].fillna(
            0 if kept.store.rows["reaction"] else np.nan
        ),
        listed=pd.MultiIndex.from_frame(table[PAIR]).isin(listed.index),
        left_us=table["left_us"].mask(has_returned),
        messages=table["messages"].fillna(0),
    )


def _number_people(
    kept: IncludedMessages,
    roster: pd.DataFrame,
    joins: pd.DataFrame,
    reactions: pd.DataFrame,
) -> dict[str, int]:
    """Assign numbers to all people; those who never wrote are last."""
    people = kept.run.fetch(kept.people.select(*WHO, "member"), "member")
    person_keys = _add_person_key(people["sender"], people["scope"].astype("str"))
    number = dict(zip(person_keys, people["member"], strict=True))
    human = roster[~roster["bot"].eq(other=True)].assign(time_us=np.inf)
    others = reactions.dropna(subset="person").assign(time_us=np.inf)
    unnumbered_people = pd.concat([joins, human, others])[["time_us", "person"]].astype(
        {"person": "str"}
    )
    for name in unnumbered_people.sort_values(["time_us", "person"])[
        "person"
    ].drop_duplicates():
        number.setdefault(name, len(number))
    return number


def _count_written(kept: IncludedMessages) -> pd.DataFrame:
    member_messages = kept.messages.filter(~nw.col("member").is_null())
    totals = member_messages.group_by(*PAIR).agg(
        messages=nw.len(),
        first_us=nw.col("time_us").min(),
        last_us=nw.col("time_us").max(),
    )
    return kept.run.fetch(totals, *PAIR).set_index(PAIR)


def _count_reactions(reactions: pd.DataFrame, number: dict[str, int]) -> pd.Series[int]:
    member = reactions["person"].map(number)
    return (
        reactions.groupby([reactions["group"], member.rename("member")])["count"]
        .sum()
        .rename("reactions")
    )


def _count_lurkers(kept: IncludedMessages, members: pd.DataFrame) -> pd.DataFrame:
    """Count members who join and never write, per group."""
    groups = kept.groups.set_index("group")
    from_day = kept.day(groups["entry_us"])
    assumed = members["group"].map(from_day)
    memberships = pd.DataFrame(
        {
            "group": members["group"],
            "member": members["member"],
            "joined_day": kept.day(members["joined_us"]).fillna(assumed),
            "gone_day": kept.day(members["left_us"]),
            "dated": members["joined_us"].notna(),
            "reactions": members["reactions"],
        }
    )
    rows = count_lurkers(memberships, kept.member_days, kept.day(groups["end_us"]))
    return rows.assign(from_day=rows["group"].map(from_day))


def _number_events(kept: IncludedMessages) -> pd.DataFrame:
    events = kept.rows("event", "time_us", "kind")
    dated = events.dropna(subset=["time_us", "group"])  # of the groups that count
    ordered = dated.sort_values(["group", "time_us"], kind="stable")
    return ordered.assign(nth=ordered.groupby("group").cumcount(), value=np.nan)
