"""Core, new and returning posters by month of a group's age.

A month is 28 age days. A *core* member wrote on at least so many of them, a *mild* one
on one or two; a newcomer had not written in the group before, a retained one had in
the month before (claims.md, section 1).
"""

from __future__ import annotations

import narwhals as nw

from helpers.derive.measures.engine import Frame, add_up, drop_duplicates
from helpers.records import MONTH_DAYS

LATER_DAYS = 90
CORE_DAYS = (4, 8, 12)
MILD_DAYS = 2


def count_by_member_month(days: Frame) -> Frame:
    """Count messages and active days per group, member and 28-day month of age.

    `days` is what `helpers.derive.measures.activity.count_by_member_age` returns.
    """
    member_days = days.filter(~nw.col("member").is_null())
    aged = member_days.with_columns(month=nw.col("age_day") // MONTH_DAYS)
    return aged.group_by("group", "member", "month").agg(
        messages=add_up("n"), days=nw.len().cast(nw.Int64)
    )


def summarise_months(presence: Frame) -> Frame:
    """Count messages and core, new and returning posters per 28 days of a group's age.

    `presence` is what `count_by_member_month` returns, or the same counted elsewhere.
    """
    month, days = nw.col("month"), nw.col("days")
    before = presence.with_columns(
        before=month.shift(1).over("group", "member", order_by="month")
    )
    flagged = before.with_columns(
        new=nw.col("before").is_null(),
        kept=(nw.col("before") == month - 1).fill_null(value=False),
        mild=days <= MILD_DAYS,
        **{f"core_{least}": days >= least for least in CORE_DAYS},
    )
    counted = {"newcomers": "new", "retained": "kept", "mild": "mild"}
    counted |= {f"core_{least}": f"core_{least}" for least in CORE_DAYS}
    return flagged.group_by("group", "month").agg(
        add_up("messages"),
        posters=nw.len(),
        **{name: add_up(of) for name, of in counted.items()},
    )


def count_later_messages_of_others(days: Frame, presence: Frame) -> Frame:
    """Count messages in the 90 days after a month, by members active 0 or 3–7 days."""
    member_days = days.filter(~nw.col("member").is_null())
    day_counts = member_days.select("group", "member", "age_day", "n")
    either = (nw.col("days") <= MILD_DAYS) | (nw.col("days") >= CORE_DAYS[1])
    named = presence.filter(either).select("group", "member", "month")
    of = drop_duplicates(presence.select("group", "month"))
    after = nw.col("age_day") - (nw.col("month") + 1) * MONTH_DAYS
    own = day_counts.join(named, on=["group", "member"], how="inner")
    daily = day_counts.group_by("group", "age_day").agg(n=add_up("n"))
    columns = ("group", "month", "n")
    whole = daily.join(of, on="group", how="inner")
    parts = [
        rows.filter(after >= 0, after < LATER_DAYS).select(*columns)
        for rows in (whole, own.with_columns(n=nw.col("n") * -1))
    ]
    both = nw.concat([part.with_columns(nw.col("n").cast(nw.Int64)) for part in parts])
    return both.group_by("group", "month").agg(later_by_others=add_up("n"))
