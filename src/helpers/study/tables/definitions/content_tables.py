"""Processed tables of content as length and links tell it, without person rows."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    GROUP,
    INT,
    LONG,
    TEXT,
    YES_NO,
    Column,
    Table,
)

__all__ = ["CONTENT"]

_DEFINITION = Column("definition", TEXT, "`items`, `long`, `commented` or `half_long`")

_CONTENT = Table(
    "content",
    "a group and age day with a message",
    (
        GROUP,
        Column("age_day", INT, "whole days since the origin"),
        Column("messages", LONG, "messages"),
        Column("links", LONG, "those with a link, a shared page or a file"),
        Column("items", LONG, "content items: long ones and commented links"),
        Column("long", LONG, "60 words or 100 Chinese characters and more"),
        Column("commented", LONG, "a link with 5 words or 10 Chinese characters"),
        Column("half_long", LONG, "30 words or 50 Chinese characters and more"),
    ),
    ("group", "age_day"),
    note=(
        "Links are no words. Without text characters stand for words: 330 for a long"
        " message (or the study's least length for one), half of that, and an eleventh"
        " beside a link, whose own characters then count too. Nobody judged quality."
    ),
)

_SUPPLY = Table(
    "supply",
    "a group and definition of content, with an item in age days 7–55 or later talk",
    (
        GROUP,
        _DEFINITION,
        Column(
            "scheduled",
            YES_NO,
            "whether in 3 of 4 consecutive weeks of age days 7–55 an item came within a"
            " day and two hours of the same slot of the week",
        ),
        Column("scheduled_narrow", YES_NO, "the same day of the week, within an hour"),
        Column(
            "other_posters",
            INT,
            "people with a message in age days 84–364 that is no such item",
        ),
    ),
    ("group", "definition"),
)

_CHOICES = Table(
    "choices",
    "a class of people, a number of groups and a difference in content",
    (
        _DEFINITION,
        Column("lag", INT, "weeks from those that tell content to the one counted"),
        Column("people_class", INT, "the person's number modulo 60"),
        Column("groups", INT, "groups that the person wrote in during four weeks"),
        Column(
            "points", INT, "by how many hundredths one of two of these has more content"
        ),
        Column("more", LONG, "messages in that one in the later week"),
        Column("less", LONG, "messages in the other one"),
        Column("people", INT, "people of the class who wrote in three groups or more"),
    ),
    ("definition", "lag", "people_class", "groups", "points"),
    note=(
        "Sums over all pairs of groups in the weeks of people who ever wrote in three"
        " groups; weeks in which one of the pair was closed are left out."
    ),
)

CONTENT = (_CONTENT, _SUPPLY, _CHOICES)
