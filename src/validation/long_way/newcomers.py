"""Simulate messages of newcomers with given replies and stays.

The host writes soon after each of them, to those who are answered. What can't be is put
right: who writes for the first time is a poster too, nobody stays in a group that has
ended, and a month of less than a day brings nobody. Planted people mostly outlive
planted groups, and would end with these, all alike; so both kinds leave as many times
as fast, which keeps the ratio of their hazards.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Floats, Ints
from validation.long_way.messages import DAY, life_of, numbered, rows_of, times
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY
from validation.worlds.claims.tabled import Planted

TABLES = frozenset({"newcomers"})
MONTH, SOON = 28, 1200  # days; seconds until the host answers
HASTE = 14  # times as fast: half of who is answered leave in each span, not 5 %
AGES = np.array([5, 15, 50])  # days after which who ended in a span wrote last


def fits(reads: Reads) -> bool:
    """Return whether the simulator covers the tables that a claim reads."""
    return "newcomers" in reads


def posts(study: Planted, reads: Reads) -> pd.DataFrame:  # noqa: ARG001 - a talk's
    """Simulate newcomers' messages with given replies and stays."""
    stays = _stays(study.tables["newcomers"])
    came = dict(list(study.tables["months"].groupby("group")))
    parts = []
    for row in study.tables["groups"].itertuples(index=False):
        life = life_of(row)
        people = pd.concat(
            [_of_month(month, life) for month in came[row.group].itertuples()],
            ignore_index=True,
        )
        people["last"] = _last(people, stays[row.group], life)
        parts.append(rows_of(row, *_said(people, life)))
    return numbered(parts)


def _stays(tables: pd.DataFrame) -> dict[int, dict[bool, Floats]]:
    """Return the share of newcomers still writing at each age, by group and reply."""
    one = tables[(tables["within_hours"] == 1) & (tables["replies"] == "explicit")]
    one = one.sort_values("from_day", ignore_index=True)
    one["kept"] = (1 - one["ended"] / one["at_risk"]) ** HASTE
    found: dict[int, dict[bool, Floats]] = {}
    for (group, answered), rows in one.groupby(["group", "answered"]):
        found.setdefault(group, {})[answered] = np.cumprod(rows["kept"])[: len(AGES)]
    return found


def _of_month(month: object, life: int) -> pd.DataFrame:
    """Return when the newcomers of a month arrive, and which receive a reply."""
    start = month.month * MONTH * DAY
    stop = min(start + MONTH * DAY, life)
    many = int(month.newcomers) if stop - start > DAY else 0
    first = start + (np.arange(many) + 0.5) / max(many, 1) * (stop - start)
    alone = round(float(month.unanswered))
    # unanswered ones come at even distances among the others
    step = np.floor((np.arange(many) + 1) * alone / max(many, 1))
    heard = np.diff(step, prepend=0) == 0
    return pd.DataFrame({"first": first.astype(int), "answered": heard})


def _last(people: pd.DataFrame, stays: dict[bool, Floats], life: int) -> pd.Series[int]:
    """Return when each newcomer writes for the last time."""
    rank = people.groupby("answered").cumcount()
    golden = (rank * 0.618034 + 0.5) % 1  # even shares of stays among those who follow
    spans = [
        int(np.sum(stays[kind] > at))
        for kind, at in zip(people["answered"], golden, strict=True)
    ]
    ages = np.append(AGES * DAY, life)[spans]
    return np.minimum(people["first"] + ages, life)


def _said(people: pd.DataFrame, life: int) -> tuple[Ints, Ints, Ints]:
    """Return times, authors and reply targets of newcomers' messages."""
    who = 1 + np.arange(len(people))
    heard = people["answered"].to_numpy(bool)
    first, last = people["first"].to_numpy(), people["last"].to_numpy()
    usual, answered = times(life, [], []), np.where(heard, who, NOBODY)
    nobody = {"to": NOBODY}
    rows = pd.concat(
        [
            pd.DataFrame({"age": usual, "who": 0, **nobody}),
            pd.DataFrame({"age": first, "who": who, **nobody}),
            pd.DataFrame({"age": first + SOON, "who": 0, "to": answered}),
            pd.DataFrame({"age": last, "who": who, **nobody})[last > first],
        ]
    )
    rows = rows[rows["age"] <= life].sort_values("age", kind="stable")
    place = pd.Series(np.arange(len(rows)), rows["who"]).groupby(level=0).min()
    answers = rows["to"].map(place).fillna(NOBODY).astype(int)
    return rows["age"].to_numpy(), rows["who"].to_numpy(), answers.to_numpy()
