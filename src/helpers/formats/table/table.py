"""Read tables of messages: CSV, JSON Lines or Parquet, one row per message.

Columns called ``time``, ``sender``, ``text``, ``group``, ``id``, ``reply_to``,
``kind``, ``topic`` and ``bot``, or by a usual other name, are taken in any case;
`Options.columns` maps these names to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, UnknownFormatError
from helpers.formats.json.json_blocks import decode_block
from helpers.formats.json.json_stream import read_json_lines
from helpers.formats.reading.source import LEAST, Head, Source, Weight
from helpers.formats.reading.tabular import read_tables
from helpers.formats.rows.columns import build_messages
from helpers.formats.table.columns import (
    NEEDED,
    detect_layout,
    list_cells,
    list_missing,
    map_columns,
)
from helpers.formats.table.times import Clock, join_dates_and_clocks
from helpers.records import MESSAGE_KINDS, Batch, from_rows
from helpers.wording import say

NAME = "table of messages"
OBSERVES = replace(LEAST, left_truncated=True)
SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".parquet")
_DELIMITED = (".csv", ".tsv", ".txt")  # Excel's Unicode text is a .txt
_DECODER = msgspec.json.Decoder(list[dict[str, Any]])
LONGEST_NAME = 40  # of a column
_JSON_VALUE = re.compile(r'"((?:[^"\\]++|\\.)*+)"(?!\s*:)')
_DAMAGE = (pa.ArrowException, OSError, UnicodeDecodeError)
_WORDS = ("sender", "text")  # which are no lists or objects
_TRUE = {"1", "true", "yes"}


class _Rows(NamedTuple):
    """Consecutive rows of a message table; a missing column is None."""

    columns: Mapping[str, Sequence[Any]]
    position: Sequence[int]


def has_signature(head: Head) -> bool:
    """Detect a message table by its columns of times and senders."""
    if len(head.names) != 1 or not head.names[0].lower().endswith(SUFFIXES):
        return False
    name, user_columns = head.names[0].lower(), head.options.columns
    if name.endswith(_DELIMITED):
        return _is_message_table(detect_layout(head.start).names, user_columns)
    if name.endswith(".parquet"):
        return True  # its columns stand at its end; reading says if any is missing
    keys = sorted(key for key in head.paths if "." not in key and "[" not in key)
    if not _is_message_table(keys, user_columns) or "_type" in keys:
        return False
    return not _holds_objects(head, map_columns(keys, user_columns))


def _holds_objects(head: Head, named: Mapping[str, Sequence[str]]) -> bool:
    """Return whether senders or texts are objects, as in the parts of other exports."""
    used = {column for own in _WORDS for column in named.get(own, ())}
    return any(path.startswith(f"{column}.") for path in head.paths for column in used)


def describe_missing(
    where: str, missing: Sequence[str], names: Sequence[str]
) -> UnknownFormatError:
    """Return the error for columns that a user names and the table does not have."""
    return UnknownFormatError(
        # a report on exports leaves out what stands behind "the columns"
        say(
            "has no column {missing}, but the columns {names}",
            missing=", ".join(missing),
            names=", ".join(names),
        ),
        where=where,
        remedy=say("take the table's own names with --columns time=…,sender=…"),
    )


def list_columns(head: Head) -> list[str]:
    """List the columns of a file that is a table by its name.

    A first line with digits, with long cells or with cells that stand below it again
    may be a message, and is not told.
    """
    name = head.names[0].lower() if len(head.names) == 1 else ""
    if name.endswith(_DELIMITED):
        layout = detect_layout(head.start)
        names, values = list(layout.names), list_cells(head.start, layout)
    else:
        names = sorted(key for key in head.paths if "." not in key and "[" not in key)
        values = {*_JSON_VALUE.findall(head.start)}
    is_header = len(names) > 1 and all(
        len(cell) <= LONGEST_NAME
        and not any(map(str.isdigit, cell))
        and cell not in values
        for cell in names
    )
    return names if is_header and name.endswith(SUFFIXES) else []


def _is_message_table(
    names: Sequence[str], user_columns: Mapping[str, str] | None
) -> bool:
    """Return whether the columns are those of a table of messages."""
    if list_missing(names, user_columns):
        return False  # nothing else is taken for a column that the user names
    own_columns = map_columns(names, user_columns).keys()
    return own_columns >= NEEDED and (
        "text" in own_columns or bool(user_columns) or set(names) >= NEEDED
    )


def weight(_: Head) -> Weight:
    """Return weak evidence for a message table: other formats may share its columns."""
    return Weight()


def read(source: Source) -> Iterator[Batch]:
    """Yield the messages of a table, and one record per group."""
    groups: set[str] = set()
    clock = Clock(
        source, lambda: (r.columns for r in _read_blocks(source, source.name))
    )
    for rows in _read_blocks(source, source.name):
        if not rows.columns and not rows.position:
            continue  # nothing of the block could be decoded; its losses are entered
        columns = _rename_columns(source, rows.columns)
        stated = list_missing(rows.columns, source.options.columns)
        if stated and not source.name.lower().endswith(".jsonl"):
            raise describe_missing(str(source.path), stated, list(rows.columns))
        if missing := NEEDED - columns.keys():
            raise BrokenFileError(
                say("has no column for {names}", names=", ".join(sorted(missing))),
                where=str(source.path),
                remedy=say("name your columns with --columns time=…,sender=…"),
            )
        batch = _read_messages(source, columns, rows.position, clock)
        groups.update(filter(None, batch.table["group"].dictionary.to_pylist()))
        yield batch
    yield from_rows("group", [_group(group, source.name) for group in sorted(groups)])


def _rename_columns(
    source: Source, columns: Mapping[str, Sequence[Any]]
) -> dict[str, Sequence[Any]]:
    """Rename a table's columns to standard names; join date and time."""
    named = map_columns(columns, source.options.columns)
    return {
        own: columns[source_columns[0]]
        if len(source_columns) == 1
        else join_dates_and_clocks(*(columns[one] for one in source_columns))
        for own, source_columns in named.items()
    }


