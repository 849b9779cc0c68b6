"""What a processed table is: columns, what a row is, and its order."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

__all__ = [
    "DAY",
    "FLOAT",
    "GROUP",
    "INT",
    "LONG",
    "MEMBER",
    "TEXT",
    "YES_NO",
    "Column",
    "Table",
]

INT, LONG, FLOAT = pa.int32(), pa.int64(), pa.float64()
TEXT, YES_NO = pa.string(), pa.bool_()


class Column(NamedTuple):
    """A column: name, type, meaning, and whether it can be null."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False


class Table(NamedTuple):
    """A table: what a row is, its columns, its order, and what one must know of it."""

    name: str
    row: str
    columns: tuple[Column, ...]
    by: tuple[str, ...]
    note: str = ""

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])


GROUP = Column("group", INT, "ordinal of the group by (origin, key), from 0")
DAY = Column("day", INT, "whole days since 1970-01-01 in the study's own zone")
MEMBER = Column("member", INT, "number of the person within the study, from 0")
