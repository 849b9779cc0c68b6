"""Cut a JSON document into blocks of elements of its arrays, in one pass.

It is cut where the next element seems to begin, and decoding says whether it does; the
decoder tells, too, where an array has ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import Losses
from helpers.wording import say

T = TypeVar("T")
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_INDEX = re.compile(r"\[[0-9.]*\]|'.*'", re.DOTALL)
_HALF = re.compile(
    rb"((?<!\\)(?:\\\\)*)(?:"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|"
    rb"(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_CONTROL = re.compile("[\x00-\x1f]")
CHUNK, NEAR = 1 << 20, 1 << 14
LONGEST = 1 << 26  # bytes of one element or string
DEEPEST, _DEEP, _TRIES = 512, 9, 8
_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(_STRING + rb"|[{}\[\]:,]", re.DOTALL)
_PLAIN = rb'(?:[^"{}\[\]]++|' + _STRING + rb")*+"
# brackets and commas, objects and lists of plain values at once; last a stray mark
_PIECE = re.compile(
    rb"\{" + _PLAIN + rb"\}|\[" + _PLAIN + rb"\]|" + _STRING + rb'|[{}\[\],]|"',
    re.DOTALL,
)
_OPEN = {b"{"[0]: b"}", b"["[0]: b"]"}
_QUOTE = ord('"')
_FIRST_KEY = re.compile(rb"\s*\{\s*(" + _STRING + rb")", re.DOTALL)
_ENDED = re.compile(r"trailing characters \(byte (\d+)\)")
SKIP: Decoder[Any] = msgspec.json.Decoder(list[msgspec.Raw])
"""Decodes what is passed over."""


class Decoder(Protocol[T]):
    """Interface of an object that decodes JSON lists from bytes."""

    def decode(self, data: bytes, /) -> list[T]:
        """Decode a JSON list and return its elements."""


class Block(NamedTuple, Generic[T]):
    """Consecutive elements of one JSON array."""

    values: list[T]
    # entry numbers from 1 within the array, of the values alone
    positions: Sequence[int]
    array: str  # the array's path, such as ``messages`` or ``chats.list[].messages``
    # how many arrays of that path came before: tells the chats of a list apart
    outer: int


class _Cut(NamedTuple):
    """How much of a text is whole elements of an array."""

    stop: int  # where they end
    used: int  # where what follows them begins
    is_closed: bool  # whether the array ends there
    values: list[Any] | None  # if they were decoded at once


def _cut_elements(data: bytes, decoder: Decoder[Any], *, is_last: bool) -> _Cut | None:
    """Cut whole elements from the start of a text, decoded where they can be."""
    view, guesses = memoryview(data), _guess_cuts(data)
    end = data.rfind(b"]") if is_last else -1  # where the array may end
    whole = [(end, end + 1) if end >= 0 else (len(data), len(data))]  # or is told to
    for stop, used in chain(whole, guesses) if is_last else chain(guesses, whole):
        try:
            values = decoder.decode(b"".join((b"[", view[:stop], b"]")))
        except UNDECODABLE as error:
            if ended := _ENDED.search(str(error)):
                return _close(data, data.rfind(b"]", 0, int(ended[1]) - 2), decoder)
            if isinstance(error, msgspec.ValidationError):
                break  # one element is to blame, not the place
        else:
            if stop < len(data):
                return _Cut(stop, used, is_closed=stop == end, values=values)
    commas, closed = find_commas(data)
    if closed >= 0:
        return _close(data, closed, decoder)
    return _close(data, commas[-1], decoder, by=b",") if commas else None


def _close(data: bytes, stop: int, decoder: Decoder[Any], by: bytes = b"]") -> _Cut:
    values, view = None, memoryview(data)
    with suppress(*UNDECODABLE):
        values = decoder.decode(b"".join((b"[", view[:stop], b"]")))
    return _Cut(stop, stop + 1, by == b"]", values)


def _guess_cuts(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield where elements may end, and the next begin, the last first."""
    if not (first := _FIRST_KEY.match(data)):
        return
    between = re.compile(rb"\}(\s*,)(?=\s*\{\s*" + re.escape(first[1]) + rb")")
    for start in (max(0, len(data) - NEAR), 0):
        found = [
            (match.start(1), match.end()) for match in between.finditer(data, start)
        ]
        if found:
            yield from islice(reversed(found), _TRIES)
            return


def find_commas(data: bytes) -> tuple[list[int], int]:
    """Return where commas part elements of a JSON array, and where it is closed.

    >>> find_commas(b'1, {"a": ",", "b": [2, 3]}], 4')
    ([1], 26)
    """
    commas, depth = list[int](), 0
    for match in _PIECE.finditer(data):
        sign = match[0]
        if sign in {b"{", b"["}:
            depth += 1
        elif sign in {b"}", b"]"}:
            if not depth:
                return commas, match.start()
            depth -= 1
        elif sign == b"," and not depth:
            commas.append(match.start())
        elif sign == b'"':
            break  # a string that goes on behind the text
    return commas, -1


def split_elements(data: bytes) -> list[bytes]:
    """Split the text of a JSON array into its elements; a blank last one is none.

    >>> split_elements(b'1, {"a": ",", "b": [2, 3]}')
    [b'1', b' {"a": ",", "b": [2, 3]}']
    """
    commas, _ = find_commas(data)
    starts = [0, *(comma + 1 for comma in commas)]
    pieces = [data[a:b] for a, b in zip(starts, [*commas, len(data)], strict=True)]
    return pieces if pieces[-1].strip() else pieces[:-1]


