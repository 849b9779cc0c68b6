"""Read and validate supplementary CSV tables that the user supplies.

`<table>.csv` has the columns of docs/tables.md with `key` (as in `groups.csv`)
in the place of `group`, and dates or times in the place of days and microseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.own_groups.group_facts import parse_day, read_csv_rows
from helpers.records import DAY_US, SECOND_US, to_day_us
from helpers.study.tables.definitions.tables import TABLES, Column, Table
from helpers.wording import say

BESIDE = ("snapshots", "rhythm", "events")  # known better than exports know it
BRINGABLE: Mapping[str, Table] = {
    name: table for name, table in TABLES.items() if table.brought or name in BESIDE
}
COUNTED = ("nth",)  # made here, not brought
YES_NO = {"yes": True, "no": False, "1": True, "0": False}


def read_user_tables(folder: Path, keys: Collection[str]) -> dict[str, pd.DataFrame]:
    """Read and validate the user's CSV tables in a folder, by table name.

    Raises
    ------
    MissingSourceError
        If there is no such folder, or no CSV file in it.
    BrokenFileError
        Naming file, row, column and what is allowed at the first wrong cell.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise MissingSourceError(
            say("there is no table to read here"),
            where=str(folder),
            remedy=say(
                "name files {names}",
                names=", ".join(f"{name}.csv" for name in BRINGABLE),
            ),
        )
    return {path.stem: _read_file(path, keys) for path in paths}


def _read_file(path: Path, keys: Collection[str]) -> pd.DataFrame:
    table = BRINGABLE.get(path.stem)
    if table is None:
        raise BrokenFileError(
            say("this is not the name of a table that users can supply"),
            where=str(path),
            remedy=say("tables are {names}", names=", ".join(BRINGABLE)),
        )
    fields = {c.name: c for c in table.columns if c.name not in COUNTED}
    columns = {"key" if name == "group" else name: c for name, c in fields.items()}
    rows = [
        {c.name: _parse_cell(path, nth, row, name, keys) for name, c in columns.items()}
        for nth, row in enumerate(
            _iterate_rows(path, columns), 2
        )  # row 1 is the header
    ]
    frame = pd.DataFrame(rows, columns=[c.name for c in columns.values()])
    return frame.rename(columns={"group": "key"})


def _iterate_rows(path: Path, columns: Mapping[str, Column]) -> list[dict[str, Any]]:
    reader = read_csv_rows(path)
    if sorted(reader.fieldnames or ()) != sorted(columns):
        raise BrokenFileError(
            say("row 1: these are not the columns of this table"),
            where=str(path),
            remedy=say("columns are {names}", names=", ".join(columns)),
        )
    return [row | {"": columns} for row in reader]


def _parse_cell(
    path: Path, nth: int, row: dict[str, Any], name: str, keys: Collection[str]
) -> object:
    column: Column = row[""][name]
    cell = (row[name] or "").strip()
    try:
        if name == "key":
            return _parse_key(cell, keys)
        if not cell and column.nullable:
            return None
        return _read_value(cell, column)
    except ValueError as error:
        raise BrokenFileError(
            say(
                "row {nth}, column {name}: {cell!r} can't be read",
                nth=nth,
                name=name,
                cell=cell,
            ),
            where=str(path),
            remedy=say("allowed: {error}", error=error),
        ) from None


def _parse_key(cell: str, keys: Collection[str]) -> str:
    if cell not in keys:
        raise ValueError(say("a key of the template of groups.csv"))
    return cell


def _read_value(cell: str, column: Column) -> object:
    """Parse one CSV cell to the type of its column, or raise ValueError.

    >>> columns = {column.name: column for column in TABLES["codings"].columns}
    >>> _read_value("1970-01-03", columns["day"]), _read_value("2.5", columns["value"])
    (2, 2.5)
    """
    if column.name.endswith("_us"):
        return _parse_moment(cell)
    if column.name == "day":
        return to_day_us(parse_day(cell)) // DAY_US
    if pa.types.is_boolean(column.type):
        return _parse_yes_no(cell)
    if pa.types.is_integer(column.type):
        return _parse_whole(cell)
    if pa.types.is_floating(column.type):
        return _parse_number(cell)
    if not cell:
        raise ValueError(say("some word"))
    return cell


def _parse_moment(cell: str) -> int:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(say("a time such as 2024-05-31T09:00:00+08:00")) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * SECOND_US


def _parse_yes_no(cell: str) -> bool:
    if cell.lower() not in YES_NO:
        raise ValueError(say("yes or no"))
    return YES_NO[cell.lower()]


def _parse_whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell) < 1 << 31):
        raise ValueError(say("a whole number from 0 on"))
    return int(cell)


def _parse_number(cell: str) -> float:
    number = float(cell) if cell.replace(".", "", 1).lstrip("-").isdigit() else None
    if number is None:
        raise ValueError(say("a number, digits and a point only"))
    return number


def place_user_tables(
    tables: Mapping[str, pd.DataFrame],
    brought: Mapping[str, pd.DataFrame],
    ordinal: pd.Series[int],
) -> dict[str, pd.DataFrame]:
    """Add the tables that a user supplied as CSV to those computed from exports.

    Hours that were brought for a group hold in the place of those counted.
    """
    placed_tables = {}
    for name, rows in brought.items():
        group_rows = rows
        if "key" in rows:
            group_rows = rows[rows["key"].isin(ordinal.index)]
            group_rows = group_rows.assign(group=group_rows["key"].map(ordinal)).drop(
                columns="key"
            )
        placed_tables[name] = group_rows
    if "rhythm" in placed_tables and "rhythm" in tables:
        counted = tables["rhythm"]
        others = counted[~counted["group"].isin(placed_tables["rhythm"]["group"])]
        placed_tables["rhythm"] = pd.concat(
            [others, placed_tables["rhythm"]], ignore_index=True
        )
    if "events" in placed_tables:
        every = [
            *([tables["events"]] if "events" in tables else []),
            placed_tables["events"],
        ]
        events = pd.concat(every, ignore_index=True)
        events = events.sort_values(["group", "time_us"], kind="stable")
        placed_tables["events"] = events.assign(nth=events.groupby("group").cumcount())
    return placed_tables
