"""Blocks of undecoded elements, and how they become values: none is dropped unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from helpers.formats.json.json_mending import mended, reason
from helpers.formats.json.json_scan import split
from helpers.formats.rows.losses import Losses

T = TypeVar("T")
UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Decoder(Protocol[T]):
    """What decodes a JSON list."""

    def decode(self, data: bytes, /) -> list[T]:
        """Return its elements."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive elements of one array, undecoded.

    Attributes
    ----------
    array
        The array's path, such as ``messages`` or ``chats.list[].messages``.
    data
        The elements' bytes with commas between them.
    positions
        Entry numbers from 1 within the array (line numbers for JSON Lines).
    outer
        How many arrays of that path came before: tells the chats of a list apart.
    lines
        The elements on lines of their own, where commas don't tell them apart.
    """

    array: str
    data: bytes
    positions: Sequence[int]
    outer: int = 0
    lines: bytes | None = None

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        if self.lines is None:
            return zip(self.positions, split(self.data), strict=True)
        lines = map(bytes.strip, self.lines.split(b"\n"))
        return zip(self.positions, lines, strict=True)


def decode(
    block: Block,
    decoder: Decoder[T],
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
    except UNDECODABLE:
        return _one_by_one(block, decoder, file, losses, repair)
    if len(values) != len(block.positions):  # a line that holds more than one value
        return _one_by_one(block, decoder, file, losses, repair)
    return values, block.positions


def _one_by_one(
    block: Block,
    decoder: Decoder[T],
    file: str,
    losses: Losses,
    repair: Callable[[bytes], bytes],
) -> tuple[list[T], Sequence[int]]:
    values: list[T] = []
    positions: list[int] = []
    for position, raw in block:
        for spelling in (repair(raw), mended(repair(raw))):
            try:
                (value,) = decoder.decode(b"[" + spelling + b"]")
            except UNDECODABLE as error:
                why = reason(error)
            else:
                values.append(value)
                positions.append(position)
                if spelling != raw:
                    losses.noted("spelled wrongly, and mended", file, position)
                break
        else:
            losses.lost(why, file, position)
    return values, positions
