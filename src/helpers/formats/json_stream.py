"""Read one huge JSON document in blocks: memory stays put however long it is.

A compiled scan finds where the elements of the named arrays end; msgspec decodes
each block of elements at once into typed Structs. What surrounds the arrays is the
envelope: the same document with those arrays left empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import msgspec
import numba
import numpy as np

from helpers.errors import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from helpers.formats.losses import Losses
    from helpers.formats.source import Source

__all__ = ["Block", "decode", "decode_envelope", "elements", "envelope", "json_lines"]

T = TypeVar("T")
CHUNK = 1 << 20
LONGEST = 1 << 26  # bytes of one element or string
DEEPEST = 512
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]', re.DOTALL)
_INDEX = re.compile(r"\[[0-9.]*\]")
_OPEN = {b"{"[0]: b"}", b"["[0]: b"]"}
_QUOTE, _SLASH, _COMMA = 34, 92, 44


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive elements of one array, undecoded.

    Attributes
    ----------
    array
        The array's path, such as ``messages`` or ``chats.list[].messages``.
    data
        The elements' bytes with commas between them.
    ends
        Where each element ends in `data`.
    positions
        Entry numbers from 1 within the array (line numbers for JSON Lines).
    outer
        How many arrays of that path came before: tells the chats of a list apart.
    """

    array: str
    data: bytes
    ends: Sequence[int]
    positions: Sequence[int]
    outer: int = 0

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        start = 0
        for position, end in zip(self.positions, self.ends, strict=True):
            yield position, self.data[start:end]
            start = end + 1


