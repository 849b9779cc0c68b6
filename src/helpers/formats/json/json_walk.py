"""One pass through a large JSON document that locates arrays.

Of the arrays only places are noted, so memory stays put however long the document is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.errors import BrokenFileError
from helpers.formats.json.json_scan import State
from helpers.wording import say

CHUNK = 1 << 20
LONGEST = 1 << 26  # bytes of one element or string
DEEPEST = 512
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]', re.DOTALL)
_OPEN = {b"{"[0]: b"}", b"["[0]: b"]"}
_QUOTE = ord('"')


class Span(NamedTuple):
    """Position in the file of consecutive elements of one array."""

    array: str  # the array's path, such as ``messages`` or ``chats.list[].messages``
    # how many arrays of that path came before: tells the chats of a list apart
    outer: int
    first: int  # number of the first element, from 1
    size: int  # how many there are
    start: int  # the byte where they begin
    stop: int  # the byte after them


class Walk:
    """One pass through a JSON document that finds array positions."""

    def __init__(
        self, file: BinaryIO, arrays: tuple[str, ...], where: str, start: bytes
    ) -> None:
        self._file, self._arrays, self._where = file, arrays, where
        self._buffer, self._at, self._base = start, 0, 0
        self._stack: list[tuple[bytes, str]] = []  # closing bracket, path
        self.found: dict[str, int] = {}
        self._kept, self._whole = bytearray(), 0
        self.breaks_off = False

    def spans(self) -> Iterator[Span]:
        """Yield the positions of elements of all arrays in the document."""
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
                last = token[1:-1].decode("utf-8", "replace")
        self.breaks_off = True
        raise self._broken(say("breaks off"))

    def _begin(self) -> None:
        while not (start := self._buffer.lstrip()) and self._more():
            pass
        if start and start[0] not in _OPEN:
            raise self._broken(say("doesn't begin as JSON"))

    def _open(self, token: bytes, key: str) -> str:
        parent = self._stack[-1][1] if self._stack else ""
        path = f"{parent}.{key}".lstrip(".") if key else parent
        if len(self._stack) >= DEEPEST:
            raise self._broken(say("nests deeper than {n} levels", n=DEEPEST))
        self._stack.append((_OPEN[token[0]], path + "[]" if token == b"[" else path))
        self._whole = len(self._kept)
        return path

    def _close(self, token: bytes) -> None:
        if not self._stack or self._stack.pop()[0] != token:
            raise self._broken(say("has brackets that don't match"))
        self._whole = len(self._kept)

    def _token(self) -> bytes:
        """Return the next string or structural byte of the JSON, b"" at the end."""
        while True:
            match = _TOKEN.search(self._buffer, self._at)
            stray = self._buffer.find(b'"', self._at, match.start() if match else None)
            if match and stray < 0:
                self._kept += self._buffer[self._at : match.end()]
                self._at = match.end()
                if match[0] == b",":
                    self._whole = len(self._kept) - 1
                return match[0]
            if stray < 0:  # a plain value: keep it and go on
                self._kept += self._buffer[self._at :]
                self._at = len(self._buffer)
            if not self._more():
                return b""

    def _more(self) -> bool:
        """Read more bytes into the buffer, doubling it for long strings."""
        unread = self._buffer[self._at :]
        if len(unread) > LONGEST:
            raise self._broken(say("has a string over 64 MiB"))
        data = self._file.read(max(CHUNK, len(unread)))
        self._base += self._at
        self._buffer, self._at = unread + data, 0
        return bool(data)

    def _array(self, path: str) -> Iterator[Span]:
        """Yield the positions of the elements of the JSON array just opened."""
        outer = self.found.get(path, 0)
        self.found[path] = outer + 1
        state, first, start, filled = State(), 1, self._place, False
        while True:
            view = np.frombuffer(self._buffer, np.uint8)[self._at :]
            commas, last, closed = state.scan(view)
            end = closed if closed >= 0 else view.size
            filled = (filled and not commas) or _has_content(view[last + 1 : end])
            is_complete = closed >= 0 and filled
            stop = self._place + (closed if is_complete else last)
            if count := commas + is_complete:
                yield Span(path, outer, first, count, start, stop)
                first, start = first + count, stop + 1
            self._at += end
            if closed >= 0:
                return
            if self._place - start > LONGEST:
                raise self._broken(say("has a string over 64 MiB"), start)
            if not self._more():
                self.breaks_off = True
                raise self._broken(say("breaks off in entry {n}", n=first), start)

    @property
    def _place(self) -> int:
        return self._base + self._at

    def _broken(self, what: str, place: int | None = None) -> BrokenFileError:
        byte = 1 + (self._place if place is None else place)
        return BrokenFileError(
            what,
            where=say("{where}: byte {n}", where=self._where, n=byte),
            remedy=say("export it again; everything before that place was read"),
        )

    def envelope(self) -> bytes:
        """Return the JSON document without array elements; brackets are completed."""
        closing = b"".join(bracket for bracket, _ in reversed(self._stack))
        return bytes(self._kept[: self._whole]) + closing

    def trailing(self) -> bool:
        """Return whether anything follows the end of the JSON document."""
        while not (trailing_bytes := self._buffer[self._at :].strip()):
            if not self._more():
                return False
        return bool(trailing_bytes)


def _has_content(data: npt.NDArray[np.uint8]) -> bool:
    return bool(data.tobytes().strip())
