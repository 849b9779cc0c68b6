"""The processed tables: what they hold, and their bytes.

`TABLES` is the definition that files, manifests, READMEs and tests follow;
docs/tables.md is made from it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.files import whole_file
from helpers.study.tables.definitions.attention_tables import ATTENTION
from helpers.study.tables.definitions.brought_tables import BROUGHT
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
from helpers.study.tables.definitions.content_tables import CONTENT
from helpers.study.tables.definitions.early_tables import EARLY
from helpers.study.tables.definitions.further_tables import FURTHER
from helpers.study.tables.definitions.people_tables import PEOPLE
from helpers.study.tables.definitions.register_tables import REGISTERS
from helpers.study.tables.definitions.talk_tables import TALK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["TABLES", "Column", "Table", "read_table", "write_table"]

ROW_GROUP = 1 << 20
ZSTD_LEVEL = 12

_GROUPS = Table(
    "groups",
    "a group ever listed",
    (
        GROUP,
        Column("key", TEXT, "the source's public id; a keyed hash in a user's study"),
        Column("label", TEXT, "public name, or the key where names are not published"),
        Column("network", TEXT, "who operates it: the cluster for pooled estimates"),
        Column("batch", TEXT, "network and ISO week of creation, or else of origin"),
        Column("kind", TEXT, "the source's own kind"),
        Column(
            "created_us", LONG, "creation, where the source knows it", nullable=True
        ),
        Column("origin_us", LONG, "the earlier of creation and first message"),
        Column(
            "origin_kind",
            TEXT,
            "`creation`, `first_message`, `bot_message` or `first_listed`",
        ),
        Column("entry_us", LONG, "when observation starts; origin unless truncated"),
        Column("end_us", LONG, "when observation ends: archive end or closing"),
        Column("closed_us", LONG, "the source's own closing act", nullable=True),
        Column(
            "closed_kind",
            TEXT,
            "`notice`, `administrative`, `completed`, …",
            nullable=True,
        ),
        Column("first_us", LONG, "first message up to `end_us`", nullable=True),
        Column("last_us", LONG, "last message up to `end_us`", nullable=True),
        Column("messages", LONG, "messages up to `end_us`"),
        Column("posters", LONG, "distinct people who wrote them", nullable=True),
        Column("early_messages", LONG, "messages in age days 0–27"),
        Column(
            "members", INT, "listed members, where there is a roster", nullable=True
        ),
    ),
    ("group",),
    note=(
        "`entry_us` differs from `origin_us` where the start is not on record, or where"
        " a group met the condition of its frame later (the fact"
        " `recorded_from_origin` says where what came before is there all the same)."
    ),
)

_SILENCES = Table(
    "silences",
    "a gap of at least 28 days between two consecutive messages of a group",
    (
        GROUP,
        Column("start_us", LONG, "the message before the gap"),
        Column("end_us", LONG, "the message after it"),
    ),
    ("group", "start_us"),
    note="The last, open silence follows from `last_us` and `end_us` of `groups`.",
)

_DAILY = Table(
    "daily",
    "a group and calendar day with a message",
    (
        GROUP,
        DAY,
        Column("messages", INT, "messages"),
        Column("posters", INT, "distinct people who wrote them", nullable=True),
        Column("chars", LONG, "characters in them, where lengths are", nullable=True),
    ),
    ("group", "day"),
)

_RATES = Table(
    "rates",
    "a group and age day on which a trailing count changes",
    (
        GROUP,
        Column("age_day", INT, "whole elapsed days since the origin"),
        Column("messages_28", INT, "messages in the 28 age days up to this one"),
        Column("posters_28", INT, "distinct people who wrote them", nullable=True),
    ),
    ("group", "age_day"),
    note="Before a group's first row both are 0; the last row holds until `end_us`.",
)

_WINDOWS = Table(
    "windows",
    "a group and window of its age",
    (
        GROUP,
        Column("window", TEXT, "age days, or `q` and the quarter's end it leads up to"),
        Column("from_day", INT, "first age day"),
        Column("to_day", INT, "last age day"),
        Column("observed", YES_NO, "whether all of it lies inside observation"),
        Column("messages", LONG, "messages"),
        Column("posters", LONG, "distinct people who wrote them", nullable=True),
        Column("top_share", FLOAT, "largest poster's share of them", nullable=True),
        Column("gini", FLOAT, "Gini coefficient over posters", nullable=True),
        Column("replies_explicit", LONG, "messages that quote or name", nullable=True),
        Column(
            "replies",
            LONG,
            "those, or by another person within 10 minutes of the message before",
            nullable=True,
        ),
        Column("reply_receivers", LONG, "distinct people answered", nullable=True),
        Column("centres", FLOAT, "1/Σ share² of replies received", nullable=True),
        Column(
            "centres_null",
            FLOAT,
            "the same if replies went to posters in proportion to their messages",
            nullable=True,
        ),
        Column("owner_share", FLOAT, "the owner's share of messages", nullable=True),
        Column(
            "owner_top", YES_NO, "whether the owner is answered most", nullable=True
        ),
    ),
    ("group", "from_day", "to_day", "window"),
    note=(
        "Windows are `0-27`, `1-13`, `28-55`, `28-83`, `56-83`, `84-181`, `152-179` and"
        " `337-364` for every group, and `q2016-06-30` and so on, the last 28 whole age"
        " days before the end of that day, for every quarter's end that the manifest"
        " names and groups of 28 days or more that were observed then. The three"
        " columns of replies received count what the manifest's `centres_from` names:"
        " explicit replies, or adjacent ones where there are none. `centres_null` fixes"
        " how often each person replies and lets each reply go to another poster of the"
        " window in proportion to messages (`helpers.measures.centres`)."
    ),
)

_MEMBERS = Table(
    "members",
    "a person who wrote in a group",
    (
        GROUP,
        MEMBER,
        Column("first_us", LONG, "their first message there"),
        Column("last_us", LONG, "their last message there"),
        Column("messages", INT, "their messages there"),
        Column("days", INT, "calendar days with one"),
    ),
    ("group", "member"),
)

_MEMBER_DAYS = Table(
    "member_days",
    "a person, group and calendar day with a message",
    (GROUP, MEMBER, DAY, Column("messages", INT, "their messages there that day")),
    ("group", "member", "day"),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            _GROUPS,
            _SILENCES,
            _DAILY,
            _RATES,
            _WINDOWS,
            _MEMBERS,
            _MEMBER_DAYS,
            *EARLY,
            *CONTENT,
            *FURTHER,
            *REGISTERS,
            *ATTENTION,
            *TALK,
            *PEOPLE,
            *BROUGHT,
        )
    }
)


def write_table(rows: pd.DataFrame, table: Table, path: Path) -> None:
    """Write rows of a table, sorted, in the same bytes each time.

    Raises
    ------
    ValueError, pyarrow.ArrowInvalid
        If a column is missing, null where it may not be, or of another type.
    """
    ordered = rows.sort_values(list(table.by), kind="stable")
    arrays = [
        pa.array(ordered[c.name], type=c.type, from_pandas=True) for c in table.columns
    ]
    for column, array in zip(table.columns, arrays, strict=True):
        if array.null_count and not column.nullable:
            raise ValueError(f"{table.name}.{column.name} has {array.null_count} nulls")
    numbers = [c.name for c in table.columns if pa.types.is_integer(c.type)]
    with whole_file(path) as partial:
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=table.schema),
            partial,
            compression="zstd",
            compression_level=ZSTD_LEVEL,
            row_group_size=ROW_GROUP,
            use_dictionary=[c.name for c in table.columns if c.name not in numbers],
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
            store_schema=False,
        )


def read_table(path: Path) -> pd.DataFrame:
    """Return a table; whole numbers that can be missing come as floats with nan.

    Microseconds stay exact below 2⁵³, that is until the year 2255.
    """
    rows: pd.DataFrame = pq.read_table(path).to_pandas()
    return rows
