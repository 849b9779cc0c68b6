"""Decode blocks of JSON elements; count undecodable ones as lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from helpers.formats.json.json_scan import split_elements
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
    """Decode a block of JSON elements; record undecodable ones as lost.

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
        for spelling in (repair(raw), repair_strings(repair(raw))):
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


def repair_strings(raw: bytes) -> bytes:
    r"""Replace lone surrogates and control characters within JSON strings.

    >>> repair_strings(rb'"\ud83d \ud83d\ude00"')
    b'"\\ufffd \\ud83d\\ude00"'
    """
    text = _HALF.sub(rb"\1\\ufffd", raw).decode("utf-8", "replace")
    return _CONTROL.sub(" ", text).encode()


def describe_decoding_error(error: Any) -> str:  # noqa: ANN401  one of three unrelated errors
    """Describe a decoding error without the data in it."""
    if isinstance(error, msgspec.ValidationError):
        field = _INDEX.sub("[]", str(error))
        return say("unexpected field: {field}", field=field)
    return say("not JSON")


class Repeating(Generic[T, P]):
    """Decoder of JSON lists that decodes repeated parts, such as authors, once.

    Who wrote is spelled alike in thousands of messages: what repeats is decoded once.

    Parameters
    ----------
    element
        A Struct that leaves the part undecoded, as `msgspec.Raw`.
    part
        The part's name.
    kind
        What the part is; one spelling is one object.

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
        """Decode a JSON list into pairs of element and repeated part, such as author.

        Raises
        ------
        msgspec.MsgspecError
            If an element or its part isn't what it should be.
        """
        elements = self._elements.decode(data)
        spelled = list(map(bytes, map(self._part, elements)))
        if len(self._known) > MOST:
            self._known.clear()
        for new in set(spelled) - self._known.keys():
            self._known[new] = self._parts.decode(new)
        return list(zip(elements, map(self._known.__getitem__, spelled), strict=True))
