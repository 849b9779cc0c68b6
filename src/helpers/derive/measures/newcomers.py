"""Retention of newcomers after their first message, and whether it was answered."""

from __future__ import annotations

from itertools import pairwise

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.derive.measures.engine import Frame
from helpers.records import DAY_US, HOUR_US

WITHIN_HOURS = (1, 24, 72)
SPANS = (0, 7, 28, 84, 1 << 20)  # days since the hours for an answer were over
SILENT_DAYS = 60
EITHER = "either"
PAIR = ("group", "member")


def find_first_messages(messages: Frame) -> Frame:
    """Find the ages of a group (µs) at which each member first and last posted."""
    member_messages = messages.filter(~nw.col("member").is_null())
    return member_messages.group_by(*PAIR).agg(
        first_us=nw.col("age_us").min(), last_us=nw.col("age_us").max()
    )


def find_first_answers(firsts: Frame, replies: Frame) -> Frame:
    """Find when each member first received a reply after their first message."""
    edges = replies.select("group", member="receiver", at_us="age_us")
    later = edges.join(firsts, on=list(PAIR), how="inner").filter(
        nw.col("at_us") > nw.col("first_us")
    )
    return later.group_by(*PAIR).agg(answer_us=nw.col("at_us").min())


def count_unanswered_newcomers(people: pd.DataFrame) -> pd.DataFrame:
    """Count new members without a reply within a day of their first message.

    `people`: ``group, member, first_us`` and, in age or nan, ``explicit, either``: when
    they were first answered.
    """
    month = people["first_us"] // (28 * DAY_US)
    late = {
        name: ~(people[kind] - people["first_us"] <= 24 * HOUR_US)
        for name, kind in (("unanswered", "explicit"), ("unanswered_either", EITHER))
    }
    table = people[["group"]].assign(month=month, **late)
    return table.groupby(["group", "month"], as_index=False).sum()


def build_newcomer_life_tables(
    people: pd.DataFrame, last_us: pd.Series[int]
) -> pd.DataFrame:
    """Build life tables of new posters: numbers at risk and becoming inactive."""
    ends = np.asarray(people["group"].map(last_us), np.int64)
    until = ends - SILENT_DAYS * DAY_US
    rows = [
        _build_life_table(people, until, hours, kind)
        for hours in WITHIN_HOURS
        for kind in ("explicit", EITHER)
    ]
    return pd.concat(rows, ignore_index=True)


def _build_life_table(
    people: pd.DataFrame, until: Ints, hours: int, kind: str
) -> pd.DataFrame:
    first, last = people["first_us"].to_numpy(), people["last_us"].to_numpy()
    start, gone = first + hours * HOUR_US, last < until
    days = (np.where(gone, last, until) - start).clip(min=0) / DAY_US
    answered = (people[kind] - first <= hours * HOUR_US).to_numpy()
    watched = until > start
    groups, places = np.unique(people["group"].to_numpy(), return_inverse=True)
    rows = 2 * places + answered
    parts = []
    for from_day, stop in pairwise(SPANS):
        ended = gone & (days < stop)
        whole = ended | (days >= stop) | (stop == SPANS[-1])
        here = watched & (days >= from_day) & whole
        counts = _count_by_row(rows[here], rows[here & ended], groups)
        parts.append(counts.assign(from_day=from_day))
    columns = ["from_day", "group", "answered", "at_risk", "ended"]
    table = pd.concat(parts, ignore_index=True)[columns]
    return table.assign(within_hours=hours, replies=kind)


def _count_by_row(at_risk: Ints, ended: Ints, groups: Ints) -> pd.DataFrame:
    """Count people at risk and ended by row: twice the group's place, plus answered."""
    counts = np.bincount(at_risk, minlength=2 * len(groups))
    rows = counts.nonzero()[0]
    return pd.DataFrame(
        {
            "group": groups[rows // 2],
            "answered": rows % 2 == 1,
            "at_risk": counts[rows],
            "ended": np.bincount(ended, minlength=2 * len(groups))[rows],
        }
    )
