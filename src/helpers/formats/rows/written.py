"""Messages that people wrote, among the rows of an export."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from helpers.records import DELETED, NOT_MESSAGES


def find_notices(table: pa.RecordBatch) -> pa.BooleanArray:
    """Return which message rows are lines of the app, edits, recalls or a channel's."""
    is_nobodys = pc.and_(
        _has_kind(table, ("announcement",)), pc.is_null(table["sender"])
    )
    return pc.or_(_has_kind(table, NOT_MESSAGES), is_nobodys)


def find_bots(table: pa.RecordBatch) -> pa.BooleanArray:
    """Return which message rows are marked as those of a bot."""
    is_message = pc.invert(find_notices(table))
    return pc.and_(is_message, pc.fill_null(table["bot"], fill_value=False))


def find_blanks(table: pa.RecordBatch) -> pa.BooleanArray:
    """Return which text messages are empty or marked as deleted."""
    texts = pc.utf8_trim_whitespace(table["text"].cast(pa.string()))
    is_blank = pc.is_in(texts, pa.array(["", *DELETED]))
    return pc.and_(_has_kind(table, ("text",)), is_blank)


def find_written(table: pa.RecordBatch) -> pa.BooleanArray:
    """Return which message rows people wrote: no notices, bots, blanks or recalls.

    >>> from helpers.records import from_rows
    >>> kinds = ("text", "edit", "system", "announcement")
    >>> rows = [{"kind": kind, "text": "a"} for kind in kinds]
    >>> find_written(from_rows("message", rows).table).to_pylist()
    [True, False, False, False]
    """
    other = pc.or_(find_bots(table), find_blanks(table))
    return pc.invert(pc.or_(other, find_notices(table)))


def _has_kind(table: pa.RecordBatch, kinds: tuple[str, ...]) -> pa.BooleanArray:
    return pc.is_in(table["kind"].cast(pa.string()), pa.array(kinds))
