"""Walk through one huge JSON document: named arrays in blocks, the rest kept.

A compiled scan finds where the elements of an array end, whatever stands in their
strings, so that memory stays put however long the document is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numba
import numpy as np

from helpers.errors import BrokenFileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["LONGEST", "Block", "Walk"]

CHUNK = 1 << 20
LONGEST = 1 << 26  # bytes of one element or string
DEEPEST = 512
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]', re.DOTALL)
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


class Walk:
    """A walk through one document: arrays come out in blocks, the rest is kept."""

    def __init__(self, file: BinaryIO, arrays: tuple[str, ...], where: str) -> None:
        self._file, self._arrays, self._where = file, arrays, where
        self._buffer, self._at, self._base = b"", 0, 0
        self._stack: list[tuple[bytes, str]] = []  # closing bracket, path
        self.found: dict[str, int] = {}
        self._kept, self._whole = bytearray(), 0
        self.breaks_off = False

    def blocks(self) -> Iterator[Block]:
        """Yield blocks until the document ends."""
        self._begin()
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
        self.breaks_off = True
        raise self._broken("breaks off")

    def _begin(self) -> None:
        while not (start := self._buffer.lstrip()) and self._more():
            pass
        if start and start[0] not in _OPEN:
            raise self._broken("doesn't begin as JSON")

    def _open(self, token: bytes, key: str) -> str:
        above = self._stack[-1][1] if self._stack else ""
        path = f"{above}.{key}".lstrip(".") if key else above
        if len(self._stack) >= DEEPEST:
            raise self._broken(f"nests deeper than {DEEPEST} levels")
        self._stack.append((_OPEN[token[0]], path + "[]" if token == b"[" else path))
        self._whole = len(self._kept)
        return path

    def _close(self, token: bytes) -> None:
        if not self._stack or self._stack.pop()[0] != token:
            raise self._broken("has brackets that don't match")
        self._whole = len(self._kept)

    def _token(self) -> bytes:
        """Return the next string or structural byte; b"" at the end."""
        while True:
            found = _TOKEN.search(self._buffer, self._at)
            stray = self._buffer.find(b'"', self._at, found.start() if found else None)
            if found and stray < 0:
                self._kept += self._buffer[self._at : found.end()]
                self._at = found.end()
                if found[0] == b",":
                    self._whole = len(self._kept) - 1
                return found[0]
            if stray < 0:  # a plain value: keep it and go on
                self._kept += self._buffer[self._at :]
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
        outer = self.found.get(path, 0)
        self.found[path] = outer + 1
        state = np.zeros(3, np.int64)
        first, seen = 1, 0
        while True:
            view = np.frombuffer(self._buffer, np.uint8)[self._at :]
            commas = np.empty(view.size + 1, np.int64)
            count, closed = _scan(view, seen, state, commas)
            stop = closed if closed >= 0 else (commas[count - 1] if count else -1)
            ends = commas[:count].tolist()
            data = self._buffer[self._at : self._at + max(stop, 0)]
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
                self.breaks_off = True
                raise self._broken(f"breaks off in entry {first}")

    def _broken(self, what: str) -> BrokenFileError:
        return BrokenFileError(
            what,
            where=f"{self._where}: byte {self._base + self._at + 1}",
            remedy="export it again; what stands before that place was read",
        )

    def envelope(self) -> bytes:
        """Return what was kept up to its last whole part, open brackets closed."""
        closing = b"".join(bracket for bracket, _ in reversed(self._stack))
        return bytes(self._kept[: self._whole]) + closing

    def trailing(self) -> bool:
        """Tell whether anything follows the document."""
        while not (rest := self._buffer[self._at :].strip()):
            if not self._more():
                return False
        return bool(rest)


def _string(token: bytes) -> str:
    return token[1:-1].decode("utf-8", "replace")
