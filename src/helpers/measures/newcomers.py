"""Retention of newcomers after their first message, and whether it was answered."""

from __future__ import annotations

from itertools import pairwise

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.measures.engine import Frame
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
    """Build life tables of new posters: numbers at risk and becoming inactive.

    Parameters
    ----------
    people
        As `count_unanswered_newcomers` takes them, and ``last_us``.
    last_us
        By group, the age at which its observation ends.
    """
    until = people["group"].map(last_us) - SILENT_DAYS * DAY_US
    rows = [
        _build_life_table(people, until, hours, kind)
        for hours in WITHIN_HOURS
        for kind in ("explicit", EITHER)
    ]
    return pd.concat(rows, ignore_index=True)


def _build_life_table(
    people: pd.DataFrame, until: pd.Series[int], hours: int, kind: str
) -> pd.DataFrame:
    start = people["first_us"] + hours * HOUR_US
    watched = until > start
    answered = people[kind] - people["first_us"] <= hours * HOUR_US
    gone = people["last_us"] < until
    stayed = np.where(gone, people["last_us"], until) - start
    days = pd.Series(stayed / DAY_US, people.index).clip(lower=0)
    data = pd.DataFrame({"group": people["group"], "answered": answered})
    data = data.assign(days=days, gone=gone)[watched]
    by = _list_spans(data).groupby(["from_day", "group", "answered"])
    table = by.agg(at_risk=("days", "size"), ended=("ended", "sum")).reset_index()
    return table.assign(within_hours=hours, replies=kind)


def _list_spans(data: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person and follow-up interval in which they are at risk."""
    parts = []
    for start, stop in pairwise(SPANS):
        ended = data["gone"] & (data["days"] < stop)
        whole = ended | (data["days"] >= stop) | (stop == SPANS[-1])
        here = data.assign(ended=ended, from_day=start)
        parts.append(here[(data["days"] >= start) & whole])
    return pd.concat(parts, ignore_index=True)
