"""How members of several groups divide their messages among them, by week.

A person is in the groups in which they wrote during four weeks. Two of these that
differ in content are a pair; what the person wrote in either in a later week is summed
over all pairs of like difference, number of groups and class of people, so that no
person is told. Given what was written in both, the share in one of the two depends on
their difference alone, whatever the person's own level is (McFadden 1974).
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.content import DEFINITIONS
from helpers.measures.engine import Frame
from helpers.records import WEEK_DAYS

BEFORE = 4
LAGS = (1, 2, 4)
CLASSES = 60  # of people, by their number: the independent units
IN_GROUPS = 3
PERSON, CELL = ("member", "week"), ("people_class", "groups", "points")


def count_by_member_week(messages: Frame) -> Frame:
    """Count messages ``n`` per member, group and calendar week."""
    member_messages = messages.filter(~nw.col("member").is_null())
    week = member_messages.select("member", "group", week=nw.col("day") // WEEK_DAYS)
    return week.group_by("member", "group", "week").agg(n=nw.len().cast(nw.Int64))


def count_by_group_week(messages: Frame) -> Frame:
    """Count messages and content items (long or linked) per group and week."""
    rows = messages.select(
        "group",
        "long",
        "commented",
        "half_long",
        week=nw.col("day") // WEEK_DAYS,
        items=nw.col("long") | nw.col("commented"),
    )
    return rows.group_by("group", "week").agg(
        messages=nw.len().cast(nw.Int64),
        **{name: nw.col(name).cast(nw.Int64).sum() for name in DEFINITIONS},
    )


def _select_multi_group_members(wrote: Frame) -> Frame:
    """Select members who wrote in three or more groups; add member number modulo 60."""
    group_counts = wrote.group_by("member").agg(groups=nw.col("group").n_unique())
    return group_counts.filter(nw.col("groups") >= IN_GROUPS).select(
        "member", people_class=(nw.col("member") % CLASSES).cast(nw.Int32)
    )


def count_multi_group_members(wrote: Frame) -> Frame:
    """Count members who wrote in three or more groups, by member number modulo 60."""
    return (
        _select_multi_group_members(wrote)
        .group_by("people_class")
        .agg(people=nw.len().cast(nw.Int32))
    )


def _repeat_in_later_weeks(rows: Frame) -> Frame:
    """Repeat each week's rows for the `BEFORE` weeks that begin with it."""
    week = nw.col("week")
    return nw.concat([rows.with_columns(week=week + k) for k in range(BEFORE)])


def list_groups_of_members(wrote: Frame) -> Frame:
    """List the groups in which members of several wrote in a week or three before.

    Returns
    -------
    Frame
        ``member, group, week, people_class``.
    """
    several = _select_multi_group_members(wrote)
    written = wrote.join(several, on="member", how="inner")
    rows = written.select("member", "group", "week", "people_class")
    return _repeat_in_later_weeks(rows).unique()


def sum_content_of_weeks(content: Frame) -> Frame:
    """Sum a group's messages and content of each week and the three before."""
    names = ("messages", *DEFINITIONS)
    rows = _repeat_in_later_weeks(content.select("group", "week", *names))
    return rows.group_by("group", "week").agg(nw.col(*names).sum())


def list_choices(
    wrote: Frame, groups: Frame, content: Frame, last_weeks: Frame, lag: int
) -> Frame:
    """List the groups among which members of several divided a week's messages.

    Parameters
    ----------
    wrote, groups, content
        As `count_by_member_week`, `list_groups_of_members` and `sum_content_of_weeks`
        return them.
    last_weeks
        ``group, last_week``: the last whole week in which one could write there.
    lag
        Weeks from the last of the four to the one that counts.

    Returns
    -------
    Frame
        ``member, week, group, people_class, groups`` (how many), ``n`` (messages of
        the week), and the group's messages and content of the four weeks before, by
        definition. Weeks in which the member wrote nowhere are left out.
    """
    later = nw.col("week") + lag
    weeks = wrote.select(*PERSON).unique()
    open_ = (
        groups.with_columns(week=later)
        .join(weeks, on=list(PERSON), how="semi")
        .join(last_weeks, on="group", how="inner")
        .filter(nw.col("week") <= nw.col("last_week"))
    )
    counts = open_.group_by(*PERSON).agg(groups=nw.len().cast(nw.Int32))
    return (
        open_.join(counts.filter(nw.col("groups") > 1), on=list(PERSON), how="inner")
        .join(content.with_columns(week=later), on=["group", "week"], how="inner")
        .join(wrote, on=["member", "group", "week"], how="left")
        .with_columns(nw.col("n").fill_null(0))
        .select(
            *PERSON, "group", "people_class", "groups", "n", "messages", *DEFINITIONS
        )
    )


def summarise_choices(rows: Frame, definition: str) -> Frame:
    """Sum members' messages in groups with more and with fewer long or linked posts.

    Parameters
    ----------
    rows
        As `list_choices` returns them.
    definition
        What content is.

    Returns
    -------
    Frame
        ``people_class, groups, points`` (of content, whole, by which one of a pair
        has more), and messages in that one and in the other: ``more, less``.
    """
    one = rows.select(
        *PERSON, "group", "people_class", "groups", "n", "messages", has=definition
    )
    pairs = one.join(one, on=list(PERSON), how="inner", suffix="_b").filter(
        nw.col("group") < nw.col("group_b"), nw.col("n") + nw.col("n_b") > 0
    )
    return _sum_choice_pairs(pairs)


def _sum_choice_pairs(pairs: Frame) -> Frame:
    """Sum members' messages over pairs of groups: with more content, and with less."""
    here, there = nw.col("messages"), nw.col("messages_b")
    below = here * there
    apart = nw.col("has") * there - nw.col("has_b") * here
    first, n, n_b = apart > 0, nw.col("n"), nw.col("n_b")
    table = pairs.select(
        "people_class",
        "groups",
        points=((200 * apart.abs() + below) // (2 * below)).cast(nw.Int32),
        more=nw.when(first).then(n).otherwise(n_b),
        less=nw.when(first).then(n_b).otherwise(n),
    )
    differing_pairs = table.filter(nw.col("points") > 0)
    return differing_pairs.group_by(*CELL).agg(
        nw.col("more").sum().cast(nw.Int64), nw.col("less").sum().cast(nw.Int64)
    )
