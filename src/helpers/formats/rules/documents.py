"""Read the lists of JSON documents, and JSON Lines, as flat rows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import chain
from typing import Any

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats.json.json_cut import UNDECODABLE
from helpers.formats.json.json_stream import (
    decode_blocks,
    decode_envelope,
    decode_json_lines,
)
from helpers.formats.reading.source import Source
from helpers.formats.reading.tabular import Rows
from helpers.formats.rows.losses import Losses
from helpers.formats.rules.headers import score_name
from helpers.formats.rules.roles import SAMPLE, flatten

DECODER = msgspec.json.Decoder(list[dict[str, Any]])
# what lists of answers are called, whose rows have keys of the rows above
_REPLIES = re.compile("repl|answ|thread|comment|child|回复|回覆|评论", re.IGNORECASE)
_LEAST, _TWO = 3, 2
CHAT = "\0chat"  # columns of what a document says of the chat around rows


def take_first_lines(source: Source) -> list[dict[str, Any]]:
    """Return the objects of the first lines of a text."""
    rows = []
    for line in source.head.start.split("\n")[:SAMPLE]:
        with suppress(*UNDECODABLE):
            rows.append(msgspec.json.decode(line, type=dict[str, Any]))
    return rows


def open_replies(
    rows: Sequence[dict[str, Any]], positions: Sequence[int]
) -> tuple[Sequence[dict[str, Any]], Sequence[int]]:
    """Return rows with their nested replies, each row before its replies."""
    named = {*filter(_REPLIES.search, {*chain.from_iterable(rows)})}
    if not any(isinstance(row.get(key), list) for key in named for row in rows):
        return rows, positions
    found = list[tuple[dict[str, Any], int]]()
    for row, at in zip(rows, positions, strict=True):
        lists = (cell for key, cell in row.items() if key in named)
        cells = chain.from_iterable(one for one in lists if isinstance(one, list))
        inner = [one for one in cells if isinstance(one, dict)]
        inner = [one for one in inner if len(one.keys() & row.keys()) >= _LEAST]
        below = open_replies(inner, [at] * len(inner))
        found += [(row, at), *zip(*below, strict=True)]
    every, places = zip(*found, strict=True)
    return every, places


def read_json_rows(source: Source) -> Iterator[Rows]:
    """Yield the rows of JSON Lines."""
    for values, positions in decode_json_lines(source, source.name, DECODER):
        rows, lines = open_replies(values, positions)
        yield Rows(flatten(rows), lines)


def take_first(source: Source, array: str) -> list[dict[str, Any]]:
    """Return the first elements of a list."""
    with suppress(BrokenFileError):  # whoever reads it says so
        every = (source, source.name, DECODER, array)
        for block in decode_blocks(*every, losses=Losses()):
            return block.values[:SAMPLE]
    return []


def list_alike(
    source: Source, array: str, columns: AbstractSet[str]
) -> tuple[str, ...]:
    """List a list of rows, and others of such rows in the same document."""
    try:
        document = decode_envelope(source, source.name, object, array)
    except BrokenFileError:  # whoever reads it says so
        return (array,)
    return (array, *_find_alike(document, "", columns))


def _find_alike(value: object, path: str, columns: AbstractSet[str]) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _find_alike(inner, f"{path}.{key}".lstrip("."), columns)
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, dict) and flatten([first]).keys() >= columns:
        yield path


def read_list(source: Source, *arrays: str) -> Iterator[Rows]:
    """Yield the rows of lists, beside what is said of the chats around them."""
    around = {array: list_chats(source, array) for array in arrays if array}
    for block in decode_blocks(source, source.name, DECODER, *arrays):
        array, chats = block.array, around.get(block.array, [])
        rows, positions = open_replies(block.values, block.positions)
        size, flat = len(rows), flatten(rows)
        columns: dict[str, Sequence[Any]]
        columns = {name: list(map(mend_letters, cells)) for name, cells in flat.items()}
        if array:
            own = chats[block.outer] if block.outer < len(chats) else {}
            key = array.rpartition(".")[2]
            usual = source.chat_name if len(arrays) == 1 or key[:1].isdecimal() else key
            told = _name_chat(own, usual + f" {block.outer + 1}" * ("[]" in array))
            names = (f"{CHAT}.{one}" for one in ("id", "name", "kind"))
            for name, value in zip(names, (*told, find_chat_kind(own)), strict=True):
                columns[name] = [value] * size
        yield Rows(columns, positions)


def list_chats(source: Source, array: str) -> list[Mapping[str, Any]]:
    """List what a document says of the chats in which its rows are lists."""
    document: Any = decode_envelope(source, source.name, object, array)
    around = array.rpartition(".")[0]
    for step in filter(None, around.split("[]")[0].split(".")):
        document = document.get(step) if isinstance(document, dict) else None
    listed = document if isinstance(document, list) else [document]
    return [one if isinstance(one, dict) else {} for one in listed]


def find_chat_kind(own: Mapping[str, Any]) -> str | None:
    """Return what a document says of its chat's kind, in it or in an object in it."""
    people = next((own[key] for key in ("participants", "members") if key in own), None)
    if isinstance(people, list) and len(people) == _TWO:
        return "private"
    near = [own, *(one for one in own.values() if isinstance(one, dict))]
    kinds = (kind for one in near for key, kind in one.items() if _names_kind(key))
    return next((kind for kind in kinds if isinstance(kind, str)), None)


def _names_kind(key: str) -> bool:
    return key == "type" or score_name("chat_kind", key) > 0


def _name_chat(own: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Return the id and the name of a chat, by its own keys, else the name given."""
    plain = {
        key: str(one)
        for key, one in own.items()
        if one and not isinstance(one, list | dict)
    }
    by_role = {
        role: [max((score_name(role, key), key == usual, key) for key in plain)]
        for role, usual in (("group_id", "id"), ("group", "title"))
        if plain
    }
    found = {
        role: mend_letters(plain[key])
        for role, [(score, is_usual, key)] in by_role.items()
        if score or is_usual
    }
    label = (
        found.get("group") or mend_letters(plain.get("name")) or found.get("group_id")
    )
    return found.get("group_id") or label or name, label or name


def mend_letters(cell: Any) -> Any:  # noqa: ANN401  any JSON
    """Return a text whose bytes a program took for letters, as Messenger does.

    >>> mend_letters("Zo\u00c3\u00ab"), mend_letters("Zo\u00eb"), mend_letters(1)
    ('Zo\u00eb', 'Zo\u00eb', 1)
    """
    if not isinstance(cell, str) or cell.isascii():
        return cell
    with suppress(UnicodeError):
        return cell.encode("latin-1").decode()
    return cell
