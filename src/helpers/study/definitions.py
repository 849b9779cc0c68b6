"""Definitions of the processed tables: columns, types and file format.

`tables.toml` defines them, a line a column; files, manifests, READMEs and
docs/tables.md follow it.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.files import read_own_rows, replace_file

ROW_GROUP = 1 << 20
ZSTD_LEVEL = 12


class Column(NamedTuple):
    """A column of a processed table: name, type, meaning, whether nullable."""

    name: str
    type: pa.DataType
    meaning: str
    nullable: bool = False

    def __str__(self) -> str:
        """Return its row in a Markdown table of columns."""
        kind = f"{self.type}{'?' if self.nullable else ''}"
        return f"| `{self.name}` | {kind} | {self.meaning} |"


class Table(NamedTuple):
    """A processed table's definition: what a row is, columns, sort order, notes."""

    name: str
    row: str
    columns: tuple[Column, ...]
    by: tuple[str, ...]
    note: str = ""

    @property
    def schema(self) -> pa.Schema:
        """The table's Arrow schema."""
        return pa.schema([pa.field(c.name, c.type, c.nullable) for c in self.columns])

    @property
    def of_people(self) -> bool:
        """Whether each row is about one person."""
        return any(column.name == "member" for column in self.columns)


def _read_column(name: str, line: str) -> Column:
    """Parse a table column from its line in `tables.toml`.

    >>> _read_column("members", "int32?: listed")
    Column(name='members', type=DataType(int32), meaning='listed', nullable=True)
    """
    kind, _, meaning = line.partition(": ")
    of = pa.type_for_alias(kind.removesuffix("?"))
    return Column(name, of, meaning, kind.endswith("?"))


def _read_tables() -> Mapping[str, Table]:
    """Parse the definitions of all processed tables, by name."""
    rows = read_own_rows("study", "tables.toml")
    tables = {}
    for name, row in rows["tables"].items():
        columns = (
            _read_column(column, rows["shared"][column] if line == "shared" else line)
            for column, line in row["columns"].items()
        )
        about = row["row"], tuple(columns), tuple(row["by"]), row.get("note", "")
        tables[name] = Table(name, *about)
    return MappingProxyType(tables)


TABLES = _read_tables()


def write_table(rows: pd.DataFrame, table: Table, path: Path) -> None:
    """Write a processed table as sorted Parquet with reproducible bytes."""
    ordered = rows.sort_values(list(table.by), kind="stable")
    arrays = [
        pa.array(ordered[c.name], type=c.type, from_pandas=True) for c in table.columns
    ]
    for column, array in zip(table.columns, arrays, strict=True):
        if array.null_count and not column.nullable:
            raise ValueError(f"{table.name}.{column.name} has {array.null_count} nulls")
    numbers = [c.name for c in table.columns if pa.types.is_integer(c.type)]
    with replace_file(path) as partial:
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
