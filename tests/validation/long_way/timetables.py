"""A talk of timetables: long messages at their hour of each week, or all at once.

Who keeps a timetable writes its long messages at one hour of the week for twelve weeks,
who does not all of them in one week. Later as many people as were planted write a short
message each. What can't be is put right: twelve weeks take twelve messages, and talk of
nobody is no row.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.validation.worlds.claims.tabled import Planted
from tests.validation.long_way.messages import CHARS, DAY, life_of, numbered, rows_of
from tests.validation.long_way.reads import Reads
from tests.validation.long_way.story import NOBODY

TABLES = frozenset({"timetables", "short_talk"})
WEEKS, WEEK, FIRST, LAST = 12, 7, 84, 364  # days of age at which short talk counts
HOUR, LONG = 3600, 330


def fits(reads: Reads) -> bool:
    """Say whether this talk tells what a claim reads."""
    return bool(TABLES & reads.keys())


def posts(study: Planted, reads: Reads) -> pd.DataFrame:  # noqa: ARG001 - a talk's
    """Return what was posted in the groups of a study."""
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
        rows = rows_of(row.group, row.origin_us, age, who, np.full(len(age), NOBODY))
        is_long = (np.arange(len(age)) > 0) & (np.arange(len(age)) <= len(kept))
        parts.append(rows.assign(chars=np.where(is_long, LONG, CHARS)))
    return numbered(parts)


def _kept(items: int) -> Ints:
    """Return ages at one hour of the week, in each week and again in the last ones."""
    week = np.concatenate([np.arange(WEEKS), np.arange(max(items - WEEKS, 0)) % WEEKS])
    return (week * WEEK + 1) * DAY + np.arange(len(week)) // WEEKS * 60


def _at_once(items: int) -> Ints:
    return DAY + np.arange(items) * HOUR // 2
