"""Simulate messages that reproduce given tables on groups' first weeks.

The top poster of the first four weeks writes as many messages that nobody answers as
was planted: at the end of these weeks, when all that are answered have been. Of groups
whose people had met elsewhere, as many were people of the oldest group before. Who
comes after the first four weeks is one person, who writes as much as was planted. What
can't be is put right: nobody writes more unanswered messages than all, the oldest
group's people have met nowhere before, and who dies early hears nobody later.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from validation.long_way import messages, people
from validation.long_way.messages import DAY, life_of, numbered, rows_of, spans_of
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY, person
from validation.worlds.claims.tabled import Planted

TABLES = frozenset({"beginnings"})
WEEKS, LATER = 28, 118  # days: the first four weeks, and until when others count
LATECOMER = 9000


def fits(reads: Reads) -> bool:
    """Return whether these simulated messages cover all tables that a claim reads."""
    return "beginnings" in reads


def posts(study: Planted, reads: Reads) -> pd.DataFrame:
    """Simulate messages that reproduce each group's tables on its first weeks."""
    if "top_unanswered" in reads["beginnings"]:
        return _told(study, reads)
    usual = people if people.fits(reads) else messages
    rows = usual.posts(study, reads)
    if "met_elsewhere" in reads["beginnings"]:
        return _met(study, rows)
    return _joined_later(study, rows)


def _told(study: Planted, reads: Reads) -> pd.DataFrame:
    spans = spans_of(study, reads)
    alone = study.tables["beginnings"].set_index("group")["top_unanswered"]
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        here = spans.get(row.group, [])
        age = messages.times(life_of(row), here, [])
        who, answers = messages.voices(age, here, int(row.posters))
        early = age < WEEKS * DAY
        many = int(early.sum())
        posters = min(int(row.posters), many)
        who[early], answers[early] = _to_nobody(many, posters, int(alone[row.group]))
        parts.append(rows_of(row, age, who, answers))
    return numbered(parts)


def _to_nobody(many: int, posters: int, alone: int) -> tuple[Ints, Ints]:
    """Assign authors and replies so that a given number of posts gets no reply."""
    alone = min(alone, many)
    top = max(alone, -(-many // posters))
    heard = top - alone
    others = 1 + np.arange(many - top) % max(posters - 1, 1)
    pairs = np.stack([np.zeros(heard, int), others[:heard]], axis=1).ravel()
    who = np.concatenate([pairs, others[heard:], np.zeros(alone, int)])
    answers = np.full(many, NOBODY)
    answers[1 : 2 * heard : 2] = np.arange(0, 2 * heard, 2)
    return who, answers


def _met(study: Planted, rows: pd.DataFrame) -> pd.DataFrame:
    """Make some of each group's early posters earlier posters of the oldest group."""
    groups = study.tables["groups"].set_index("group")
    share = study.tables["beginnings"].set_index("group")["met_elsewhere"]
    oldest = int(groups["origin_us"].idxmin())
    before = groups["origin_us"] >= groups["origin_us"][oldest] + WEEKS * DAY_US
    many = (share * groups["posters"]).where(before, 0).round().astype(int)
    nth = rows["person"] - person(rows["group"], 0)
    known = (nth > 0) & (nth <= rows["group"].map(many))
    return rows.assign(person=rows["person"].where(~known, person(oldest, nth)))


def _joined_later(study: Planted, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the given number of messages by members who joined after the first weeks."""
    said = study.tables["beginnings"].set_index("group")["later_by_newcomers"]
    parts = [rows]
    for row in study.tables["groups"].itertuples(index=False):
        stop = min(LATER * DAY, life_of(row))
        many = int(said[row.group]) if stop > WEEKS * DAY else 0
        age = WEEKS * DAY + (np.arange(many) + 0.5) / max(many, 1) * (
            stop - WEEKS * DAY
        )
        parts.append(rows_of(row, age.astype(int), LATECOMER))
    both = pd.concat(parts, ignore_index=True)
    return both.assign(post=np.arange(len(both)))
