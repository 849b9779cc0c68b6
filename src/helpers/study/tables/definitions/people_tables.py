"""Processed tables of what people did, summed so that none of them is told."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import INT, LONG, TEXT, Column, Table

__all__ = ["PEOPLE"]

_CLASS = "the person's number modulo 60"

_PORTFOLIOS_BY_YEAR = Table(
    "portfolios_by_year",
    "a calendar year over all people, or a class of people over all years",
    (
        Column("by", TEXT, "`year` or `class`"),
        Column("nth", INT, f"which; of a class {_CLASS}"),
        Column("least", INT, "messages in a group and year from which it counts"),
        Column("people", INT, "people and years that follow a year of theirs"),
        Column("before", LONG, "groups they wrote in, in the year before"),
        Column("after", LONG, "groups they wrote in, in the year"),
        Column("wrote", INT, "people who wrote in the year", nullable=True),
        Column("new_groups", INT, "groups that began in the year", nullable=True),
    ),
    ("by", "least", "nth"),
    note="Only calendar years that are wholly on record in a network count.",
)

_LOADS = Table(
    "loads",
    "a class of people, lag and difference between two of a person's weeks",
    (
        Column("lag", INT, "weeks from what was received to what was written"),
        Column("people_class", INT, _CLASS),
        Column("load", INT, "doublings of messages received, later over earlier week"),
        Column("own", INT, "doublings of messages written in these weeks"),
        Column("pairs", INT, "such pairs of weeks, with messages after either"),
        Column("earlier", LONG, "messages written `lag` weeks after the earlier week"),
        Column("later", LONG, "messages written `lag` weeks after the later one"),
        Column("people", INT, "people of the study, in every row"),
        Column("in_several", INT, "those who wrote in several groups in four weeks"),
    ),
    ("lag", "people_class", "load", "own"),
    note=(
        "Received is what others wrote in groups that the person wrote in during the"
        " four weeks up to it. The two weeks lie four weeks and the lag apart. Six"
        " doublings and more of what was received, and four of what was written, are"
        " told as so many."
    ),
)

PEOPLE = (_PORTFOLIOS_BY_YEAR, _LOADS)
