"""Processed tables of attention without writing: visits, votes, posts elsewhere."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    DAY,
    GROUP,
    INT,
    LONG,
    TEXT,
    YES_NO,
    Column,
    Table,
)

__all__ = ["ATTENTION"]

_SEEN_AGAIN = Table(
    "seen_again",
    "a group's lurkers of 84 days who were followed for like times after joining",
    (
        GROUP,
        Column("lurkers_are", TEXT, "what they did not do; the README explains each"),
        Column(
            "followed_from",
            INT,
            "days from joining to the end: 84 (to 167), 168, 169 (to 365), 366 or more",
        ),
        Column("may_react", YES_NO, "whether they could ever vote", nullable=True),
        Column("lurkers", INT, "members there for 84 days who did not do it in them"),
        Column("seen_7", INT, "those last seen 7 days or more after", nullable=True),
        Column("seen_28", INT, "28 days or more after joining", nullable=True),
        Column("seen_84", INT, "84 days or more after joining", nullable=True),
        Column(
            "reacted_84", INT, "those who voted or reacted in these days", nullable=True
        ),
        Column("did_later", INT, "those who did it after all", nullable=True),
    ),
    ("group", "lurkers_are", "followed_from", "may_react"),
)

_AUDIENCES = Table(
    "audiences",
    "a community or one of its channels, and days over which people were counted once",
    (
        GROUP,
        Column("channel", INT, "its number; null for all channels", nullable=True),
        Column("one_way", YES_NO, "whether its name says notices", nullable=True),
        Column("window_days", INT, "how many days; null if not stated", nullable=True),
        DAY,
        Column("visitors", INT, "distinct people who opened it, or were active"),
        Column("posters", INT, "those of them who wrote"),
        Column("members", INT, "people listed on that day", nullable=True),
        Column("messages", INT, "messages in those days", nullable=True),
    ),
    ("group", "channel", "window_days", "day"),
)

_ELSEWHERE = Table(
    "elsewhere",
    "a group and quarter in which memberships of 84 days began",
    (
        GROUP,
        Column("quarter", TEXT, "of joining, as `2024Q2`"),
        Column("lurkers", INT, "memberships without a message there in 84 days"),
        Column("lurkers_elsewhere", INT, "those who wrote in another group in them"),
        Column("speakers", INT, "memberships with one"),
        Column("speakers_elsewhere", INT, "those who wrote in another group as well"),
    ),
    ("group", "quarter"),
)

_COMEBACKS = Table(
    "comebacks",
    "a day, and newcomers who first wrote then: brought by somebody known, or alone",
    (
        GROUP,
        DAY,
        Column("brought", YES_NO, "whether they came soon after a crowd was sent"),
        Column("came", INT, "people who wrote for the first time, followed 60 days"),
        Column("again_1_60", INT, "those who wrote again on one of the days 1–60"),
        Column("again_28_60", INT, "on one of the days 28–60"),
        Column("came_90", INT, "those who came, if the record goes on for 90 days"),
        Column("again_28_90", INT, "those of them who wrote on one of the days 28–90"),
    ),
    ("group", "day", "brought"),
)

_SILENT_MONTHS = Table(
    "silent_months",
    "a day on which an office was given up, and a way to tell silence after it",
    (
        GROUP,
        Column("time_us", LONG, "midnight of the day"),
        Column("others", INT, "people who then still held the office"),
        Column("silent", INT, "how many months in a row without a message end it"),
        Column("since", INT, "months after that of the departure, from which on"),
        Column("before", INT, "messages in the three months before"),
        Column("between", INT, "messages in the three months after"),
        Column("months", INT, "months to the first such run, or to where none can be"),
        Column("ended", YES_NO, "whether there was one"),
    ),
    ("group", "time_us", "silent", "since"),
)

ATTENTION = (_SEEN_AGAIN, _AUDIENCES, _ELSEWHERE, _COMEBACKS, _SILENT_MONTHS)
