"""Replies between members, explicit or adjacent."""

import narwhals as nw

from helpers.derive.measures.cleaning import KEY, ORDER
from helpers.derive.measures.engine import Frame, add_up, drop_duplicates
from helpers.records import DAY_US, SECOND_US

ADJACENT_US = 600 * SECOND_US


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
