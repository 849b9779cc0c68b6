"""Replies between members: explicit (mention or quote) or adjacent.

An *explicit* reply quotes a message of another person or mentions another person who
writes somewhere in the study. An *adjacent* one follows, within ten minutes and in
the same topic, a message of another person; adjacency overstates replies in busy
groups (claims.md, section 1).
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.cleaning import KEY, ORDER
from helpers.measures.engine import Frame
from helpers.records import DAY_US, SECOND_US

ADJACENT_US = 600 * SECOND_US


def list_explicit_replies(messages: Frame, people: Frame) -> Frame:
    """List explicit replies: one row per message and person replied to."""
    named = _match_mentions(messages, people)
    quoted = _match_quotes(messages)
    columns = (*KEY, "age_us", "member", "receiver")
    both = nw.concat([named.select(*columns), quoted.select(*columns)])
    return both.filter(nw.col("member") != nw.col("receiver")).unique()


def _match_mentions(messages: Frame, people: Frame) -> Frame:
    named = messages.filter(~nw.col("mentions").is_null(), ~nw.col("member").is_null())
    each = named.filter(nw.col("mentions").list.len() > 0).explode("mentions")
    number = nw.col("member").cast(nw.Int32)
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


def count_answers_by_day(*edges: Frame) -> Frame:
    """Count messages that are replies, by group and day of age.

    A message counts once, however many it answers and in however many ways.
    """
    each = [of.select(*KEY, age_us=nw.col("age_us") // DAY_US * DAY_US) for of in edges]
    once = nw.concat(each).unique()
    return once.group_by("group", "age_us").agg(n=nw.len().cast(nw.Int64))


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
