"""One pass through a large JSON document that locates arrays.

Of the arrays only places are noted, so memory stays put however long the document is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from helpers.compiling import choose_compiled
from helpers.errors import BrokenFileError
from helpers.formats.reading.source import Source
from helpers.wording import say

_STRING, _COMMA, _IN, _OUT = 1, 2, 3, 4
_MARK, _SLASH = ord('"'), ord("\\")


# how many commas between elements, where the last of them stands, and where the array's
# closing bracket stands; -1 is nowhere
Scan = tuple[int, int, int]


class _State:
    """State of a scan through a JSON array, carried from chunk to chunk."""

    def __init__(self) -> None:
        # depth below the array, whether within a string, whether behind a backslash
        self._state = np.zeros(3, np.int64)

    def scan(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[Any]) -> Scan:
        """Scan further bytes, up to the closing bracket; few without the compiler."""
        scan, is_compiled = choose_compiled(_scan_commas, data.size)
        found: Scan
        if is_compiled:
            found = scan(data, self._state, _SIGNS, ends)
        else:
            found = scan(data.tobytes(), self._state, _SIGNS.tobytes(), ends)
        return found


def split_elements(data: bytes) -> list[bytes]:
    """Split the text of a JSON array into its elements.

    >>> split_elements(b'1, {"a": ",", "b": [2, 3]}')
    [b'1', b' {"a": ",", "b": [2, 3]}']
    """
    ends = np.empty(data.count(b",") + 1, np.int64)
    commas, *_ = _State().scan(np.frombuffer(data, np.uint8), ends)
    ends[commas] = len(data)
    starts = [0, *(ends[:commas] + 1).tolist()]
    stops = ends[: commas + 1].tolist()
    return [data[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _scan_commas(data, state, signs, ends):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202, C901
    """Find the commas between elements of a JSON array: count and byte offsets."""
    depth, quoted, escaped = state[0], state[1] > 0, state[2] > 0
    count, last, at, size = 0, -1, 0, len(data)
    while at < size:
        if quoted and not escaped:
            while at < size and data[at] != _MARK and data[at] != _SLASH:
                at += 1
            if at == size:
                break
        sign = signs[data[at]]
        if quoted:
            quoted = escaped or sign != _STRING
            escaped = not escaped and data[at] == _SLASH
        elif sign == _STRING:
            quoted = True
        elif sign == _IN:
            depth += 1
        elif sign == _OUT:
            depth -= 1
            if depth < 0:
                return count, last, at
        elif sign == _COMMA and depth == 0:
            last = at
            if count < len(ends):
                ends[count] = last
            count += 1
        at += 1
    state[0], state[1], state[2] = depth, quoted, escaped
    return count, last, -1


_SIGNS, _NOWHERE = np.zeros(256, np.uint8), np.empty(0, np.int64)
for _kind, _signs in ((_STRING, b'"'), (_COMMA, b","), (_IN, b"{["), (_OUT, b"}]")):
    _SIGNS[list(_signs)] = _kind

CHUNK, NEAR = 1 << 20, 1 << 14
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


class Outline:
    """Array positions and other content of a JSON document, read once."""

    def __init__(self, source: Source, name: str, *arrays: str) -> None:
        self._arrays, self._where = arrays, source.where(name)
        self._inside = source.inside
        self._stack: list[tuple[bytes, str]] = []  # closing bracket, path
        self._kept, self._whole = bytearray(), 0
        self.spans: list[Span] = []
        self.found: dict[str, int] = {}
        self.broken: BrokenFileError | None = None
        self.breaks_off = self.trailing = False
        with source.utf8(name) as self._file:
            self._buffer, self._at, self._base = self._file.read(CHUNK), 0, 0
            self._document = self._buffer if len(self._buffer) < CHUNK else None
            try:
                self.spans += self._spans()
                self.trailing = not self._inside and self._trailing()
            except BrokenFileError as error:
                self.broken = error
        self._buffer = b""

    def open(self, source: Source, name: str) -> BinaryIO:
        """Open the JSON document again from its start."""
        short = self._document
        return source.utf8(name) if short is None else io.BytesIO(short)

    def _spans(self) -> Iterator[Span]:
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
                else:
                    self._pass_over(path)
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

    def _pass_over(self, path: str) -> None:
        """Keep what was just opened up to its end, if near and without an array."""
        if any(array.startswith(path) for array in self._arrays):
            return
        view = np.frombuffer(self._buffer, np.uint8)[self._at :][:NEAR]
        *_, closed = _State().scan(view, _NOWHERE)
        if closed >= 0:
            self._kept += self._buffer[self._at : self._at + closed]
            self._at += closed

    def _array(self, path: str) -> Iterator[Span]:
        """Yield the positions of the elements of the JSON array just opened."""
        outer = self.found.get(path, 0)
        self.found[path] = outer + 1
        state, first, start, filled = _State(), 1, self._place, False
        while True:
            view = np.frombuffer(self._buffer, np.uint8)[self._at :]
            commas, last, closed = state.scan(view, _NOWHERE)
            end = closed if closed >= 0 else view.size
            rest = view[last + 1 : end].tobytes().strip()
            filled = (filled and not commas) or bool(rest)
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
        byte = 1 + self._inside + (self._place if place is None else place)
        return BrokenFileError(
            what,
            where=say("{where}: byte {n}", where=self._where, n=byte),
            remedy=say("export it again; everything before that place was read"),
        )

    def envelope(self) -> bytes:
        """Return the JSON document without array elements; brackets are completed."""
        closing = b"".join(bracket for bracket, _ in reversed(self._stack))
        return bytes(self._kept[: self._whole]) + closing

    def _trailing(self) -> bool:
        """Return whether anything follows the end of the JSON document."""
        while not (trailing_bytes := self._buffer[self._at :].strip()):
            if not self._more():
                return False
        return bool(trailing_bytes)
