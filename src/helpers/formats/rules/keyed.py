"""Rewrite keyed or columnar JSON, rows as Python prints them, and XML as lists of rows.

Databases write a row beneath its id, pandas beneath its number, or columns.
"""

import ast
import io
import re
from collections.abc import Mapping
from functools import partial
from itertools import islice
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from helpers.formats.json.json_cut import CHUNK, UNDECODABLE
from helpers.formats.reading.source import Source

_LARGEST = 1 << 28  # bytes that are held in memory at once
_LONGEST = 1 << 20  # of a line of Python, whose parser takes 150 times as much
_LEAST = 3  # columns
_NEXT = re.compile(rb"^\}\s*(?=\{)", re.MULTILINE)  # documents, one below the other
_KEY = re.compile(r"\S*\d\S*")  # of a row; those of facts are words


def rewrite(source: Source) -> bool:
    """Let a document be read with lists of rows; return whether it had others."""
    with source.open(source.name) as file:
        # by parts, as a file in an archive refuses to give more than a header has
        blocks = islice(iter(partial(file.read, CHUNK), b""), _LARGEST // CHUNK + 1)
        data = b"".join(blocks)
    if source.name.lower().endswith(".js"):  # a page's variable is set to it
        data = data.partition(b"=")[2].strip(b"; \r\n")
    joined, others = _NEXT.subn(b"},", data)
    try:
        whole = b"[%b]" % joined if others else data
        document = msgspec.json.decode(whole) if len(data) <= _LARGEST else None
    except UNDECODABLE:
        document, others = _open_text(data), 1
    lists = to_lists(document)
    if isinstance(lists, list) and any(map(_has_rows, lists)):
        lists = {"chats": lists}
    if document is None or (lists == document and not others):
        return False
    source.replace(source.name, msgspec.json.encode(lists, enc_hook=str))
    return True


def _open_text(data: bytes) -> Any:  # noqa: ANN401  any JSON
    """Return what XML, or rows as Python writes them, would be in JSON, or None."""
    try:
        if data.lstrip()[:1] == b"<":
            is_safe = b"<!ENTITY" not in data  # which might expand
            return _open_element(ET.fromstring(data)) if is_safe else None  # noqa: S314
        lines = iter(partial(io.BytesIO(data).readline, _LONGEST), b"")
        return [ast.literal_eval(line.decode()) for line in lines if line.strip()]
    except (ET.ParseError, ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _open_element(element: ET.Element) -> Any:  # noqa: ANN401  any JSON
    """Return an element as an object of its attributes and elements, or its text.

    >>> _open_element(ET.fromstring("<a n='1'>hi<b>x</b><b>y</b></a>"))
    {'n': '1', 'b': ['x', 'y'], 'text': 'hi'}
    """
    inner = dict[str, list[Any]]()
    for one in element:
        inner.setdefault(one.tag.rpartition("}")[2], []).append(_open_element(one))
    own = {name: two if two[1:] else two[0] for name, two in inner.items()}
    own, text = element.attrib | own, (element.text or "").strip()
    return own | ({"text": text} if text else {}) if own else text


def to_lists(value: Any) -> Any:  # noqa: ANN401  any JSON
    """Return a document whose rows are elements of lists.

    >>> to_lists({"said": {"-Na1": {"by": "ann"}, "-Na2": {"by": "bob"}}})
    {'said': [{'id': '-Na1', 'by': 'ann'}, {'id': '-Na2', 'by': 'bob'}]}
    >>> to_lists({"by": {"0": "ann", "1": "bob"}, "at": {"0": 8, "1": 9}})
    [{'by': 'ann', 'at': 8}, {'by': 'bob', 'at': 9}]
    >>> to_lists([{"said": {"by": "ann"}}, {"joined": {"who": "bob"}}])
    [{'type': 'said', 'by': 'ann'}, {'type': 'joined', 'who': 'bob'}]
    """
    if isinstance(value, dict):
        rows = _list_rows(value)
        if rows is None:
            return {key: to_lists(one) for key, one in value.items()}
        value = rows
    if not isinstance(value, list):
        return value
    widths = {len(row) if isinstance(row, list) else 0 for row in value}
    if len(widths) == 1 and min(widths) >= _LEAST and all(map(_is_column, value)):
        return [{str(at): cell for at, cell in enumerate(row, 1)} for row in value]
    if value and all(isinstance(one, dict) and _is_wrapped(one) for one in value):
        value = [{"type": kind} | row for one in value for kind, row in one.items()]
    return list(map(to_lists, value))


def _is_wrapped(value: Mapping[str, Any]) -> bool:
    """Return whether an object has a row and nothing else, by what the row is."""
    return len(value) == 1 and all(isinstance(row, dict) for row in value.values())


def _list_rows(value: Mapping[str, Any]) -> list[Any] | None:
    """Return the rows of an object that has them by column or by key."""
    inner = list(value.values())
    match value:
        case {"columns": [*names], "data": [[*_], *_] as rows}:
            return [dict(zip(map(str, names), row, strict=False)) for row in rows]
    if len(inner) >= _LEAST and all(map(_is_column, inner)):
        rows = zip(*inner, strict=False)
        alike = len({*map(len, inner)}) == 1
        return [dict(zip(value, row, strict=True)) for row in rows] if alike else None
    if not all(isinstance(one, dict) for one in inner):
        return None
    below = {key: cell for one in inner for key, cell in one.items()}
    if all(_KEY.fullmatch(k) and isinstance(cell, dict) for k, cell in below.items()):
        return None  # these are chats, which have rows by key
    if all(map(str.isdecimal, below)):
        return [{name: one.get(at) for name, one in value.items()} for at in inner[0]]
    rows = [one if k.isdecimal() else {"id": k, **one} for k, one in value.items()]
    return rows if all(map(_KEY.fullmatch, value)) else None


def _has_rows(value: object) -> bool:
    inner = value.values() if isinstance(value, dict) else ()
    return any(
        isinstance(one, list) and isinstance(next(iter(one), 0), dict) for one in inner
    )


def _is_column(value: object) -> bool:
    many = value if isinstance(value, list) else [[]]
    return not any(isinstance(one, list | dict) for one in many)
