"""Streaming of large JSON documents in blocks, in constant memory.

msgspec decodes each block of elements at once into typed Structs. What surrounds the
arrays is the envelope: the same document with those arrays left empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, Generic, Protocol, TypeVar

import msgspec
import numpy as np

from helpers.arrays import Ints
from helpers.errors import BrokenFileError
from helpers.formats.json.json_walk import (
    CHUNK,
    LONGEST,
    Outline,
    split_elements,
)
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import Losses
from helpers.wording import say

T = TypeVar("T")
P = TypeVar("P")
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_INDEX = re.compile(r"\[[0-9.]*\]|'.*'", re.DOTALL)
_HALF = re.compile(
    rb"((?<!\\)(?:\\\\)*)(?:"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|"
    rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_CONTROL = re.compile("[\x00-\x1f]")
MOST = 1 << 14  # spellings remembered: memory stays put where none repeats


class Decoder(Protocol[T]):
    """Interface of an object that decodes JSON lists from bytes."""

    def decode(self, data: bytes, /) -> list[T]:
        """Decode a JSON list and return its elements."""


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive, still undecoded elements of one JSON array."""

    array: str  # the array's path, such as ``messages`` or ``chats.list[].messages``
    data: bytes  # the elements' bytes with commas between them
    # entry numbers from 1 within the array (line numbers for JSON Lines)
    positions: Sequence[int]
    # how many arrays of that path came before: tells the chats of a list apart
    outer: int = 0
    # the elements on lines of their own, where commas don't tell them apart
    lines: bytes | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        if self.lines is None:
            return zip(self.positions, split_elements(self.data), strict=True)
        lines = map(bytes.strip, self.lines.split(b"\n"))
        return zip(self.positions, lines, strict=True)


def decode_block(
    block: Block,
    decoder: Decoder[T],
    file: str,
    losses: Losses,
    repair: Callable[[bytes], bytes] = bytes,
) -> tuple[list[T], Sequence[int]]:
    """Decode a block of JSON elements; record undecodable ones as lost."""
    try:
        values = decoder.decode(b"[" + block.data + b"]")
    except UNDECODABLE:
        return _decode_one_by_one(block, decoder, file, losses, repair)
    if len(values) != len(block.positions):  # a line that holds more than one value
        return _decode_one_by_one(block, decoder, file, losses, repair)
    return values, block.positions


def _decode_one_by_one(
    block: Block,
    decoder: Decoder[T],
    file: str,
    losses: Losses,
    repair: Callable[[bytes], bytes],
) -> tuple[list[T], Sequence[int]]:
    values: list[T] = []
    positions: list[int] = []
    for position, raw in block:
        for spelling in (repair(raw), _repair_strings(repair(raw))):
            try:
                (value,) = decoder.decode(b"[" + spelling + b"]")
            except UNDECODABLE as error:
                reason = _describe_decoding_error(error)
            else:
                values.append(value)
                positions.append(position)
                if spelling != raw:
                    losses.noted("spelled wrongly, and mended", file, position)
                break
        else:
            losses.lost(reason, file, position)
    return values, positions


def _repair_strings(raw: bytes) -> bytes:
    """Replace lone surrogates and control characters within JSON strings."""
    text = _HALF.sub(rb"\1\\ufffd", raw).decode("utf-8", "replace")
    return _CONTROL.sub(" ", text).encode()


