"""Message counts by group, by day and in the trailing 28 days; gaps between them."""

import narwhals as nw

from helpers.derive.measures.engine import Frame, add_up
from helpers.records import DAY_US, MONTH_DAYS, SHORTEST_GAP

PRESENCE = ("group", "member", "age_day")


def count_early_messages(messages: Frame) -> Frame:
    """Count each group's messages in its first 28 days."""
    first_days = messages.filter(nw.col("age_day") < MONTH_DAYS)
    return first_days.group_by("group").agg(early_messages=nw.len())


def count_by_member_day(messages: Frame) -> Frame:
    """Count messages per group, member (or none) and calendar day."""
    return messages.group_by("group", "member", "day").agg(
        messages=nw.len().cast(nw.Int64),
        first_us=nw.col("time_us").min(),
        last_us=nw.col("time_us").max(),
        chars=add_up("chars"),
        known=nw.col("chars").count().cast(nw.Int64),
    )


def count_by_day(member_days: Frame) -> Frame:
    """Count messages, distinct posters and characters per group and calendar day."""
    return member_days.group_by("group", "day").agg(
        add_up("messages", "chars", "known"), posters=nw.col("member").count()
    )


def summarise_members(member_days: Frame) -> Frame:
    """Summarise each member's messages in each group: first, last, count, days."""
    known = member_days.filter(~nw.col("member").is_null())
    return known.group_by("group", "member").agg(
        first_us=nw.col("first_us").min(),
        last_us=nw.col("last_us").max(),
        messages=add_up("messages"),
        days=nw.len(),
    )


def select_member_days(member_days: Frame) -> Frame:
    """Select ``group, member, day, messages`` of known members."""
    known = member_days.filter(~nw.col("member").is_null())
    return known.select("group", "member", "day", "messages")


def count_by_member_age(messages: Frame) -> Frame:
    """Count messages ``n`` per group, member and day of the group's age."""
    of = ("group", "member", "age_day")
    days = messages.group_by(*of).agg(n=nw.len().cast(nw.Int64))
    return days.with_columns(age_us=nw.col("age_day").cast(nw.Int64) * DAY_US)


def compute_trailing_counts(days: Frame, last_age_days: Frame) -> Frame:
    """Count a group's messages and posters in the 28 days up to each day of its age.

    `days` is what `count_by_member_age` returns. At age day d a message of age day a
    counts if
    d − 28 < a ≤ d, a poster if one of their messages does. `last_age_days` has
    ``group, last_day``: later rows are left out. Before a group's first row both
    counts are 0.
    """
    daily_counts = days.group_by("group", "age_day").agg(add_up("n"))
    return _cumulate_days(daily_counts, days.select(*PRESENCE), last_age_days)


def _cumulate_days(counts: Frame, days: Frame, last_age_days: Frame) -> Frame:
    """Cumulate messages and posters; `days` has each day of a member once."""
    changes = nw.concat(
        [
            counts.select(
                "group", "age_day", messages="n", posters=nw.lit(0, nw.Int64)
            ),
            counts.select(
                "group",
                age_day=nw.col("age_day") + MONTH_DAYS,
                messages=nw.col("n") * -1,
                posters=nw.lit(0, nw.Int64),
            ),
            *_build_presence_steps(days),
        ]
    )
    net = changes.group_by("group", "age_day").agg(
        add_up("messages"), add_up("posters")
    )
    moved = net.filter((nw.col("messages") != 0) | (nw.col("posters") != 0))
    running = moved.select(
        "group",
        "age_day",
        messages_28=_cumulate_column("messages"),
        posters_28=_cumulate_column("posters"),
    )
    inside = running.join(last_age_days, on="group", how="inner")
    return inside.filter(nw.col("age_day") <= nw.col("last_day")).drop("last_day")


def _cumulate_column(column: str) -> nw.Expr:
    total = nw.col(column).cum_sum().over("group", order_by="age_day")
    return total.cast(nw.Int64)


def _build_presence_steps(days: Frame) -> list[Frame]:
    """Return +1 when a person starts to count as poster, −1 after 28 silent days."""
    whose = {"order_by": "age_day"}
    beside = days.filter(~nw.col("member").is_null()).with_columns(
        before=nw.col("age_day").shift(1).over("group", "member", **whose),
        after=nw.col("age_day").shift(-1).over("group", "member", **whose),
    )
    day, before, after = nw.col("age_day"), nw.col("before"), nw.col("after")
    begins = beside.filter(before.is_null() | (day - before > MONTH_DAYS))
    ends = beside.filter(after.is_null() | (after - day > MONTH_DAYS))
    none = nw.lit(0, nw.Int64)
    return [
        begins.select("group", "age_day", messages=none, posters=nw.lit(1, nw.Int64)),
        ends.select(
            "group",
            age_day=day + MONTH_DAYS,
            messages=none,
            posters=nw.lit(-1, nw.Int64),
        ),
    ]


def find_silences(messages: Frame, shortest_days: int = SHORTEST_GAP) -> Frame:
    """List the gaps of at least `shortest_days` days between a group's messages."""
    before = nw.col("time_us").shift(1).over("group", order_by="time_us")
    gaps = messages.select("group", start_us=before, end_us=nw.col("time_us"))
    long = nw.col("end_us") - nw.col("start_us") >= shortest_days * DAY_US
    return gaps.filter(long)
