"""Read one huge JSON document in blocks: memory stays put however long it is.

msgspec decodes each block of elements at once into typed Structs. What surrounds the
arrays is the envelope: the same document with those arrays left empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import numpy as np

from helpers.errors import BrokenFileError
from helpers.formats.json_walk import CHUNK, LONGEST, Block, Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from helpers.formats.losses import Losses
    from helpers.formats.source import Source

__all__ = [
    "Block",
    "Count",
    "decode",
    "decode_document",
    "decode_envelope",
    "elements",
    "envelope",
    "json_lines",
]

T = TypeVar("T")
Count = Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
_INDEX = re.compile(r"\[[0-9.]*\]|'[^']*'")
_HALF = re.compile(
    rb"((?<!\\)(?:\\\\)*)(?:"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|"
    rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_CONTROL = re.compile("[\x00-\x1f]")
_UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)


def elements(
    source: Source, name: str, *arrays: str, optional: bool = False
) -> Iterator[Block]:
    """Yield the elements of `arrays` of a JSON file, block by block, in file order.

    Parameters
    ----------
    arrays
        Paths such as ``messages`` or ``chats.list[].messages``; ``""`` is a document
        that is itself an array.
    optional
        Whether the arrays may all be missing; otherwise this is noted.

    Raises
    ------
    BrokenFileError
        Naming byte and entry, if the document breaks off or isn't JSON; everything
        whole before that place has been yielded, and a loss is entered.
    """
    with source.utf8(name) as file:
        walk = Walk(file, arrays, source.where(name))
        last = 0
        try:
            for block in walk.blocks():
                last = block.positions[-1]
                yield block
            if not walk.found and not optional:
                wanted = " or ".join(arrays) or "elements"
                source.losses.noted(f"no list of {wanted}", name, 0)
            if walk.trailing():
                source.losses.lost("text behind the document", name, last + 1)
        except BrokenFileError as error:
            source.losses.lost(error.what, name, last + 1)
            raise


def envelope(source: Source, name: str, *arrays: str) -> bytes:
    """Return a JSON document with `arrays` left empty; closed if it breaks off."""
    with source.utf8(name) as file:
        walk = Walk(file, arrays, source.where(name))
        try:
            for _ in walk.blocks():
                pass
        except BrokenFileError:
            if not walk.breaks_off:
                raise
        return walk.envelope()


def decode_envelope(
    source: Source,
    name: str,
    kind: type[T],
    *arrays: str,
    repair: Callable[[bytes], bytes] = bytes,
) -> T:
    """Decode the envelope of a document into a Struct.

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
        raw = repair(envelope(source, name, *arrays))
        return msgspec.json.decode(raw, type=kind)
    except _UNDECODABLE as error:
        raise BrokenFileError(
            f"has an unexpected head ({error})",
            where=source.where(name),
            remedy="export it again",
        ) from error


def decode_document(source: Source, name: str, kind: type[T]) -> T:
    """Decode a document that fits in memory, such as a list of users.

    Raises
    ------
    BrokenFileError
        If it isn't what `kind` says.
    """
    try:
        with source.utf8(name) as file:
            return msgspec.json.decode(file.read(), type=kind)
    except _UNDECODABLE as error:
        source.losses.lost(_reason(error), name, 1)
        raise BrokenFileError(
            f"is not what its name says ({_reason(error)})",
            where=source.where(name),
            remedy="export it again",
        ) from error


def json_lines(source: Source, name: str, skip: bytes = b"#") -> Iterator[Block]:
    """Yield the lines of a JSON Lines file as blocks; positions are line numbers.

    Blank lines and comments (`skip`) are no elements.
    """
    with source.utf8(name) as file:
        number, rest = 1, b""
        while data := file.read(CHUNK):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > LONGEST:
                raise BrokenFileError(
                    "has a line over 64 MiB", where=source.where(name, f"line {number}")
                )
            yield from _line_block(lines, number, skip)
            number += len(lines)
        yield from _line_block([rest], number, skip)


def _line_block(lines: list[bytes], first: int, skip: bytes) -> Iterator[Block]:
    kept = [
        (number, line)
        for number, line in enumerate(map(bytes.strip, lines), first)
        if line and not line.startswith(skip)
    ]
    if kept:
        ends = np.cumsum([len(line) + 1 for _, line in kept]) - 1
        data = b",".join(line for _, line in kept)
        yield Block("", data, ends.tolist(), [number for number, _ in kept])


def decode(
    block: Block,
    decoder: msgspec.json.Decoder[list[T]],
    file: str,
    losses: Losses,
    repair: Callable[[bytes], bytes] = bytes,
) -> tuple[list[T], Sequence[int]]:
    """Decode a block; elements that don't decode are entered in `losses`.

    Parameters
    ----------
    repair
        Puts right what an exporter is known to spell wrongly; used on elements that
        don't decode as they are.

    Returns
    -------
    The decoded elements and their positions.
    """
    try:
        values = decoder.decode(b"[" + block.data + b"]")
    except _UNDECODABLE:
        return _one_by_one(block, decoder, file, losses, repair)
    if len(values) != len(block.positions):  # a line that holds more than one value
        return _one_by_one(block, decoder, file, losses, repair)
    return values, block.positions


def _one_by_one(
    block: Block,
    decoder: msgspec.json.Decoder[list[T]],
    file: str,
    losses: Losses,
    repair: Callable[[bytes], bytes],
) -> tuple[list[T], Sequence[int]]:
    values: list[T] = []
    positions: list[int] = []
    for position, raw in block:
        for spelling in (repair(raw), _mended(repair(raw))):
            try:
                (value,) = decoder.decode(b"[" + spelling + b"]")
            except _UNDECODABLE as error:
                reason = _reason(error)
            else:
                values.append(value)
                positions.append(position)
                if spelling != raw:
                    losses.noted("spelled wrongly, and mended", file, position)
                break
        else:
            losses.lost(reason, file, position)
    return values, positions


def _mended(raw: bytes) -> bytes:
    r"""Replace what no string may hold: half characters and control characters.

    >>> _mended(rb'"\ud83d \ud83d\ude00"')
    b'"\\ufffd \\ud83d\\ude00"'
    """
    text = _HALF.sub(rb"\1\\ufffd", raw).decode("utf-8", "replace")
    return _CONTROL.sub(" ", text).encode()


def _reason(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Word a decoding error without the data in it, so that reasons can be counted."""
    if isinstance(error, msgspec.ValidationError):
        return "unexpected field: " + _INDEX.sub("[]", str(error))
    return "not JSON"
