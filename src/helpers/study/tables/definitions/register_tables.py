"""Processed tables of registers: meetings, offices, lives of members, known facts."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
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
    "a group, day of the week and hour in which something was written or handed in",
    (
        GROUP,
        Column("weekday", INT, "0 is Monday"),
        Column("hour", INT, "of the clock of the group's people"),
        Column("items", INT, "how much"),
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

_FILLS = Table(
    "fills",
    "a numbered group on a public list: between which versions it opened and was full",
    (
        GROUP,
        Column("number", INT, "as printed", nullable=True),
        Column("shared", YES_NO, "whether other lists have it too"),
        Column("unlisted_us", LONG, "the last version without it", nullable=True),
        Column("listed_us", LONG, "the first version with it"),
        Column("open_us", LONG, "the last change not calling it full", nullable=True),
        Column("full_us", LONG, "the first version that calls it full", nullable=True),
        Column("removed_us", LONG, "the first version without it again", nullable=True),
        Column("until_us", LONG, "the last version of the list"),
    ),
    ("group",),
)

_FRAMES = Table(
    "frames",
    "a group as another end of the record or another condition of entry would list it",
    (
        Column("least_messages", INT, "messages at which it enters"),
        Column("within_days", INT, "age by which; null if ever", nullable=True),
        Column("end_day", INT, "last day of the record, as in `day`"),
        Column("place", INT, "ordinal within the frame by (origin, key), from 0"),
        Column("group", INT, "ordinal in `groups`, if it is there", nullable=True),
        Column("network", TEXT, "as in `groups`, and what follows"),
        Column("batch", TEXT, "network and ISO week of origin"),
        Column("origin_us", LONG, "first message"),
        Column("entry_us", LONG, "when it entered, or the record began if later"),
        Column("end_us", LONG, "when observation ends"),
        Column("first_us", LONG, "first message"),
        Column("last_us", LONG, "last message up to `end_us`"),
        Column("messages", LONG, "messages up to `end_us`"),
        Column("early_messages", LONG, "messages in age days 0–27"),
    ),
    ("least_messages", "end_day", "place"),
)

REGISTERS = (
    _FACTS, _MEETINGS, _HOLDERS, _SPELLS, _DEPARTURES, _LIVES, _FUNNELS, _RHYTHM,
    _RESPONSES, _FILLS, _FRAMES,
)  # fmt: skip
