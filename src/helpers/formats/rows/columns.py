"""Build message records column by column."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import fill
from helpers.records import SCHEMAS, Batch, RecordKind, from_rows
from helpers.text.columns import count_word, to_text_array, to_utf8


def count_text_features(texts: pa.Array) -> Mapping[str, pa.Array]:
    """Count characters and links of n texts, and flag code and questions.

    >>> column = pa.array(["为什么？ https://x.org", None])
    >>> [found.to_pylist() for found in count_text_features(column).values()]
    [[18, 0], [1, 0], [False, False], [True, False]]
    """
    texts = pc.fill_null(texts, "")
    signs, column = ("http://", "https://", "```", "?", "？"), to_utf8(texts)
    links, secure, code, asked, wide = (count_word(column, one) for one in signs)
    return {
        "chars": pc.utf8_length(texts),
        "links": pa.array(links + secure, pa.int32()),
        "has_code": pa.array(code > 0),
        "has_question": pa.array(asked + wide > 0),
    }


WORDLESS = frozenset({"image", "voice", "video", "sticker", "recalled"})
"""Kinds whose text is the exporter's placeholder or was withdrawn: it is dropped."""

LARGEST = 1 << 62
_LABEL = pa.dictionary(pa.int32(), pa.string())
_ONLY_LINK = re.compile(r"\s*!?\[[^\]\n]*\]\([^)\s]+?\.(\w{2,5})\)\s*")
_IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})


def build_messages(
    *,
    file: str | Sequence[str],
    position: Sequence[int],
    group: str | Sequence[str | None],
    time_us: pa.Array | Sequence[int | None],
    sender: Sequence[str | None],
    kind: str | Sequence[str],
    text: Sequence[str | None] | pa.Array,
    **others: Any,  # noqa: ANN401  any column of the schema
) -> Batch:
    """Build message records from columns; a scalar fills its column.

    `chars`, `links`, `has_code` and `has_question` are counted from the text, and the
    text of `WORDLESS` kinds is dropped. Beside others' texts, a text message that lacks
    its own says nothing.
    """
    rows = len(position)
    kinds = _build_column(kind, rows, _LABEL)
    given = _mark_empty(to_text_array(text), kinds)
    words = drop_texts(given, kinds, WORDLESS)
    columns = {
        "file": file, "position": position, "group": group, "time_us": time_us,
        "sender": sender, "kind": kinds, "text": words, **count_text_features(words),
        **others,
    }  # fmt: skip
    return build_batch("message", rows, **columns)


def _mark_empty(texts: pa.Array, kinds: pa.DictionaryArray) -> pa.Array:
    if not texts.null_count or not pc.any(pc.not_equal(texts, "")).as_py():
        return texts
    lacks = pc.and_(pc.is_null(texts), pc.equal(kinds.cast(pa.string()), "text"))
    return pc.if_else(lacks, pa.scalar("", pa.string()), texts)


def build_batch(
    kind: RecordKind,
    rows: int,
    /,
    **columns: Any,  # noqa: ANN401  any column of the schema
) -> Batch:
    """Build records of a given kind from columns; a scalar fills its column."""
    schema = SCHEMAS[kind]
    if unknown := columns.keys() - set(schema.names):
        raise KeyError(f"{kind} has no column {', '.join(sorted(unknown))}")
    arrays = [_build_column(columns.get(f.name), rows, f.type) for f in schema]
    return Batch(kind, pa.RecordBatch.from_arrays(arrays, schema=schema))


def yield_rows(**rows: list[dict[str, Any]]) -> Iterator[Batch]:
    """Yield a batch for each kind of record that has rows.

    >>> [batch.kind for batch in yield_rows(event=[{"group": "g"}], read=[])]
    ['event']
    """
    for kind, found in rows.items():
        if found:
            yield from_rows(cast("RecordKind", kind), found)


def list_reactions(
    row: dict[str, Any], people: Sequence[str | None], count: int
) -> list[dict[str, Any]]:
    """List a reaction's rows: one per named person, one for those only counted.

    >>> list_reactions({"kind": "👍"}, ["ann"], 3)
    [{'kind': '👍', 'person': 'ann', 'count': 1}, {'kind': '👍', 'count': 2}]
    """
    rows = [row | {"person": person, "count": 1} for person in people]
    rest = count - len(rows)
    return [*rows, row | {"count": rest}] if rest > 0 else rows


def to_ids(values: Sequence[str | int | None]) -> list[str | None]:
    """Convert ids to text, whether written as text or numbers.

    >>> to_ids(["a", 7, None])
    ['a', '7', None]
    """
    kinds = set(map(type, values))
    if kinds == {int}:  # as nearly always
        return [*map(str, values)]
    if int in kinds:
        return [value if value is None else str(value) for value in values]
    return cast("list[str | None]", list(values))


def drop_texts(
    texts: pa.Array, kinds: pa.DictionaryArray, of: Collection[str]
) -> pa.Array:
    """Return texts without those of given kinds; a text without a kind stays.

    >>> kinds = pa.array(["system", "text", None]).dictionary_encode()
    >>> drop_texts(pa.array(["a", "b", "c"]), kinds, {"system"}).to_pylist()
    [None, 'b', 'c']
    """
    is_of = [one in of for one in kinds.dictionary.to_pylist()]
    if not any(is_of):
        return texts
    dropped = pc.take(pa.array([*is_of, False]), fill(kinds.indices, len(is_of)))
    return pc.if_else(dropped, pa.scalar(None, pa.string()), texts)


def _build_column(values: Any, rows: int, kind: pa.DataType) -> pa.Array:  # noqa: ANN401
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, (str, bool, int)):
        return _repeat_value(values, rows, kind)
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values if values.type == kind else values.cast(kind)
    if pa.types.is_dictionary(kind):
        return _build_labels(values, rows, kind)
    if kind == pa.string():
        return to_text_array(values)
    return _build_numbers(values, kind)


def _build_numbers(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if isinstance(values, range):
        return pa.array(np.arange(values.start, values.stop, values.step), kind)
    try:
        return pa.array(values, kind)
    except OverflowError:  # no time and no count is that large
        fits = [v if v is None or -LARGEST < v < LARGEST else None for v in values]
        return pa.array(fits, kind)


def _repeat_value(value: str | bool | int, rows: int, kind: pa.DataType) -> pa.Array:  # noqa: FBT001
    if pa.types.is_dictionary(kind):
        zeros = pa.array(np.zeros(rows, np.int32))
        return pa.DictionaryArray.from_arrays(zeros, _wrap(str(value)))
    return pa.repeat(pa.scalar(value, kind), rows)


@lru_cache(1 << 8)  # kinds and platforms, for each of thousands of files
def _wrap(label: str) -> pa.Array:
    return pa.array([label], pa.string())


def _build_labels(
    values: Sequence[str | None], rows: int, kind: pa.DataType
) -> pa.Array:
    first = values[0] if rows and values[0] == values[-1] else None
    if first is not None and values.count(first) == rows:  # mostly kinds and groups
        return _repeat_value(first, rows, kind)
    return to_text_array(values).dictionary_encode()


def classify_markdown(text: str | None) -> str:
    """Return ``image`` if a text is nothing but one uploaded picture, else ``text``.

    >>> texts = ("![a](a.png)", "see ![a](a.png)", "[x](https://x.org)")
    >>> [classify_markdown(text) for text in texts]
    ['image', 'text', 'text']
    """
    if not text or "](" not in text:
        return "text"
    match = _ONLY_LINK.fullmatch(text)
    return "image" if match and match[1].lower() in _IMAGES else "text"
