"""Processed tables that no export holds: what people recorded of groups themselves.

`shequn run --tables FOLDER` reads them from CSV files (`helpers.study.own.brought`).
"""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    DAY,
    FLOAT,
    GROUP,
    INT,
    LONG,
    MEMBER,
    TEXT,
    YES_NO,
    Column,
    Table,
)

__all__ = ["BROUGHT"]

_CODINGS = Table(
    "codings",
    "a fact of a group, as one person or survey recorded it",
    (
        GROUP,
        Column("fact", TEXT, "what; `data_needs.toml` names those that claims ask for"),
        Column("coder", TEXT, "who coded it, or the survey"),
        Column("day", INT, "the day from which it is known to hold", nullable=True),
        Column("value", FLOAT, "how much; 1 or 0 for yes or no"),
    ),
    ("group", "fact", "coder"),
    note=(
        "A fact without a day is never used as an exposure; one dated after the"
        " landmark counts as not there yet. `type: interest` names one of several"
        " kinds."
    ),
)

_ARRIVALS = Table(
    "arrivals",
    "a person who came into a group",
    (
        GROUP,
        MEMBER,
        Column("joined_us", LONG, "when"),
        Column("left_us", LONG, "when they left", nullable=True),
        Column("first_us", LONG, "their first message there", nullable=True),
        Column(
            "channel",
            TEXT,
            "who brought them: `core`, `member`, `owner`, `advertisement` or `self`",
            nullable=True,
        ),
    ),
    ("group", "joined_us", "member"),
)

_OWNER_DAYS = Table(
    "owner_days",
    "a day on which somebody wrote in a group",
    (
        GROUP,
        DAY,
        Column("owner", INT, "the owner's messages"),
        Column("others", INT, "messages by other members"),
        Column(
            "prompt", YES_NO, "whether the owner's first one asks for talk",
            nullable=True,
        ),
    ),
    ("group", "day"),
)  # fmt: skip

_TIES = Table(
    "ties",
    "a group, event of pairs of people who answer each other, and span of their time",
    (
        GROUP,
        Column(
            "event",
            TEXT,
            "`formed`, `grew` (5 exchanges in 60 days) or `ended` (no exchange for 60"
            " days while both write; `ended_30`, `ended_90`: for so many)",
        ),
        Column("from_day", INT, "start of the span, in days at risk"),
        Column(
            "volume",
            INT,
            "whole binary logarithm, 3 at most, of the messages that the one of the two"
            " who had written fewer wrote before the tie",
            nullable=True,
        ),
        Column("at_risk", INT, "pairs at risk in it"),
        Column("happened", INT, "those to which it happened"),
    ),
    ("group", "event", "from_day", "volume"),
)

_PORTFOLIOS = Table(
    "portfolios",
    "a person all of whose groups are known, and a month of 28 days",
    (
        MEMBER,
        Column("month", INT, "months since the first one watched"),
        Column("groups", INT, "groups they were in at its start"),
        Column("left", INT, "groups they left in it"),
        Column("batched", INT, "of these, left on a day with two others or more"),
        Column("active", INT, "groups of theirs in which anybody wrote"),
        Column("opened", INT, "groups of theirs that began in it"),
    ),
    ("member", "month"),
)

_CARRIED = Table(
    "carried",
    "a group and kind of its posters",
    (
        GROUP,
        Column(
            "within_days",
            INT,
            "in so many days before a message they wrote in two groups or more, or not:"
            " 90 where nothing is said",
            nullable=True,
        ),
        Column("bridging", YES_NO, "whether they write in two groups or more"),
        Column("messages", LONG, "their messages"),
        Column(
            "novel", LONG, "links and items new here and seen before in another group"
        ),
        Column(
            "novel_known",
            LONG,
            "such links of the operator's own, or put into twenty groups within a day",
            nullable=True,
        ),
    ),
    ("group", "within_days", "bridging"),
)

_ITEMS = Table(
    "items",
    "an item whose usefulness was judged before it spread",
    (
        GROUP,
        Column("item", INT, "number of the item within the study, from 0"),
        Column("useful", YES_NO, "whether it was judged useful"),
        Column("reshared", INT, "times that it was passed on in other groups"),
        Column("reached", INT, "other groups that it reached"),
    ),
    ("group", "item"),
)

_ECHOES = Table(
    "echoes",
    "a message whose tone people read, as well as that of others' ten before it",
    (
        GROUP,
        MEMBER,
        Column("echo", INT, "number of the message within the study, from 0"),
        Column("tone", FLOAT, "its tone"),
        Column("before", FLOAT, "mean tone of others' ten messages before it"),
    ),
    ("group", "echo"),
)

BROUGHT = (
    _CODINGS, _ARRIVALS, _OWNER_DAYS, _TIES, _PORTFOLIOS, _CARRIED, _ITEMS,
    _ECHOES,
)  # fmt: skip