def _read_messages(
    source: Source,
    columns: Mapping[str, Sequence[Any]],
    position: Sequence[int],
    clock: Clock,
) -> Batch:
    sender = _list_texts(columns["sender"])
    group = _list_texts(columns.get("group"))
    own = source.stem
    for name in set(sender or ()) - {None}:
        source.people.mentioned(str(name))
    if "text" not in columns:
        source.observed["text"] = False
    if "reply_to" in columns:
        source.observed["replies"] = "explicit"
    kinds = [
        kind if kind in MESSAGE_KINDS else "text" for kind in columns.get("kind") or ()
    ]
    bots = [str(flag).lower() in _TRUE for flag in columns.get("bot") or ()]
    times = clock.times(columns["time"])
    return build_messages(
        file=source.name,
        position=position,
        group=[key or own for key in group] if group else own,
        time_us=times,
        sender=sender or [],
        kind=kinds or "text",
        text=_list_texts(columns.get("text")) or [None] * len(position),
        id=_list_texts(columns.get("id")),
        reply_to=_list_texts(columns.get("reply_to")),
        topic=_list_texts(columns.get("topic")),
        bot=bots or None,
    )


def _list_texts(values: Sequence[Any] | None) -> list[str | None] | None:
    if values is None:
        return None
    if {*map(type, values)} == {str}:
        return [value or None for value in values] if "" in values else list(values)
    return [None if value is None or value == "" else str(value) for value in values]


def _read_blocks(source: Source, name: str) -> Iterator[_Rows]:
    if name.lower().endswith(".parquet"):
        yield from _read_parquet(source, name)
    elif name.lower().endswith(_DELIMITED):
        form = detect_layout(source.head.start)
        for table in read_tables(source, name, form.separator, form.skipped):
            yield _Rows(table.columns, table.row)
    else:
        for block in read_json_lines(source, name):
            rows, positions = decode_block(block, _DECODER, name, source.losses)
            yield _drop_nested(source, _Rows(_build_columns(rows), positions))


def _drop_nested(source: Source, rows: _Rows) -> _Rows:
    """Drop rows with a list or an object as sender or text; record them as lost.

    Written out as text, an object would hold names that nothing masks.
    """
    named = map_columns(rows.columns, source.options.columns)
    used = [column for own in _WORDS for column in named.get(own, ())]
    nested = {
        at
        for column in used
        if not {list, dict}.isdisjoint(map(type, rows.columns[column]))
        for at, cell in enumerate(rows.columns[column])
        if isinstance(cell, list | dict)
    }
    if not nested:
        return rows
    for at in sorted(nested):
        reason = "row with an object for a sender or text"
        source.losses.lost(reason, source.name, rows.position[at])
    kept = [at for at in range(len(rows.position)) if at not in nested]
    columns = {
        name: [column[at] for at in kept] for name, column in rows.columns.items()
    }
    return _Rows(columns if kept else {}, [rows.position[at] for at in kept])


def _build_columns(rows: Sequence[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    """Convert rows of a message table to columns; missing cells are None."""
    spellings = {*map(tuple, rows)}
    if len(spellings) == 1:
        (keys,) = spellings
        return dict(zip(keys, zip(*map(dict.values, rows), strict=True), strict=True))
    every = {key for keys in spellings for key in keys}
    return {key: [row.get(key) for row in rows] for key in every}


def _read_parquet(source: Source, name: str) -> Iterator[_Rows]:
    first = 1
    with source.open(name) as file:
        try:
            parquet_file = pq.ParquetFile(file, page_checksum_verification=True)
            for batch in parquet_file.iter_batches():
                columns = {k: batch[k].to_pylist() for k in batch.schema.names}
                yield _Rows(columns, range(first, first + batch.num_rows))
                first += batch.num_rows
        except _DAMAGE as error:
            source.losses.lost("not Parquet", name, first)
            raise BrokenFileError(
                say(
                    "is not a complete Parquet file ({name})", name=type(error).__name__
                ),
                where=source.where(name, say("row {n}", n=first)),
                remedy=say("write it again"),
            ) from error


def _group(key: str, file: str) -> dict[str, Any]:
    return {"group": key, "label": key, "network": "table", "platform": "table",
            "kind": "group", "file": file, "position": 1}  # fmt: skip
