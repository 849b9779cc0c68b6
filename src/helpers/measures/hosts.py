"""What a group's host does day by day, and how it goes on by quarters of its age.

The host is whoever the caller says: an owner on record, or else who wrote most at
first.
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.cleaning import KEY, ORDER
from helpers.measures.engine import Frame
from helpers.records import DAY_US

QUARTER_DAYS = 90


def wrote_most(messages: Frame, days: int) -> Frame:
    """Return ``group, host``: who wrote most before that age; of equals the first."""
    early = messages.filter(~nw.col("member").is_null(), nw.col("age_day") < days)
    each = early.group_by("group", "member").agg(n=nw.len().cast(nw.Int64))
    ranked = each.with_columns(one=nw.lit(1), less=-nw.col("n")).with_columns(
        nth=nw.col("one").cum_sum().over("group", order_by=("less", "member"))
    )
    return ranked.filter(nw.col("nth") == 1).select("group", host="member")


def hosted_days(messages: Frame, hosts: Frame) -> Frame:
    """Return messages by the host and by others, by group and day with one."""
    return (
        _theirs(messages, hosts)
        .group_by("group", "day")
        .agg(host=nw.col("mine").sum(), others=(1 - nw.col("mine")).sum())
    )


def first_words(messages: Frame, hosts: Frame) -> Frame:
    """Return of the host's first message of each day whether it asks, and asks all.

    A ``prompt`` has a question mark and neither names nor quotes anybody; a
    ``question`` has the mark.
    """
    mine = _theirs(messages, hosts).filter(nw.col("mine") == 1)
    ranked = mine.with_columns(one=nw.lit(1)).with_columns(
        nth=nw.col("one").cum_sum().over("group", "day", order_by=ORDER)
    )
    named = nw.col("mentions").list.len().fill_null(0) > 0
    asks = nw.col("has_question")
    return ranked.filter(nw.col("nth") == 1).select(
        "group", "day", question=asks,
        prompt=asks & ~named & nw.col("reply_to").is_null(),
    )  # fmt: skip


def quarters(
    messages: Frame, hosts: Frame, explicit: Frame, either: Frame
) -> tuple[Frame, ...]:
    """Return counts by ``group, quarter`` of 90 age days: of messages, and of answers.

    Parameters
    ----------
    messages
        Those that count.
    hosts
        ``group, host``.
    explicit, either
        Messages that answer somebody, a row or more each.
    """
    said = _theirs(_of_age(messages), hosts)
    whole = said.group_by("group", "quarter").agg(
        messages=nw.len().cast(nw.Int64), host=nw.col("mine").sum(),
        with_link=nw.col("link").cast(nw.Int64).sum(),
    )  # fmt: skip
    answers = (("replies_explicit", explicit), ("replies", either))
    return whole, *(
        _of_age(edges.select(*KEY, "age_us").unique())
        .group_by("group", "quarter")
        .agg(nw.len().cast(nw.Int64).alias(name))
        for name, edges in answers
    )


def _of_age(rows: Frame) -> Frame:
    return rows.with_columns(quarter=nw.col("age_us") // (QUARTER_DAYS * DAY_US))


def _theirs(messages: Frame, hosts: Frame) -> Frame:
    """Return messages by known people in groups with a host: 1 if it is ``mine``."""
    known = messages.filter(~nw.col("member").is_null())
    mine = (nw.col("member") == nw.col("host")).fill_null(value=False)
    return known.join(hosts, on="group", how="inner").with_columns(
        mine=mine.cast(nw.Int64)
    )
