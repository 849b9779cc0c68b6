"""Processed tables of registers: meetings, offices, lives of members, known facts."""

from __future__ import annotations

from helpers.study.columns import (
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

__all__ = ["REGISTERS"]

_NTH = Column("nth", INT, "ordinal within the group by time, from 0")
_ROLE = Column("role", TEXT, "the source's own word")
_CROWD = Column(
    "crowd",
    INT,
    "as many (in `spells` of so many groups) gave it up that day: many are a clean-up",
    nullable=True,
)

_FACTS = Table(
    "facts",
    "a group and something known of it",
    (
        GROUP,
        Column("fact", TEXT, "what; the README explains each"),
        Column("value", FLOAT, "how much; 1 or 0 for yes or no; a day as in `day`"),
    ),
    ("group", "fact"),
)

_MEETINGS = Table(
    "meetings",
    "a meeting that a group announced",
    (
        GROUP,
        _NTH,
        Column("time_us", LONG, "when it began or would have begun"),
        Column("announced_us", LONG, "when it was announced", nullable=True),
        Column("kind", TEXT, "kinds by words of its title, joined by `;`"),
        Column("held", YES_NO, "false if it was called off"),
        Column("online", YES_NO, "whether it had a place online", nullable=True),
        Column(
            "answers",
            INT,
            "people who said they would come, or are minuted as having come",
            nullable=True,
        ),
        Column("waiting", INT, "people on the waiting list", nullable=True),
    ),
    ("group", "nth"),
)

_HOLDERS = Table(
    "holders",
    "a group, role and day on which those who hold it change",
    (
        GROUP,
        _ROLE,
        Column("day", INT, "from this day on"),
        Column("holders", INT, "people who hold it"),
        Column("came", INT, "people who took it up that day"),
        Column("went", INT, "people who gave it up while the group went on"),
        _CROWD,
    ),
    ("group", "role", "day"),
)

_SPELLS = Table(
    "spells",
    "a stay of a person in a role of a group",
    (
        GROUP,
        MEMBER,
        _ROLE,
        Column("from_day", INT, "first day on the list"),
        Column("to_day", INT, "last day on the list"),
        Column("ending", TEXT, "`left`, `group gone` or `open`"),
        _CROWD,
    ),
    ("group", "role", "member", "from_day"),
)

_DEPARTURES = Table(
    "departures",
    "a person who gave up a role while the group went on",
    (
        GROUP,
        _NTH,
        Column("time_us", LONG, "midnight of the day"),
        _ROLE,
        Column("others", INT, "people who then still held it"),
        Column("successors", INT, "people who took it up within 180 days"),
        Column("before", LONG, "activity in the 6 months before", nullable=True),
        Column("after", LONG, "activity in the 6 months after", nullable=True),
        Column(
            "joined_before",
            LONG,
            "people who joined in the 6 months before",
            nullable=True,
        ),
        Column(
            "joined_after",
            LONG,
            "people who joined in the 6 months after",
            nullable=True,
        ),
        Column("followed_days", INT, "days for which the group stayed listed"),
        _CROWD,
    ),
    ("group", "nth"),
)

_LIVES = Table(
    "lives",
    "how many memberships of a group lasted so long and ended so",
    (
        GROUP,
        Column("measure", TEXT, "what is taken for life; the README explains each"),
        Column("cohort", TEXT, "which memberships; cohorts of a measure are disjoint"),
        Column("days", INT, "days from joining to the end, or to the last watched"),
        Column("ending", TEXT, "how it ended; `open`, `completed` if it did not"),
        Column("people", INT, "memberships"),
    ),
    ("group", "measure", "cohort", "days", "ending"),
)

_FUNNELS = Table(
    "funnels",
    "a group, cohort and step on the way from member to participant",
    (
        GROUP,
        Column("cohort", TEXT, "year of the count, or of joining"),
        Column("step", TEXT, "which; the README explains each"),
        Column("people", INT, "people who took it"),
    ),
    ("group", "cohort", "step"),
)

_RHYTHM = Table(
    "rhythm",
    "a group, day of the week and hour in which something was handed in",
    (
        GROUP,
        Column("weekday", INT, "0 is Monday"),
        Column("hour", INT, "of the study's own zone"),
        Column("items", INT, "how much was handed in"),
    ),
    ("group", "weekday", "hour"),
)

_RESPONSES = Table(
    "responses",
    "an event, and what was written in the minutes before and after it",
    (
        GROUP,
        _NTH,
        Column("time_us", LONG, "when it happened"),
        Column("kind", TEXT, "what; the README explains each"),
        Column("value", FLOAT, "how much, where the kind has a measure", nullable=True),
        Column("minutes", INT, "length of the time before, and of the time after"),
        Column("before", LONG, "messages in the time before"),
        Column("after", LONG, "messages in the time after"),
        Column("speakers_before", INT, "people who wrote before", nullable=True),
        Column("speakers_after", INT, "people who wrote after", nullable=True),
        Column("new_before", INT, "those who had never written, before"),
        Column("new_after", INT, "those who had never written, after"),
    ),
    ("group", "nth"),
)

REGISTERS = (
    _FACTS, _MEETINGS, _HOLDERS, _SPELLS, _DEPARTURES, _LIVES, _FUNNELS, _RHYTHM,
    _RESPONSES,
)  # fmt: skip
