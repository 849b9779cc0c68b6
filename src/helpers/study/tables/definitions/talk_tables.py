"""Processed tables of who asks, answers and hosts, counted while messages are read."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    DAY,
    FLOAT,
    GROUP,
    INT,
    LONG,
    TEXT,
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

_CARRIERS = Table(
    "carriers",
    "a group that somebody wrote in by age day 179, and days that make a core member",
    (
        GROUP,
        Column("least_days", INT, "days with a message among days 0–27, at least"),
        Column("cores", INT, "core members"),
        Column("others", INT, "other people who wrote by day 179"),
        Column(
            "by_cores",
            INT,
            "links new to the group and seen before in another one that they posted in"
            " days 28–179, the operator's own and announced ones left out",
        ),
        Column("by_others", INT, "those of the others"),
    ),
    ("group", "least_days"),
)

_VOICES = Table(
    "voices",
    "a group and month of 28 age days with a message that has text",
    (
        GROUP,
        Column("month", INT, "ordinal from the origin, from 0"),
        Column("messages", LONG, "messages with text by known people"),
        Column("replies", LONG, "those that answer: quote, name, or adjacent"),
        Column("we", LONG, "those with *we*, *our* or *us*"),
        Column("negative", LONG, "those of VADER's score of −0.05 and below"),
        Column("positive", LONG, "those of 0.05 and above"),
    ),
    ("group", "month"),
)

_ECHOED = Table(
    "echoed",
    "a bundle of people in groups of 200 messages and more, and a way to compare",
    (
        Column("way", TEXT, "others' messages before, and which are compared"),
        Column("deal", INT, "0 as it was; else a day's messages in another order"),
        Column("bundle", INT, "people dealt into 200 at random; of deals but 0 all"),
        Column("messages", LONG, "messages with so many earlier ones by others"),
        Column("xx", FLOAT, "sum of squares of the tone before"),
        Column("xy", FLOAT, "sum of its products with the message's own tone"),
    ),
    ("way", "deal", "bundle"),
    note="Tones are VADER's, in standard deviations less a person's mean in the group.",
)

TALK = (
    _HOST_DAYS, _QUESTIONS, _OPENINGS, _QUARTERS, _CARRIERS, _VOICES, _ECHOED,
)  # fmt: skip
