"""Messages that people wrote, among the rows of an export."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from helpers.records import DELETED

NOT_MESSAGES = ("system", "notice", "edit", "recalled")


def find_notices(table: pa.RecordBatch) -> pa.BooleanArray:
    """Return which message rows are lines of the app, edits or recalls."""
    return _has_kind(table, NOT_MESSAGES)


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

    >>> rows = {"kind": ["text", "text", "system"], "bot": [None, True, None]}
    >>> table = pa.RecordBatch.from_pydict(rows | {"text": ["a", "b", "c"]})
    >>> find_written(table).to_pylist()
    [True, False, False]
    """
    other = pc.or_(find_bots(table), find_blanks(table))
    return pc.invert(pc.or_(other, find_notices(table)))


def _has_kind(table: pa.RecordBatch, kinds: tuple[str, ...]) -> pa.BooleanArray:
    return pc.is_in(table["kind"].cast(pa.string()), pa.array(kinds))
