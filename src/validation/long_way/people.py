"""Simulate messages of core, new and returning members by month.

In each month that a claim reads, people write on as many days as what was planted makes
of them (core, mild or neither), the same people every month but for those who must be
new. What can't be is put right: there are as many posters as the core and the mild are;
months planted with one number of messages for all have what the busiest of them needs;
others with fewer messages than their people's days need have a smaller core; and in a
month that a death or the end cuts short nobody writes on more days than there are.
Other months and windows are as in `messages`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from validation.long_way.messages import (
    DAY,
    life_of,
    numbered,
    rows_of,
    spans_of,
    times,
    voices,
)
from validation.long_way.reads import MONTHS, MOST, Reads
from validation.worlds.claims.tabled import Planted, repeat_owners

TABLES = frozenset({"months"})
MONTH = 28
DAYS = {"core_12": 12, "core_8": 8, "core_4": 4, "mild": 1}  # on which people write
NEITHER = 3  # days of who is neither
NEW = 5000  # newcomers' numbers within a group: nobody else has them


class Cast(NamedTuple):
    """The authors of one month of a group, with days and messages."""

    month: int
    people: Ints
    days: Ints
    messages: int


def fits(reads: Reads) -> bool:
    """Return whether the simulator covers the tables that a claim reads."""
    return "months" in reads


def posts(study: Planted, reads: Reads) -> pd.DataFrame:
    """Simulate messages with given core and new members by month."""
    casts, spans = _casts(study, reads), spans_of(study, reads)
    parts = []
    for row in study.tables["groups"].dropna(subset="last_us").itertuples(index=False):
        life, here = life_of(row), casts.get(row.group, [])
        months = [cast.month for cast in here]
        later = [span for span in spans.get(row.group, ()) if not _within(span, months)]
        usual = times(life, later, [])
        inside = np.isin(usual // (MONTH * DAY), months) & (usual > 0) & (usual < life)
        told = [_said(cast, life) for cast in here]
        age = np.concatenate([usual[~inside], *(ages for ages, _ in told)])
        who = np.concatenate(
            [np.zeros((~inside).sum(), int), *(who for _, who in told)]
        )
        order = np.argsort(age, kind="stable")
        who, answers = voices(age[order], later, 1, who[order])
        parts.append(rows_of(row, age[order], who, answers))
    return numbered(parts)


def _within(span: object, months: list[int]) -> bool:
    first, last = span.start // (MONTH * DAY), (span.stop - 1) // (MONTH * DAY)
    return set(range(first, last + 1)) <= set(months)


def _casts(study: Planted, reads: Reads) -> dict[int, list[Cast]]:
    """Return the authors of each month that a claim reads."""
    columns, asked = reads["months"], sorted(map(int, reads[MONTHS]))
    rows = study.tables["months"]
    if len(asked) < MOST:
        rows = rows[rows["month"].isin(asked)]
    if "posters" in reads.get("windows", ()) and "retained" not in columns:
        rows = rows.assign(posters=rows["group"].map(_spoke(study)))
    made = [_cast(row, columns) for row in rows.itertuples(index=False)]
    casts = pd.DataFrame({"group": rows["group"].to_numpy(), "cast": made})
    if "messages" in columns:
        said = rows["messages"]
        if said.min() == said.max():  # nobody said how many these are
            said = [max(cast.messages for cast in made)] * len(made)
        made = [_fitted(cast, many) for cast, many in zip(made, said, strict=True)]
        casts["cast"] = made
    if "retained" in columns:
        before = [_before(cast) for cast in made]
        casts = pd.concat([casts, casts.assign(cast=before)])
    return casts.groupby("group")["cast"].agg(list).to_dict()


def _spoke(study: Planted) -> pd.Series[int]:
    """Return how many people post in each group's first weeks."""
    rows = study.tables["windows"]
    return rows[rows["window"] == "0-27"].set_index("group")["posters"]


def _cast(row: object, columns: frozenset[str]) -> Cast:
    many = {
        name: int(getattr(row, name)) if name in columns else 0
        for name in (*DAYS, "posters", "newcomers", "retained", "messages")
    }
    for less, more in (("core_12", "core_8"), ("core_8", "core_4")):
        many[more] = max(many[more], many[less])
    people = max(many["posters"], many["core_4"] + many["mild"])
    if many["retained"]:
        many["newcomers"] = max(many["newcomers"], people - many["retained"])
        people = many["newcomers"] + many["retained"]
    others = people - many["core_4"] - many["mild"]
    neither = NEITHER if "mild" in columns else 1
    days = np.repeat(
        [*DAYS.values(), neither],
        [many["core_12"], many["core_8"] - many["core_12"],
         many["core_4"] - many["core_8"], many["mild"], others],
    )  # fmt: skip
    who = np.arange(people)
    if many["retained"]:
        who = np.where(who < many["retained"], who, who + NEW)
    return Cast(row.month, who, days, max(int(days.sum()), many["messages"]))


def _fitted(cast: Cast, messages: int) -> Cast:
    """Lower the authors' message counts of a month to a given total."""
    days = cast.days[:messages].copy()
    for at in np.flatnonzero(days > 1)[::-1]:
        if days.sum() > messages:
            days[at] = 1
    return Cast(cast.month, cast.people[:messages], days, messages)


def _before(cast: Cast) -> Cast:
    """Return the authors of the previous month of a group."""
    stay = cast.people[cast.people < NEW]
    return Cast(cast.month - 1, stay, np.ones(len(stay), int), len(stay))


def _said(cast: Cast, life: int) -> tuple[Ints, Ints]:
    """Return times and authors of a month's messages."""
    days = min(MONTH, life // DAY - MONTH * cast.month)
    people = len(cast.people)
    if days <= 0 or not people:
        return np.zeros(0, int), np.zeros(0, int)
    on = np.minimum(cast.days, days)
    who, nth = repeat_owners(on)
    day = (who * days // people + nth * days // on[who]) % days
    again = max(cast.messages - len(who), 0) if days == MONTH else 0
    place = np.concatenate([np.arange(len(who)), np.arange(again) % len(who)])
    turn = np.concatenate([np.zeros(len(who), int), 1 + np.arange(again) // len(who)])
    hour = 3600 + who[place] * 75_000 // people + turn
    age = (MONTH * cast.month + day[place]) * DAY + hour
    first = (cast.month == 0) & (who[place] == 0) & (day[place] == 0) & (turn == 0)
    return age[~first], cast.people[who[place]][~first]
