"""Processed tables of how groups begin and who carries them, without person rows."""

from __future__ import annotations

from helpers.measures.beginnings import BY_DAYS, SOON_DAYS
from helpers.study.tables.definitions.columns import (
    FLOAT,
    GROUP,
    INT,
    LONG,
    TEXT,
    YES_NO,
    Column,
    Table,
)

__all__ = ["EARLY"]

_MONTHS = Table(
    "months",
    "a group and month of 28 age days with a message",
    (
        GROUP,
        Column("month", INT, "ordinal from the origin, from 0"),
        Column("messages", LONG, "messages by known people"),
        Column("posters", INT, "distinct people who wrote them"),
        Column("newcomers", INT, "those who had not written there before"),
        Column("retained", INT, "those who had written in the month before"),
        Column("mild", INT, "those who wrote on one or two days"),
        Column("core_4", INT, "those who wrote on 4 days or more"),
        Column("core_8", INT, "those who wrote on 8 days or more"),
        Column("core_12", INT, "those who wrote on 12 days or more"),
        Column(
            "unanswered",
            INT,
            "newcomers whom no explicit reply reached in a day",
            nullable=True,
        ),
        Column("unanswered_either", INT, "nor an adjacent one", nullable=True),
        Column(
            "later_by_others",
            LONG,
            "messages in the 90 days after it by people who were neither core (8 days)"
            " nor mild in it",
        ),
    ),
    ("group", "month"),
)

_EARLY = (
    *(
        column
        for day in BY_DAYS
        for column in (
            Column(f"messages_{day}", LONG, f"messages in age days 0–{day - 1}"),
            Column(f"posters_{day}", INT, "distinct people who wrote them"),
            Column(f"seeds_{day}", INT, "seeds among them"),
        )
    ),
    *(
        Column(f"came_by_{day}", INT, f"people who had written by age day {day}")
        for day in SOON_DAYS
    ),
)

_BEGINNINGS = Table(
    "beginnings",
    "a group that somebody wrote in during age days 0–27",
    (
        GROUP,
        Column(
            "top_unanswered",
            LONG,
            "messages of the top poster of days 0–27 after which no explicit reply"
            " reached them within a day",
            nullable=True,
        ),
        Column("top_unanswered_either", LONG, "nor an adjacent one", nullable=True),
        Column(
            "met_elsewhere",
            FLOAT,
            "largest share of its posters who by day 27 had written in one other group",
        ),
        Column(
            "later_by_others",
            LONG,
            "messages in age days 28–117 by people who were neither core (8 days) nor"
            " mild in days 0–27",
        ),
        Column("later_by_newcomers", LONG, "those by people who had not written then"),
        *_EARLY,
    ),
    ("group",),
    note=(
        "A seed is not the first poster, came within 7 days of the origin and wrote on"
        " 3 days or more of those counted."
    ),
)

_NEWCOMERS = Table(
    "newcomers",
    "newcomers of a group, by whether their first message was answered, and a span",
    (
        GROUP,
        Column("replies", TEXT, "`explicit`, or `either` with adjacent ones"),
        Column("within_hours", INT, "hours for an answer; spans start after them"),
        Column("from_day", INT, "start of the span: 0, 7, 28 or 84 days"),
        Column("answered", YES_NO, "whether somebody replied to them in those hours"),
        Column("at_risk", INT, "newcomers watched through the span, not silent before"),
        Column("ended", INT, "those who then wrote for the last time"),
    ),
    ("group", "replies", "within_hours", "from_day", "answered"),
    note=(
        "Silent is who wrote for the last time 60 days or more before the end. Spans"
        " begin after the hours for an answer, so nobody is lost before being at risk."
    ),
)

_TIMETABLES = Table(
    "timetables",
    "a group with a long message in age days 0–83",
    (
        GROUP,
        Column("long_messages", INT, "messages of the study's least length for long"),
        Column(
            "scheduled",
            YES_NO,
            "whether in 3 of 4 consecutive weeks one came within a day and two hours of"
            " the same slot of the week",
        ),
        Column("scheduled_narrow", YES_NO, "the same day of the week, within an hour"),
        Column(
            "by_chance", FLOAT, "how often turning weeks round does as well (of 100)"
        ),
    ),
    ("group",),
    note="Long is 330 characters (some 60 English words), or what the manifest names.",
)

_SHORT_TALK = Table(
    "short_talk",
    "a group with a message that is not long in age days 84–364",
    (
        GROUP,
        Column("messages", LONG, "messages that are not long, in age days 84–364"),
        Column("posters", INT, "distinct people who wrote them"),
    ),
    ("group",),
)

EARLY = (_MONTHS, _BEGINNINGS, _NEWCOMERS, _TIMETABLES, _SHORT_TALK)
