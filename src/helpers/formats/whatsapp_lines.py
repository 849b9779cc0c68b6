"""WhatsApp's lines taken apart, and what must be known of the whole file first."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.errors import BrokenFileError
from helpers.formats.whatsapp_header import (
    DATE_ORDERS,
    DateOrder,
    UndecidedDateOrderError,
    clock_us,
    date_order,
    day_number,
    header_pattern,
    triple,
)
from helpers.records import DAY_US, SECOND_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.source import Source, TextBlock

__all__ = ["Lines", "Survey", "lines", "settled_order", "shape_of", "survey"]

HOUR_US = 3600 * SECOND_US  # a clock put back does no more
_SENDER = r"(?:([^\n]{1,200}?):(?: |$))?"


@dataclass(slots=True)
class Survey:
    """What the whole file says about its lines."""

    file: str
    pattern: re.Pattern[str]
    order: DateOrder
    senders: Counter[str | None] = field(default_factory=Counter)
    rows: int = 0
    first: tuple[str | None, str] = (None, "")
    seconds: bool = False
    days: dict[str, int | None] = field(default_factory=dict)
    clocks: dict[str, int] = field(default_factory=dict)

    def wall_us(
        self, days: list[str], clocks: list[str], where: str
    ) -> list[int | None]:
        """Return microseconds of the clock on the wall; None where it is no day."""
        for day in set(days) - self.days.keys():
            number = day_number(triple(day), self.order)
            self.days[day] = None if number is None else number * DAY_US
        for clock in set(clocks) - self.clocks.keys():
            self.clocks[clock] = _clock(clock, where)
        known, hands = self.days, self.clocks
        return [
            None if (start := known[day]) is None else start + hands[clock]
            for day, clock in zip(days, clocks, strict=True)
        ]


class Lines(NamedTuple):
    """The entries of one block, column by column; `doubt` marks likely quotations."""

    position: Sequence[int]
    wall_us: list[int | None]
    sender: list[str | None]
    body: list[str]
    doubt: list[bool]


def shape_of(text: str) -> str | None:
    """Return the shape of headers, ``[`` or ``-``, that most lines have.

    >>> shape_of("[5/1/24, 15:04:05] Ann: hi")
    '['
    """
    found = {shape: len(header_pattern(shape).findall(text)) for shape in "[-"}
    best = max(found, key=found.__getitem__)
    return best if found[best] else None


def survey(source: Source, name: str) -> Survey:
    """Go through a file once: the order of its dates, and who writes how often.

    Raises
    ------
    UndecidedDateOrderError
        If nothing in the file tells day from month and the options don't either.
    """
    shape = shape_of(source.head.text(name)) or "-"
    pattern = re.compile(header_pattern(shape).pattern + _SENDER, re.MULTILINE)
    seen = Survey(name, pattern, "dmy")
    dates: list[str] = []
    for block in source.messages(name, pattern):
        parts = pattern.split(block.text)
        dates += [day for day, _ in groupby(parts[1::4])]
        seen.senders.update(parts[3::4])
        seen.rows += len(parts) // 4
        seen.seconds = seen.seconds or _has_seconds(parts[2::4])
        if not seen.first[1] and len(parts) > 1:
            seen.first = (parts[3], parts[4])
    seen.order = settled_order(source, name, dates)
    return seen


def lines(source: Source, seen: Survey) -> Iterator[Lines]:
    """Yield a file's entries; a quoted header goes back into the body it is part of."""
    last = -1
    for block in source.messages(seen.file, seen.pattern):
        entries = _entries(source, seen, block)
        if not entries.position:
            continue
        yield _unquoted(source, seen, block, entries, last)
        last = next((t for t in reversed(entries.wall_us) if t is not None), last)


def _entries(source: Source, seen: Survey, block: TextBlock) -> Lines:
    before, *parts = seen.pattern.split(block.text)
    days, clocks, senders, bodies = (parts[at::4] for at in range(4))
    newlines = [before.count("\n"), *(body.count("\n") for body in bodies)]
    position = (np.cumsum(newlines[:-1]) + block.line).tolist() if bodies else []
    if before.strip("\ufeff\n "):
        source.losses.lost("text before the first message", seen.file, block.line)
    where = source.where(seen.file, f"line {block.line}")
    times = seen.wall_us(days, clocks, where)
    texts = [body.strip() for body in bodies]
    return Lines(position, times, senders, texts, [False] * len(bodies))


def _unquoted(
    source: Source, seen: Survey, block: TextBlock, entries: Lines, last: int
) -> Lines:
    """Tell quoted headers from real ones: time goes back, the sender never returns."""
    odd = _out_of_order(entries.wall_us, last)
    if not odd:
        return entries
    heads = [found[0] for found in seen.pattern.finditer(block.text)]
    kept = list(range(len(heads)))
    for at in reversed(odd):
        who = entries.sender[at]
        if at and who and seen.senders[who] == 1:
            entries.body[at - 1] += "\n" + heads[at] + entries.body[at]
            kept.remove(at)
            source.losses.noted(
                "quoted header, kept in its message", seen.file, entries.position[at]
            )
        else:
            entries.doubt[at] = True
            source.losses.noted(
                "header out of time, perhaps quoted", seen.file, entries.position[at]
            )
    position, wall_us, sender, body, doubt = entries
    return Lines(
        [position[at] for at in kept],
        [wall_us[at] for at in kept],
        [sender[at] for at in kept],
        [body[at] for at in kept],
        [doubt[at] for at in kept],
    )


def _out_of_order(times: list[int | None], last: int) -> list[int]:
    """Return entries before what precedes them, or after all that follows them."""
    filled = np.array([np.nan if t is None else t for t in times], float)
    known = np.flatnonzero(~np.isnan(filled))
    values = filled[known]
    if last >= 0:
        values = np.concatenate([[last], values])
    back = np.flatnonzero(np.diff(values) < -HOUR_US)
    shift = 1 if last >= 0 else 0
    odd: set[int] = set()
    for at in back:
        ahead = at > 0 and values[at + 1] >= values[at - 1]  # `at` ran ahead
        odd.add(int(at if ahead else at + 1) - shift)
    return [int(known[at]) for at in sorted(odd) if at >= 0]


def settled_order(source: Source, name: str, dates: list[str]) -> DateOrder:
    """Return the order of a file's dates: the one asked for, else the one they show.

    Raises
    ------
    UndecidedDateOrderError
        If neither tells day from month.
    """
    for order in DATE_ORDERS:
        if source.options.date_order == order:
            return order
    triples = [triple(day) for day, _ in groupby(dates)]
    order, decided = date_order(triples, spaced=any(". " in day for day in dates))
    if not decided:
        source.losses.noted("order of day and month undecided", name, 1)
        raise UndecidedDateOrderError(source.where(name))
    return order


def _has_seconds(clocks: list[str]) -> bool:
    return bool(clocks) and len(re.findall(r"\d+", clocks[0])) > 2  # noqa: PLR2004


def _clock(text: str, where: str) -> int:
    try:
        return clock_us(text)
    except ValueError as error:
        raise BrokenFileError(
            f"writes the half of the day in a word not known here ({error})",
            where=where,
            remedy="export it from a phone set to a 24-hour clock",
        ) from error