def decode_each(
    pieces: Iterable[tuple[int, bytes]], decoder: Decoder[T], file: str, losses: Losses,
    repair: Callable[[bytes], bytes] = bytes,
) -> tuple[list[T], list[int]]:  # fmt: skip
    """Decode elements one by one; record undecodable ones as lost."""
    values: list[T] = []
    positions: list[int] = []
    for position, raw in pieces:
        for spelling in (repair(raw), _repair_strings(repair(raw))):
            try:
                (value,) = decoder.decode(b"[" + spelling + b"]")
            except UNDECODABLE as error:
                reason = describe_decoding_error(error)
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


def describe_decoding_error(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Describe a decoding error without the data in it."""
    if isinstance(error, msgspec.ValidationError):
        field = _INDEX.sub("[]", str(error))
        return say("unexpected field: {field}", field=field)
    return say("not JSON")


class Walk:
    """One pass through a JSON document, for the elements of some arrays."""

    def __init__(
        self, source: Source, name: str, decoders: Mapping[str, Decoder[Any]],
        losses: Losses, repair: Callable[[bytes], bytes] = bytes,
    ) -> None:  # fmt: skip
        self._source, self._name, self._decoders = source, name, decoders
        self._losses, self._repair = losses, repair
        self._stack: list[tuple[bytes, str]] = []  # closing bracket, path
        self._kept, self._whole = bytearray(), 0
        self._buffer, self._at, self._base = b"", 0, 0
        self.found: dict[str, int] = {}  # how many of each array there are
        self.last = 0  # number of the last element met so far
        # whether the document is cut off; whether text follows it
        self.breaks_off = self.trailing = self._is_last = False

    def blocks(self) -> Iterator[Block[Any]]:
        """Yield the elements of all arrays in the document."""
        with self._source.utf8(self._name) as self._file:
            self._more()
            yield from self._read()
            self.trailing = not self._source.inside and self._find_trailing()

    def _read(self) -> Iterator[Block[Any]]:
        self._begin()
        key, last = "", ""
        while token := self._token():
            if token == b":":
                key = last
            elif token[0] in _OPEN:
                path = self._open(token, key)
                key = ""
                if path in self._decoders and token == b"[":
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
        size = max(CHUNK, len(unread))
        data = self._file.read(size)
        self._is_last = len(data) < size
        self._base += self._at
        self._buffer, self._at = unread + data, 0
        return bool(data)

    def _pass_over(self, path: str) -> None:
        """Keep what was just opened up to its end, if near and without an array."""
        is_around = any(array.startswith(path) for array in self._decoders)
        if is_around or len(self._stack) > _DEEP:
            return
        closed = find_commas(self._buffer[self._at : self._at + NEAR])[1]
        if closed >= 0:
            self._kept += self._buffer[self._at : self._at + closed]
            self._at += closed

    def _array(self, path: str) -> Iterator[Block[Any]]:
        """Yield the elements of the JSON array just opened."""
        outer = self.found.get(path, 0)
        self.found[path], first, decoder = outer + 1, 1, self._decoders[path]
        is_closed = False
        while not is_closed:
            data = self._buffer[self._at :]
            cut = _cut_elements(data, decoder, is_last=self._is_last)
            if cut is None:
                if not self._more():
                    self.breaks_off, self.last = True, first - 1
                    raise self._broken(say("breaks off in entry {n}", n=first))
                continue
            values, positions, size = self._decode(cut, data, decoder, first)
            first, self.last, is_closed = first + size, first + size - 1, cut.is_closed
            self._at += cut.used - cut.is_closed
            yield Block(values, positions, path, outer)
            if not (is_closed or self._is_last):
                self._more()  # what is left is less than an element, as a rule

    def _decode(
        self, cut: _Cut, data: bytes, decoder: Decoder[Any], first: int
    ) -> tuple[list[Any], Sequence[int], int]:
        """Return decoded elements, their numbers, and how many there were."""
        if cut.values is not None:
            size = len(cut.values)
            return cut.values, range(first, first + size), size
        pieces = split_elements(data[: cut.stop])
        if decoder is SKIP:  # what is passed over is no loss
            return pieces, range(first, first + len(pieces)), len(pieces)
        numbered = enumerate(pieces, first)
        found = decode_each(numbered, decoder, self._name, self._losses, self._repair)
        return *found, len(pieces)

    def _broken(self, what: str) -> BrokenFileError:
        byte = 1 + self._source.inside + self._base + self._at
        where = self._source.where(self._name)
        return BrokenFileError(
            what,
            where=say("{where}: byte {n}", where=where, n=byte),
            remedy=say("export it again; everything before that place was read"),
        )

    def envelope(self) -> bytes:
        """Return the JSON document without array elements; brackets are completed."""
        closing = b"".join(bracket for bracket, _ in reversed(self._stack))
        return bytes(self._kept[: self._whole]) + closing

    def _find_trailing(self) -> bool:
        """Return whether anything follows the end of the JSON document."""
        while not (trailing_bytes := self._buffer[self._at :].strip()):
            if not self._more():
                return False
        return bool(trailing_bytes)
