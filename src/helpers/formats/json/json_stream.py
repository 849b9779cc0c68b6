"""Streaming of large JSON documents in blocks, in constant memory.

msgspec decodes each block of elements at once into typed Structs. What surrounds the
arrays is the envelope: the same document with those arrays left empty.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from helpers.errors import BrokenFileError
from helpers.formats.json.json_cut import (
    CHUNK,
    LONGEST,
    SKIP,
    UNDECODABLE,
    Block,
    Decoder,
    Walk,
    decode_each,
    describe_decoding_error,
)
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import Losses
from helpers.wording import say

T = TypeVar("T")
P = TypeVar("P")
MOST = 1 << 14  # spellings remembered: memory stays put where none repeats


class Repeating(Generic[T, P]):
    """Decoder of JSON lists that decodes repeated parts, such as authors, once.

    Who wrote is spelled alike in thousands of messages: what repeats is decoded once.

    >>> class Said(msgspec.Struct):
    ...     by: msgspec.Raw
    >>> said = Repeating(Said, "by", dict[str, int])
    >>> told = said.decode(b'[{"by": {"a": 1}}, {"by": {"b": 2}}, {"by": {"a": 1}}]')
    >>> told[0][1], told[1][1], told[2][1] is told[0][1]
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


def decode_blocks(
    source: Source, name: str, decoder: Decoder[T], *arrays: str,
    others: Iterable[str] = (), repair: Callable[[bytes], bytes] = bytes,
    losses: Losses | None = None, optional: bool = False,
) -> Iterator[Block[T]]:  # fmt: skip
    """Yield the elements of the named arrays of a JSON file by block, in file order.

    Paths are such as ``messages`` or ``chats.list[].messages``; ``""`` is a document
    that is itself an array. `others` are passed over quickly. What is undecodable is a
    loss, and so is a broken end, which is raised after all that is whole; unless the
    arrays are optional, it is noted that there are none. `repair` puts right what an
    exporter is known to spell wrongly.
    """
    passed = dict.fromkeys(others, SKIP)
    every = passed | dict.fromkeys(arrays, decoder)
    losses = source.losses if losses is None else losses
    walk, last = Walk(source, name, every, losses, repair), 0
    try:
        for block in walk.blocks():
            if block.array in arrays:
                last = walk.last
                if block.values:
                    yield block
    except BrokenFileError as error:
        losses.lost(error.what, name, last + 1)
        raise
    if not (walk.found.keys() & arrays or optional):
        array_names = " or ".join(arrays) or "elements"
        losses.noted(say("no list of {wanted}", wanted=array_names), name, 0)
    if walk.trailing:
        losses.lost("text behind the document", name, last + 1)


def decode_envelope(
    source: Source, name: str, kind: type[T], *arrays: str,
    repair: Callable[[bytes], bytes] = bytes,
) -> T:  # fmt: skip
    """Decode a JSON document, its large arrays emptied, into a Struct."""
    walk = Walk(source, name, dict.fromkeys(arrays, SKIP), Losses())
    try:
        for _ in walk.blocks():
            pass
    except BrokenFileError:
        if not (arrays and walk.breaks_off):
            raise  # else whoever reads the arrays says so
    try:
        return msgspec.json.decode(repair(walk.envelope()), type=kind)
    except UNDECODABLE as error:
        why, remedy = describe_decoding_error(error), say("export it again")
        what = say("has metadata that cannot be read ({error})", error=why)
        raise BrokenFileError(what, where=source.where(name), remedy=remedy) from error


def decode_json_lines(
    source: Source, name: str, decoder: Decoder[T]
) -> Iterator[tuple[list[T], Sequence[int]]]:
    """Yield the values in a JSON Lines file, and their line numbers, by block.

    Blank lines and comments are no elements; a last line that breaks off is an error.
    """
    for lines, positions in _read_lines(source, name):
        try:
            values = decoder.decode(b"[" + b",".join(lines) + b"]")
        except UNDECODABLE:
            values = []
        if len(values) != len(lines):  # one is broken, or holds more than one value
            numbered = zip(positions, lines, strict=True)
            values, positions = decode_each(numbered, decoder, name, source.losses)  # noqa: PLW2901
        if values:
            yield values, positions


def _read_lines(
    source: Source, name: str
) -> Iterator[tuple[list[bytes], Sequence[int]]]:
    with source.utf8(name) as file:
        number, remainder = 1, b""
        while data := file.read(CHUNK):
            lines, end, remainder = (remainder + data).rpartition(b"\n")
            if len(remainder) > LONGEST:
                where = source.where(name, say("line {n}", n=number))
                raise BrokenFileError(say("has a line over 64 MiB"), where=where)
            if end:
                yield from _number_lines(lines, number)
                number += 1 + lines.count(b"\n")
        if _breaks_off(remainder):
            source.losses.lost(say("breaks off"), name, number)
            raise source.describe_break(name, number)
        yield from _number_lines(remainder, number)


def _number_lines(
    text: bytes, first: int
) -> Iterator[tuple[list[bytes], Sequence[int]]]:
    """Yield lines that are elements with their numbers, if there are any."""
    lines = text.split(b"\n")
    if text.count(b"\n{") == len(lines) - 1 and text[:1] == b"{":
        yield lines, range(first, first + len(lines))
        return
    stripped = enumerate(map(bytes.strip, lines), first)
    numbered = [(n, line) for n, line in stripped if line and line[:1] != b"#"]
    if numbered:
        yield [line for _, line in numbered], [n for n, _ in numbered]


def _breaks_off(line: bytes) -> bool:
    """Return whether a last line is the beginning of an element."""
    try:
        msgspec.json.decode(line.strip() or b"0")
    except UNDECODABLE as error:
        return "truncated" in str(error)
    return False
