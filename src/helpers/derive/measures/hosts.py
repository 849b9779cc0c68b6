"""Count what a group's owner or host posts: by day, by quarter, by window.

The host is whoever the caller says: an owner on record, or else who wrote most at
first.
"""

from collections.abc import Collection

import narwhals as nw

from helpers.derive.measures.cleaning import ORDER, WHO, add_name_scope
from helpers.derive.measures.engine import Frame, add_row_number, add_up
from helpers.derive.measures.replies import count_answers
from helpers.derive.measures.windows import WHOSE
from helpers.records import DAY_US, QUARTER_DAYS


def find_top_author(messages: Frame, days: int) -> Frame:
    """Find each group's host: the member with most messages in its first days."""
    early = messages.filter(~nw.col("member").is_null(), nw.col("age_day") < days)
    each = early.group_by("group", "member").agg(n=nw.len().cast(nw.Int64))
    less = each.with_columns(less=-nw.col("n"))
    first = add_row_number(less, "group", order=("less", "member")).filter(
        nw.col("nth") == 1
    )
    return first.select("group", host="member")


def count_host_days(member_days: Frame, hosts: Frame) -> Frame:
    """Count messages by the host and by everyone else, per group and day."""
    mine = nw.col("mine") * nw.col("messages")
    both = _mark_host_messages(member_days, hosts).with_columns(host=mine)
    sums = both.group_by("group", "day").agg(add_up("host", "messages"))
    others = nw.col("messages") - nw.col("host")
    return sums.select("group", "day", "host", others=others)


def describe_first_host_messages(messages: Frame, hosts: Frame) -> Frame:
    """Return whether the host's first message of a day is a question or a prompt.

    A ``prompt`` has a question mark and neither names nor quotes anybody; a
    ``question`` has the mark.
    """
    mine = _mark_host_messages(messages, hosts).filter(nw.col("mine") == 1)
    first = add_row_number(mine, "group", "day", order=ORDER).filter(nw.col("nth") == 1)
    named = nw.col("mentions").list.len().fill_null(0) > 0
    asks = nw.col("has_question")
    return first.select(
        "group", "day", question=asks,
        prompt=asks & ~named & nw.col("reply_to").is_null(),
    )  # fmt: skip


def count_host_messages_by_quarter(
    messages: Frame, hosts: Frame, answers: Frame
) -> tuple[Frame, Frame]:
    """Count the host's messages and replies per group and 90 days of its age."""
    hosted_messages = _mark_host_messages(_add_quarter(messages), hosts)
    whole = hosted_messages.group_by("group", "quarter").agg(
        messages=nw.len().cast(nw.Int64), host=add_up("mine"),
        with_link=add_up("link"),
    )  # fmt: skip
    return whole, count_answers(_add_quarter(answers), "group", "quarter")


def _add_quarter(rows: Frame) -> Frame:
    return rows.with_columns(quarter=nw.col("age_us") // (QUARTER_DAYS * DAY_US))


def _mark_host_messages(messages: Frame, hosts: Frame) -> Frame:
    """Add ``mine``: 1 for the host's messages, 0 for those of other members."""
    member_messages = messages.filter(~nw.col("member").is_null())
    mine = (nw.col("member") == nw.col("host")).fill_null(value=False)
    return member_messages.join(hosts, on="group", how="inner").with_columns(
        mine=mine.cast(nw.Int64)
    )


def list_recorded_owners(
    records: Frame, people: Frame, ordinals: Frame, by_name: Collection[str] = ()
) -> Frame:
    """List the recorded owner of each group; null for owners who never wrote."""
    recorded = add_name_scope(records.filter(~nw.col("owner").is_null()), by_name)
    owners = recorded.select(
        "scope",
        key=nw.col("group").cast(nw.String),
        sender=nw.col("owner").cast(nw.String),
    )
    numbered = owners.join(people, on=list(WHO), how="left")
    return numbered.join(ordinals, on="key", how="inner").select(
        "group", owner=nw.col("member")
    )


def compute_owner_share(posters: Frame, owners: Frame) -> Frame:
    """Compute the owner's share of a group's messages per age window."""
    by_window = _add_owner_counts(posters, owners, "member").group_by(*WHOSE)
    counted = by_window.agg(all=add_up("n"), own=add_up("theirs"))
    share = nw.col("own").cast(nw.Float64) / nw.col("all")
    return counted.select(*WHOSE, owner_share=share)


def is_owner_most_answered(replies: Frame, owners: Frame) -> Frame:
    """Return, per age window, whether the owner received the most replies."""
    each = replies.group_by(*WHOSE, "receiver").agg(n=nw.len().cast(nw.Int64))
    got = _add_owner_counts(each, owners, "receiver").group_by(*WHOSE)
    counted = got.agg(most=nw.col("n").max(), own=nw.col("theirs").max())
    return counted.select(*WHOSE, owner_top=nw.col("own") == nw.col("most"))


def _add_owner_counts(counts: Frame, owners: Frame, who: str) -> Frame:
    """Add the owner's message count as a column, 0 in other members' rows."""
    joined = counts.join(owners, on="group", how="inner")
    theirs = nw.when(nw.col(who) == nw.col("owner")).then(nw.col("n"))
    return joined.with_columns(theirs=theirs.otherwise(nw.lit(0)).cast(nw.Int64))
