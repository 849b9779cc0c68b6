"""Processed tables of who asks, answers and hosts, counted while messages are read."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    DAY,
    GROUP,
    INT,
    LONG,
    YES_NO,
    Column,
    Table,
)

__all__ = ["TALK"]

_HOST = "who wrote most in age days 0–27, of equals the first"

_HOST_DAYS = Table(
    "host_days",
    "a day on which somebody wrote in a group that has a host",
    (
        GROUP,
        DAY,
        Column("host", INT, "the host's messages"),
        Column("others", INT, "messages by other people"),
        Column(
            "prompt",
            YES_NO,
            "whether the host's first one has a question mark and neither names nor"
            " quotes anybody",
            nullable=True,
        ),
        Column("question", YES_NO, "whether it has a question mark", nullable=True),
    ),
    ("group", "day"),
    note=f"The host is {_HOST}.",
)

_QUESTIONS = Table(
    "questions",
    "a group in which somebody asked in age days 0–27",
    (
        GROUP,
        Column("questions", INT, "messages with a question mark"),
        Column("askers", INT, "distinct people who wrote them"),
        Column(
            "answerers",
            INT,
            "distinct people who answered: the next other writer in the topic; without"
            " topics one within ten minutes, or who named or quoted the asker in a day",
        ),
    ),
    ("group",),
)

_OPENINGS = Table(
    "openings",
    "a group in which a topic began on age days 14–55",
    (
        GROUP,
        Column("topics", INT, "topics that began then"),
        Column("by_others", INT, "those not opened by who wrote most in days 0–13"),
        Column("shared", INT, "topics in which two people or more wrote by day 55"),
        Column("shared_by_others", INT, "those of them that others opened"),
    ),
    ("group",),
)

_QUARTERS = Table(
    "quarters",
    "a group and span of 90 age days, wholly observed, that it was alive at the end of",
    (
        GROUP,
        Column("quarter", INT, "ordinal from the origin, from 0"),
        Column("messages", LONG, "messages by known people"),
        Column("host", LONG, "those by the host"),
        Column("with_link", LONG, "those with a link"),
        Column("replies_explicit", LONG, "messages that quote or name"),
        Column("replies", LONG, "those, or adjacent ones"),
    ),
    ("group", "quarter"),
    note=(
        f"The host is the owner where one is on record, else {_HOST}. Alive at the end"
        " of a span is who wrote in its last 60 days or later."
    ),
)

TALK = (_HOST_DAYS, _QUESTIONS, _OPENINGS, _QUARTERS)
