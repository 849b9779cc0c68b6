"""Replies between members, explicit or adjacent, and talk around an event."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.derive.measures.cleaning import KEY, ORDER
from helpers.derive.measures.engine import Frame, add_up, drop_duplicates
from helpers.records import DAY_US, MINUTE_US, SECOND_US

ADJACENT_US = 600 * SECOND_US
SPANS = (60, 7 * 24 * 60)  # minutes: an hour, a week
SIDES = ("before", "after")
COUNTS = [f"{what}{side}" for side in SIDES for what in ("", "speakers_", "new_")]


def list_explicit_replies(messages: Frame, people: Frame) -> Frame:
    """List explicit replies: one row per message and person replied to."""
    named = _match_mentions(messages, people)
    quoted = _match_quotes(messages)
    columns = (*KEY, "age_us", "member", "receiver")
    both = nw.concat([named.select(*columns), quoted.select(*columns)])
    return drop_duplicates(both.filter(nw.col("member") != nw.col("receiver")))


def _match_mentions(messages: Frame, people: Frame) -> Frame:
    named = messages.filter(~nw.col("mentions").is_null(), ~nw.col("member").is_null())
    each = named.filter(nw.col("mentions").list.len() > 0).explode("mentions")
    number = nw.col("member").cast(named.collect_schema()["member"])
    who = people.select("scope", mentions="sender", receiver=number)
    return each.join(who, on=["mentions", "scope"], how="inner")


def _match_quotes(messages: Frame) -> Frame:
    quoting = messages.filter(
        ~nw.col("reply_to").is_null(), ~nw.col("member").is_null()
    )
    originals = messages.filter(~nw.col("id").is_null()).select(
        "group", reply_to="id", receiver="member"
    )
    return quoting.join(originals, on=["group", "reply_to"], how="inner")


def list_adjacent_replies(messages: Frame) -> Frame:
    """List messages within ten minutes after another person's (adjacent replies)."""
    threads = messages.with_columns(thread=nw.col("topic").fill_null(""))
    beside = threads.with_columns(
        receiver=nw.col("member").shift(1).over("group", "thread", order_by=ORDER),
        before_us=nw.col("time_us").shift(1).over("group", "thread", order_by=ORDER),
    )
    soon = nw.col("time_us") - nw.col("before_us") <= ADJACENT_US
    other = nw.col("member") != nw.col("receiver")
    return beside.filter(soon, other).select(*KEY, "age_us", "member", "receiver")


def list_answers(explicit: Frame, adjacent: Frame) -> Frame:
    """List messages that answer another person: ``group, age_us, explicit`` (1 or 0).

    A message is listed once, however many it answers and in however many ways.
    """
    edges = [
        edges.select(*KEY, "age_us", explicit=nw.lit(value))
        for edges, value in ((explicit, 1), (adjacent, 0))
    ]
    each = nw.concat(edges).group_by(*KEY, "age_us").agg(nw.col("explicit").max())
    return each.select("group", "age_us", "explicit")


def count_answers(answers: Frame, *by: str) -> Frame:
    """Count the messages that `list_answers` lists: ``replies_explicit, replies``."""
    return answers.group_by(*by).agg(
        replies_explicit=add_up("explicit"), replies=nw.len().cast(nw.Int64)
    )


def count_answers_by_day(answers: Frame) -> Frame:
    """Count answers by group and day of age; ``age_us`` is the start of the day."""
    day = nw.col("age_us") // DAY_US * DAY_US
    return count_answers(answers.with_columns(age_us=day), "group", "age_us")


def count_responses(
    events: pd.DataFrame, messages: pd.DataFrame, minutes: int
) -> pd.DataFrame:
    """Count messages, posters and new posters in minutes before and after group events.

    A message in the very instant of the event is on neither side. Events of groups
    that nobody wrote in are left out.
    """
    heard = events[events["group"].isin(messages["group"])]
    ordered = heard.sort_values(["group", "time_us"], kind="stable", ignore_index=True)
    first = messages.groupby("member")["time_us"].min()
    ordered_messages = messages.assign(
        new=messages["time_us"] == messages["member"].map(first)
    )
    ordered_messages = ordered_messages.sort_values(
        ["group", "time_us"], kind="stable", ignore_index=True
    )
    talk = dict(list(ordered_messages.groupby("group")))
    counts = [
        _count_around_event(talk[group], at, minutes * MINUTE_US)
        for group, at in zip(ordered["group"], ordered["time_us"], strict=True)
    ]
    sides = pd.DataFrame(counts, columns=COUNTS, index=ordered.index)
    nth = ordered.groupby("group").cumcount()
    return ordered.assign(nth=nth, minutes=minutes).join(sides)


def _count_around_event(talk: pd.DataFrame, at: int, span: int) -> list[int]:
    """Count messages, posters and new posters before and after one group event."""
    times = talk["time_us"].to_numpy()
    edges = [at - span, at, at + 1, at + span + 1]
    low, until, since, high = np.searchsorted(times, edges)
    counts: list[int] = []
    for rows in (talk.iloc[low:until], talk.iloc[since:high]):
        new = rows.loc[rows["new"], "member"].nunique()
        counts += [len(rows), rows["member"].nunique(), new]
    return counts