def _describe_decoding_error(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Describe a decoding error without the data in it."""
    if isinstance(error, msgspec.ValidationError):
        field = _INDEX.sub("[]", str(error))
        return say("unexpected field: {field}", field=field)
    return say("not JSON")


class Repeating(Generic[T, P]):
    """Decoder of JSON lists that decodes repeated parts, such as authors, once.

    Who wrote is spelled alike in thousands of messages: what repeats is decoded once.

    Examples
    --------
    >>> class Said(msgspec.Struct):
    ...     by: msgspec.Raw
    >>> said = Repeating(Said, "by", dict[str, int])
    >>> (_, ann), (_, bob), (_, again) = said.decode(
    ...     b'[{"by": {"a": 1}}, {"by": {"b": 2}}, {"by": {"a": 1}}]'
    ... )
    >>> ann, bob, again is ann
    ({'a': 1}, {'b': 2}, True)
    """

    def __init__(self, element: type[T], part: str, kind: Any) -> None:  # noqa: ANN401  any type
        self._elements: msgspec.json.Decoder[list[T]]
        self._elements = msgspec.json.Decoder(list[element])  # type: ignore[valid-type]
        self._part = attrgetter(part)
        self._parts: msgspec.json.Decoder[P] = msgspec.json.Decoder(kind)
        self._known: dict[bytes, P] = {}

    def decode(self, data: bytes, /) -> list[tuple[T, P]]:
        """Decode a JSON list into pairs of element and repeated part (an author)."""
        elements = self._elements.decode(data)
        spelled = list(map(bytes, map(self._part, elements)))
        if len(self._known) > MOST:
            self._known.clear()
        for new in set(spelled) - self._known.keys():
            self._known[new] = self._parts.decode(new)
        return list(zip(elements, map(self._known.__getitem__, spelled), strict=True))


Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]


def read_elements(
    source: Source,
    name: str,
    *arrays: str,
    optional: bool = False,
    within: Outline | None = None,
) -> Iterator[Block]:
    """Yield blocks of elements of the named arrays of a JSON file, in file order."""
    kept: Outline | None = within or source.outlines.pop((name, arrays), None)
    structure = kept or Outline(source, name, *arrays)
    last, at = 0, 0
    with structure.open(source, name) as file:
        for span in (span for span in structure.spans if span.array in arrays):
            while (gap := span.start - at) and (skipped := file.read(min(gap, CHUNK))):
                at += len(skipped)
            last, at = span.first + span.size - 1, span.stop
            data = file.read(span.stop - span.start)
            yield Block(span.array, data, range(span.first, last + 1), span.outer)
    if not (structure.found.keys() & arrays or structure.broken or optional):
        array_names = " or ".join(arrays) or "elements"
        source.losses.noted(say("no list of {wanted}", wanted=array_names), name, 0)
    if structure.trailing:
        source.losses.lost("text behind the document", name, last + 1)
    if structure.broken:
        source.losses.lost(structure.broken.what, name, last + 1)
        raise structure.broken


def decode_elements(
    source: Source, name: str, decoder: Decoder[T], *arrays: str
) -> Iterator[tuple[list[T], Sequence[int]]]:
    """Yield the elements of arrays of a JSON file, and their positions, by block."""
    for block in read_elements(source, name, *arrays):
        values, positions = decode_block(block, decoder, name, source.losses)
        if values:
            yield values, positions


def decode_json_lines(
    source: Source, name: str, decoder: Decoder[T]
) -> Iterator[tuple[list[T], Sequence[int]]]:
    """Yield the values in a JSON Lines file, and their line numbers, by block."""
    for block in read_json_lines(source, name):
        values, positions = decode_block(block, decoder, name, source.losses)
        if values:
            yield values, positions


def decode_envelope(
    source: Source,
    name: str,
    kind: type[T],
    *arrays: str,
    repair: Callable[[bytes], bytes] = bytes,
) -> T:
    """Decode a JSON document, its large arrays emptied, into a Struct.

    The walk that finds it is kept, for whoever asks for the elements next.
    """
    structure: Outline = source.outlines.setdefault(
        (name, arrays), Outline(source, name, *arrays)
    )
    if structure.broken and not (arrays and structure.breaks_off):
        raise structure.broken  # else whoever reads the arrays says so
    try:
        return msgspec.json.decode(repair(structure.envelope()), type=kind)
    except UNDECODABLE as error:
        raise BrokenFileError(
            say(
                "has metadata that cannot be read ({error})",
                error=_describe_decoding_error(error),
            ),
            where=source.where(name),
            remedy=say("export it again"),
        ) from error


def read_json_lines(source: Source, name: str) -> Iterator[Block]:
    """Yield the lines of a JSON Lines file as blocks; positions are line numbers.

    Blank lines and comments are no elements.
    """
    with source.utf8(name) as file:
        number, remainder = 1, b""
        while data := file.read(CHUNK):
            lines, end, remainder = (remainder + data).rpartition(b"\n")
            if len(remainder) > LONGEST:
                raise BrokenFileError(
                    say("has a line over 64 MiB"),
                    where=source.where(name, say("line {n}", n=number)),
                )
            if end:
                starts = _find_line_starts(lines)
                yield from _build_line_block(lines, starts, number)
                number += starts.size
        if _breaks_off(remainder):
            source.losses.lost(say("breaks off"), name, number)
            raise source.describe_break(name, number)
        yield from _build_line_block(remainder, _find_line_starts(remainder), number)


def _breaks_off(line: bytes) -> bool:
    """Return whether a last line is the beginning of an element."""
    try:
        msgspec.json.decode(line.strip() or b"0")
    except UNDECODABLE as error:
        return "truncated" in str(error)
    return False


def _find_line_starts(lines: bytes) -> Ints:
    ends = np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n"))
    return np.concatenate([[0], ends + 1])


def _build_line_block(lines: bytes, starts: Ints, first: int) -> Iterator[Block]:
    numbers: Sequence[int] = range(first, first + starts.size)
    signs = np.frombuffer(lines + b"\n", np.uint8)[starts]
    if (signs != ord("{")).any():  # blanks and comments
        pieces = list(map(bytes.strip, lines.split(b"\n")))
        at = [
            n for n, piece in enumerate(pieces) if piece and not piece.startswith(b"#")
        ]
        numbers, lines = [first + n for n in at], b"\n".join(pieces[n] for n in at)
    if numbers:
        yield Block("", lines.replace(b"\n", b","), numbers, lines=lines)