@numba.njit(cache=True, nogil=True)
def _scan(data, start, state, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901  pragma: no cover
    """Enter commas between elements into `ends`; stop behind the closing bracket.

    `state` is [depth below the array, within a string, after a backslash] and is
    carried from chunk to chunk. Returns (commas found, offset of the end or -1).
    """
    depth, quoted, escaped, count = state[0], state[1], state[2], 0
    for offset in range(start, data.size):
        byte = data[offset]
        if quoted:
            if escaped:
                escaped = 0
            elif byte == _SLASH:
                escaped = 1
            elif byte == _QUOTE:
                quoted = 0
        elif byte == _QUOTE:
            quoted = 1
        elif byte == _COMMA:
            if depth == 0:
                ends[count] = offset
                count += 1
        elif byte == 123 or byte == 91:  # noqa: PLR1714, PLR2004  { and [
            depth += 1
        elif byte == 125 or byte == 93:  # noqa: PLR1714, PLR2004  } and ]
            depth -= 1
            if depth < 0:
                return count, offset
    state[0], state[1], state[2] = depth, quoted, escaped
    return count, -1


class _Walk:
    """A walk through one document: arrays come out in blocks, the rest is kept."""

    def __init__(self, file: BinaryIO, arrays: tuple[str, ...], where: str) -> None:
        self._file, self._arrays, self._where = file, arrays, where
        self._buffer, self._at, self._base = b"", 0, 0
        self._stack: list[tuple[bytes, str]] = []  # closing bracket, path
        self._found: dict[str, int] = {}
        self.kept = bytearray()

    def blocks(self) -> Iterator[Block]:
        """Yield blocks until the document ends."""
        key, last = "", ""
        while token := self._token():
            if token == b":":
                key = last
            elif token[0] in _OPEN:
                path = self._open(token, key)
                key = ""
                if path in self._arrays and token == b"[":
                    yield from self._array(path)
            elif token in b"}]":
                self._close(token)
                key = ""
                if not self._stack:
                    return
            elif token[0] == _QUOTE:
                last = _string(token)
        raise self._broken("is not a JSON document" if not self._base else "breaks off")

    def _open(self, token: bytes, key: str) -> str:
        above = self._stack[-1][1] if self._stack else ""
        path = f"{above}.{key}".lstrip(".") if key else above
        if len(self._stack) >= DEEPEST:
            raise self._broken(f"nests deeper than {DEEPEST} levels")
        self._stack.append((_OPEN[token[0]], path + "[]" if token == b"[" else path))
        return path

    def _close(self, token: bytes) -> None:
        if not self._stack or self._stack.pop()[0] != token:
            raise self._broken("has brackets that don't match")

    def _token(self) -> bytes:
        """Return the next string or structural byte; b"" at the end."""
        while True:
            found = _TOKEN.search(self._buffer, self._at)
            stray = self._buffer.find(b'"', self._at, found.start() if found else None)
            if found and stray < 0:
                self.kept += self._buffer[self._at : found.end()]
                self._at = found.end()
                return found[0]
            if stray < 0:  # a plain value: keep it and go on
                self.kept += self._buffer[self._at :]
                self._at = len(self._buffer)
            if not self._more():
                return b""

    def _more(self) -> bool:
        """Read on; the unread rest doubles, so that long strings cost linear time."""
        rest = self._buffer[self._at :]
        if len(rest) > LONGEST:
            raise self._broken("has a string over 64 MiB")
        data = self._file.read(max(CHUNK, len(rest)))
        self._base += self._at
        self._buffer, self._at = rest + data, 0
        return bool(data)

    def _array(self, path: str) -> Iterator[Block]:
        """Yield the elements of the array that has just been opened."""
        outer = self._found.get(path, 0)
        self._found[path] = outer + 1
        state = np.zeros(3, np.int64)
        first, seen = 1, 0
        while True:
            view = np.frombuffer(self._buffer, np.uint8)[self._at :]
            commas = np.empty(view.size + 1, np.int64)
            count, closed = _scan(view, seen, state, commas)
            stop = closed if closed >= 0 else (commas[count - 1] if count else -1)
            if stop >= 0:
                data = self._buffer[self._at : self._at + stop]
                ends = commas[:count].tolist()
                if closed >= 0 and data[ends[-1] + 1 if ends else 0 :].strip():
                    ends.append(stop)
                if ends:
                    positions = range(first, first + len(ends))
                    yield Block(path, data[: ends[-1]], ends, positions, outer)
                    first += len(ends)
            if closed >= 0:
                self._at += closed
                return
            seen = view.size - (stop + 1)
            self._at += stop + 1
            if not self._more():
                raise self._broken(f"breaks off in entry {first} of {path!r}")

    def _broken(self, what: str) -> BrokenFileError:
        return BrokenFileError(
            what,
            where=f"{self._where}: byte {self._base + self._at + 1}",
            remedy="export it again; what stands before that place was read",
        )

    def closed(self) -> bytes:
        """Return what was kept, with open brackets closed."""
        text = bytes(self.kept).rstrip().rstrip(b",")
        if text.endswith(b":"):
            text += b"null"
        return text + b"".join(closing for closing, _ in reversed(self._stack))


def _string(token: bytes) -> str:
    return token[1:-1].decode("utf-8", "replace")


def elements(source: Source, name: str, *arrays: str) -> Iterator[Block]:
    """Yield the elements of `arrays` of a JSON file, block by block, in file order.

    Parameters
    ----------
    arrays
        Paths such as ``messages`` or ``chats.list[].messages``; ``""`` is a document
        that is itself an array.

    Raises
    ------
    BrokenFileError
        Naming byte and entry, if the document breaks off or isn't JSON; everything
        whole before that place has been yielded, and a loss is entered.
    """
    with source.utf8(name) as file:
        walk = _Walk(file, arrays, source.where(name))
        last = 0
        try:
            for block in walk.blocks():
                last = block.positions[-1]
                yield block
        except BrokenFileError as error:
            source.losses.lost(error.what, name, last + 1)
            raise


def envelope(source: Source, name: str, *arrays: str) -> bytes:
    """Return a JSON document with `arrays` left empty; closed if it breaks off."""
    with source.utf8(name) as file:
        walk = _Walk(file, arrays, source.where(name))
        try:
            for _ in walk.blocks():
                pass
        except BrokenFileError:
            if not walk.kept:
                raise
        return walk.closed()


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
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenFileError(
            f"has an unexpected head ({error})",
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
        return decoder.decode(b"[" + block.data + b"]"), block.positions
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _one_by_one(block, decoder, file, losses, repair)


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
        try:
            values += decoder.decode(b"[" + repair(raw) + b"]")
            positions.append(position)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            losses.lost(_reason(error), file, position)
    return values, positions


def _reason(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Word a decoding error without the data in it, so that reasons can be counted."""
    if isinstance(error, msgspec.ValidationError):
        return "unexpected field: " + _INDEX.sub("[]", str(error))
    return "not JSON"
