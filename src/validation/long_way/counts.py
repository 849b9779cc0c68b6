"""Simulate messages from given counts per day, month or weekly hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US, SECOND_US
from validation.long_way.messages import (
    DAY,
    life_of,
    numbered,
    rows_of,
    times,
)
from validation.long_way.reads import Reads
from validation.worlds.claims.tabled import Planted, repeat_owners
from validation.worlds.messages.tables import CHARS

MONTH = 28
WEEKS, WEEK, FIRST, LAST = 12, 7, 84, 364  # days of age at which short talk counts
HOUR, LONG = 3600, 330


class Talk(NamedTuple):
    """A simulator of messages: which tables it covers, and how."""

    TABLES: frozenset[str]
    fits: Callable[[Reads], bool]
    posts: Callable[[Planted, Reads], pd.DataFrame]


def _says_days(reads: Reads) -> bool:
    """Return whether a claim reads daily message counts and dated events."""
    return {"daily", "events"} <= reads.keys()


def _days(study: Planted, reads: Reads) -> pd.DataFrame:
    """Simulate messages with given daily counts.

    Groups begin at midnight with a message and end with one; where silence matters
    they write every twenty days between, as in `messages`.
    """
    daily = dict(list(study.tables["daily"].groupby("group")))
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        said = daily[row.group]
        age = said["day"].to_numpy() - int(row.origin_us) // DAY_US
        life = life_of(row)
        usual = times(life, [], []) if "silences" in reads else np.array([0, life])
        between = (usual // DAY >= age.min()) & (usual // DAY <= age.max())
        usual = usual[~between | (usual == life)]
        told = _spread(age, said["messages"].to_numpy(), life)
        both = np.sort(np.concatenate([usual, told]))
        parts.append(rows_of(row, both, np.arange(len(both)) % 2))
    return numbered(parts)


def _spread(days: Ints, messages: Ints, life: int) -> Ints:
    """Spread a day's messages evenly over the day."""
    at, nth = repeat_owners(messages)
    span = np.minimum(DAY, life - days[at] * DAY)
    return days[at] * DAY + ((nth + 0.5) / messages[at] * span).astype(int)


def _says_crowds(reads: Reads) -> bool:
    """Return whether a claim reads how many people post, but no lifetimes.

    Elsewhere planted rates are a sketch of a pace.
    """
    lives = {"silences", "months", "readings", "owner_days", "events"}
    people = "messages_28" not in reads.get("rates", {"messages_28"})
    return people and not lives & reads.keys()


def _crowds(study: Planted, reads: Reads) -> pd.DataFrame:  # noqa: ARG001 - a talk's
    """Simulate one message per poster and month.

    Groups begin with a message of the first of them.
    """
    steps = dict(list(study.tables["rates"].groupby("group")))
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        last = (int(row.end_us) - int(row.origin_us)) // SECOND_US
        many, at = (
            steps[row.group][column].to_numpy() for column in ("posters_28", "age_day")
        )
        step, nth = repeat_owners(many)
        start = (at[step] - MONTH + 1) * DAY
        spread = (nth + 0.5) / many[step] * MONTH * DAY
        age = np.append(0, (start + spread).astype(int))
        parts.append(rows_of(row, age, np.append(0, nth))[age <= last])
    return numbered(parts)


def _timetables(study: Planted, reads: Reads) -> pd.DataFrame:  # noqa: ARG001 - a talk's
    """Simulate long messages at fixed weekly hours.

    Who keeps a timetable writes its long messages at one hour of the week for twelve
    weeks, who does not all of them in one week. Later as many people as were planted
    write a short message each. What can't be is put right: twelve weeks take twelve
    messages, and talk of nobody is no row.
    """
    none = {"group": study.tables["groups"]["group"], "scheduled": False}
    plan = study.tables.get("timetables", pd.DataFrame(none | {"long_messages": 0}))
    plan = plan.set_index("group")
    short = study.tables["short_talk"].set_index("group")["posters"]
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        items = int(plan["long_messages"][row.group])
        kept = _kept(items) if plan["scheduled"][row.group] else _at_once(items)
        people = np.arange(int(short[row.group]))
        late = (FIRST + (people + 0.5) / max(len(people), 1) * (LAST - FIRST)) * DAY
        age = np.concatenate([[0], kept, late.astype(int), [life_of(row)]])
        who = np.concatenate([[0], np.zeros(len(kept), int), people, [0]])
        rows = rows_of(row, age, who)
        is_long = (np.arange(len(age)) > 0) & (np.arange(len(age)) <= len(kept))
        parts.append(rows.assign(chars=np.where(is_long, LONG, CHARS)))
    return numbered(parts)


def _kept(items: int) -> Ints:
    """Return the ages at which weekly messages at a fixed hour are posted."""
    week = np.concatenate([np.arange(WEEKS), np.arange(max(items - WEEKS, 0)) % WEEKS])
    return (week * WEEK + 1) * DAY + np.arange(len(week)) // WEEKS * 60


def _at_once(items: int) -> Ints:
    return DAY + np.arange(items) * HOUR // 2


DAYS = Talk(frozenset({"daily"}), _says_days, _days)
CROWDS = Talk(frozenset({"rates"}), _says_crowds, _crowds)
TIMETABLES = Talk(
    frozenset({"timetables", "short_talk"}),
    lambda reads: bool({"timetables", "short_talk"} & reads.keys()),
    _timetables,
)
