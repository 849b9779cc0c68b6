"""Streaming of large JSON documents in blocks, in constant memory.

msgspec decodes each block of elements at once into typed Structs. What surrounds the
arrays is the envelope: the same document with those arrays left empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, BinaryIO, TypeVar

import msgspec
import numpy as np

from helpers.arrays import Ints
from helpers.errors import BrokenFileError
from helpers.formats.json.json_blocks import UNDECODABLE, Block, describe_decoding_error
from helpers.formats.json.json_outline import Outline, outline_document
from helpers.formats.json.json_walk import CHUNK, LONGEST
from helpers.formats.reading.source import Source
from helpers.wording import say

T = TypeVar("T")
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]


def read_elements(
    source: Source,
    name: str,
    *arrays: str,
    optional: bool = False,
    within: Outline | None = None,
) -> Iterator[Block]:
    """Yield blocks of elements of the named arrays of a JSON file, in file order.

    Parameters
    ----------
    arrays
        Paths such as ``messages`` or ``chats.list[].messages``; ``""`` is a document
        that is itself an array.
    optional
        Whether the arrays may all be missing; otherwise this is noted.
    within
        An outline of the document that knows these arrays, and others maybe.

    Raises
    ------
    BrokenFileError
        Naming byte and entry, if the document breaks off or isn't JSON; everything
        whole before that place has been yielded, and a loss is entered.
    """
    kept: Outline | None = within or source.outlines.pop((name, arrays), None)
    structure = kept or outline_document(source, name, *arrays)
    last, at = 0, 0
    with structure.open(source, name) as file:
        for span in (span for span in structure.spans if span.array in arrays):
            _skip_bytes(file, span.start - at)
            last, at = span.first + span.size - 1, span.stop
            data = file.read(span.stop - span.start)
            yield Block(span.array, data, range(span.first, last + 1), span.outer)
    if structure.held.isdisjoint(arrays) and not (structure.broken or optional):
        array_names = " or ".join(arrays) or "elements"
        source.losses.noted(say("no list of {wanted}", wanted=array_names), name, 0)
    if structure.trailing:
        source.losses.lost("text behind the document", name, last + 1)
    if structure.broken:
        source.losses.lost(structure.broken.what, name, last + 1)
        raise structure.broken


def _skip_bytes(file: BinaryIO, count: int) -> None:
    while count and (data := file.read(min(count, CHUNK))):
        count -= len(data)


def read_envelope(source: Source, name: str, *arrays: str) -> bytes:
    """Return a JSON document with its large arrays emptied, as bytes.

    The walk that finds it is kept, for whoever asks for the elements next.
    """
    structure: Outline = source.outlines.setdefault(
        (name, arrays), outline_document(source, name, *arrays)
    )
    if structure.broken and not structure.breaks_off:
        raise structure.broken
    return structure.envelope


def decode_envelope(
    source: Source,
    name: str,
    kind: type[T],
    *arrays: str,
    repair: Callable[[bytes], bytes] = bytes,
) -> T:
    """Decode a JSON document, its large arrays emptied, into a Struct.

    Parameters
    ----------
    repair
        Puts right what an exporter is known to spell wrongly.

    Raises
    ------
    BrokenFileError
        If what surrounds the arrays isn't what `kind` says.
    """
    try:
        raw = repair(read_envelope(source, name, *arrays))
        return msgspec.json.decode(raw, type=kind)
    except UNDECODABLE as error:
        raise BrokenFileError(
            say(
                "has metadata that cannot be read ({error})",
                error=describe_decoding_error(error),
            ),
            where=source.where(name),
            remedy=say("export it again"),
        ) from error


def decode_document(source: Source, name: str, kind: type[T]) -> T:
    """Decode a small JSON document that fits in memory into a Struct.

    Raises
    ------
    BrokenFileError
        If it isn't what `kind` says.
    """
    try:
        with source.utf8(name) as file:
            return msgspec.json.decode(file.read(), type=kind)
    except UNDECODABLE as error:
        source.losses.lost(describe_decoding_error(error), name, 1)
        raise BrokenFileError(
            say("has unexpected content ({why})", why=describe_decoding_error(error)),
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
        yield from _build_line_block(remainder, _find_line_starts(remainder), number)


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
