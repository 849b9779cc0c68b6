"""A plain table of messages: CSV, JSON Lines or Parquet, one row a message.

Columns called ``time``, ``sender``, ``text``, ``group``, ``id``, ``reply_to``,
``kind``, ``topic`` and ``bot`` are taken as they are; `Options.columns` maps these
names to others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError
from helpers.formats.json.json_stream import decode, json_lines
from helpers.formats.reading.source import Weight
from helpers.formats.reading.tabular import header, tables
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall
from helpers.formats.rows.columns import messages
from helpers.records import MESSAGE_KINDS, Batch, Observability, from_rows
from helpers.text.columns import as_texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helpers.formats.reading.source import Head, Options, Source

__all__ = ["NAME", "OBSERVES", "read", "recognises"]

NAME = "table of messages"
OBSERVES = Observability(
    members_source="speakers",
    joins_observed=False,
    leaves_observed=False,
    reads_observed="none",
    reactions_observed=False,
    replies="none",
    births="first_message",
    owner_known=False,
    roles_known=False,
    sender_ids=True,
    text=True,
    time_zone_known=True,
    left_truncated=True,
    never_active_listed=False,
    window_us=(0, 0),
    resolution="second",
)
COLUMNS = ("time", "sender", "text", "group", "id", "reply_to", "kind", "topic", "bot")
NEEDED = {"time", "sender"}
SUFFIXES = (".csv", ".jsonl", ".parquet")
_DECODER = msgspec.json.Decoder(list[dict[str, Any]])
_DAMAGE = (pa.ArrowException, OSError, UnicodeDecodeError)
_NOT = pa.scalar(value=False)
_TRUE = {"1", "true", "yes"}


class _Rows(NamedTuple):
    """Some rows; a column that is not there is None."""

    columns: Mapping[str, Sequence[Any]]
    position: Sequence[int]


def recognises(head: Head) -> bool:
    """Tell a table by its columns of times and senders, as the options call them."""
    if len(head.names) != 1 or not head.names[0].lower().endswith(SUFFIXES):
        return False
    needed = {_mapping(head.options)[name] for name in NEEDED}
    if head.names[0].lower().endswith(".csv"):
        return set(header(head.start)) >= needed
    if head.names[0].lower().endswith(".parquet"):
        return True  # its columns stand at its end; reading says if any is missing
    return head.paths >= needed and "_type" not in head.paths


def weight(_: Head) -> Weight:
    """Weigh nothing: columns of such names may be any format's."""
    return Weight()


def _mapping(options: Options) -> dict[str, str]:
    return {name: name for name in COLUMNS} | dict(options.columns or {})


def read(source: Source) -> Iterator[Batch]:
    """Yield the table's messages and one record a group."""
    groups: set[str] = set()
    mapping = _mapping(source.options)
    for rows in _blocks(source, source.name):
        found = {own: rows.columns.get(theirs) for own, theirs in mapping.items()}
        if missing := NEEDED - {
            own for own, column in found.items() if column is not None
        }:
            raise BrokenFileError(
                f"has no column for {' and '.join(sorted(missing))}",
                where=str(source.path),
                remedy="say which do with --columns time=…,sender=…",
            )
        batch = _messages(source, found, rows.position)
        groups.update(filter(None, batch.table["group"].dictionary.to_pylist()))
        yield batch
    yield from_rows("group", [_group(one, source.name) for one in sorted(groups)])


def _messages(
    source: Source,
    found: Mapping[str, Sequence[Any] | None],
    position: Sequence[int],
) -> Batch:
    sender = _texts(found["sender"])
    group = _texts(found["group"])
    for one in set(sender or ()) - {None}:
        source.people.mentioned(str(one))
    if found["text"] is None:
        source.observed["text"] = False
    if found["reply_to"] is not None:
        source.observed["replies"] = "explicit"
    kinds = [one if one in MESSAGE_KINDS else "text" for one in found["kind"] or ()]
    bots = [str(one).lower() in _TRUE for one in found["bot"] or ()]
    times = _times(source, found["time"] or ())
    return messages(
        file=source.name,
        position=position,
        group=group or source.path.stem,
        time_us=times,
        sender=sender or [],
        kind=kinds or "text",
        text=_texts(found["text"]) or [None] * len(position),
        id=_texts(found["id"]),
        reply_to=_texts(found["reply_to"]),
        topic=_texts(found["topic"]),
        bot=bots or None,
    )


def _times(source: Source, values: Sequence[Any]) -> pa.Array:
    """Read numbers as epochs, text with an offset as instants, else as a wall clock."""
    if {*map(type, values)} <= {int, float}:
        return from_epoch(values)
    texts = [None if one is None else str(one) for one in values]
    digits = pc.replace_substring(as_texts(texts), ".", "", max_replacements=1)
    numeric = pc.fill_null(pc.utf8_is_decimal(digits), _NOT).to_pylist()
    epochs = [one if told else None for one, told in zip(texts, numeric, strict=True)]
    texts = [None if told else one for one, told in zip(texts, numeric, strict=True)]
    times = from_epoch(epochs)
    if times.null_count:
        times = pc.coalesce(times, from_iso(texts))
    if times.null_count:
        walls = pc.if_else(
            pc.is_null(times), from_wall(texts, source.options.zone), None
        )
        if walls.null_count < len(walls):
            source.observed["time_zone_known"] = False
        times = pc.coalesce(times, walls)
    return times


def _texts(values: Sequence[Any] | None) -> list[str | None] | None:
    if values is None:
        return None
    if {*map(type, values)} == {str}:
        return [one or None for one in values] if "" in values else list(values)
    return [None if one is None or one == "" else str(one) for one in values]


def _blocks(source: Source, name: str) -> Iterator[_Rows]:
    if name.lower().endswith(".parquet"):
        yield from _parquet(source, name)
    elif name.lower().endswith(".csv"):
        for table in tables(source, name):
            yield _Rows(table.columns, table.row)
    else:
        for block in json_lines(source, name):
            rows, positions = decode(block, _DECODER, name, source.losses)
            yield _Rows(_columns(rows), positions)


def _columns(rows: Sequence[dict[str, Any]]) -> dict[str, Sequence[Any]]:
    """Return columns; a key that a row lacks is None there."""
    spellings = {*map(tuple, rows)}
    if len(spellings) == 1:
        (keys,) = spellings
        return dict(zip(keys, zip(*map(dict.values, rows), strict=True), strict=True))
    every = {key for keys in spellings for key in keys}
    return {key: [row.get(key) for row in rows] for key in every}


def _parquet(source: Source, name: str) -> Iterator[_Rows]:
    first = 1
    with source.open(name) as file:
        try:
            whole = pq.ParquetFile(file, page_checksum_verification=True)
            for batch in whole.iter_batches():
                columns = {k: batch[k].to_pylist() for k in batch.schema.names}
                yield _Rows(columns, range(first, first + batch.num_rows))
                first += batch.num_rows
        except _DAMAGE as error:
            source.losses.lost("not Parquet", name, first)
            raise BrokenFileError(
                f"is no whole Parquet file ({type(error).__name__})",
                where=source.where(name, f"row {first}"),
                remedy="write it again",
            ) from error


def _group(key: str, file: str) -> dict[str, Any]:
    return {"group": key, "label": key, "network": "table", "platform": "table",
            "kind": "group", "file": file, "position": 1}  # fmt: skip
