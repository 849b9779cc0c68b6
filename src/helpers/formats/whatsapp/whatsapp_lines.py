"""Split WhatsApp text into messages, after a first pass over the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np

from helpers.arrays import Floats, Ints
from helpers.errors import BrokenFileError
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.whatsapp.whatsapp_header import (
    DATE_ORDERS,
    MARKS,
    SHAPES,
    DateOrder,
    UndecidedDateOrderError,
    build_header_pattern,
    compute_day_number,
    decide_date_order,
    parse_clock_us,
    parse_triple,
)
from helpers.records import DAY_US, HOUR_US
from helpers.text.columns import to_text_array
from helpers.wording import say

DAY_AND_CLOCK = ("date", "clock")
MOST = 0.5  # of the times: with more unreadable ones a file is refused
# at most 200 characters up to ": "; possessive for names with at most two other colons
_NAME = r"[^\n][^\n:]{0,99}+(?::(?! |$)[^\n:]{0,48}+){0,2}+"
_SENDER = rf"(?:({_NAME}|[^\n]{{1,200}}?):(?: |$))?"
_HEADER_LIKE = re.compile(  # a time, then a dash or bracket, a name and a colon
    rf"\n[{MARKS}]*\[?\d[^\n]{{2,40}}?\d[:.]\d\d[^\n]{{0,16}}?(?:\]| [-–])"
    rf"\s[^\n:]{{1,60}}: "
)
_SAME_DATE = rf"(?:[^\n]*\n[{MARKS}]*\[?(?P=date)(?=,?\s))*+"


@dataclass(slots=True)
class Survey:
    """Facts about a WhatsApp file found in a first pass: header shape, date order."""

    file: str
    header: re.Pattern[str]
    order: DateOrder
    first: tuple[str | None, str] = (None, "")
    senders: Counter[str | None] | None = None
    seconds: bool = False
    days: dict[str, float] = field(default_factory=dict)
    clocks: dict[str, float] = field(default_factory=dict)
    checked: bool = False  # whether most times of the file can be read
    _entry: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._entry = _build_line_pattern(self.header, _SENDER)

    def split(self, text: str) -> list[str]:
        """Split WhatsApp text into times, senders and bodies."""
        return self._entry.split("\n" + text)

    def heads(self, text: str) -> list[str]:
        """Return the message headers as written in a WhatsApp text."""
        return [match[0][1:] for match in self._entry.finditer("\n" + text)]

    def wall_us(self, days: list[str], clocks: list[str]) -> Floats:
        """Return local wall-clock time in µs; NaN if date or time is unreadable."""
        starts = _map_distinct(days, self.days, self._parse_day)
        return starts + _map_distinct(clocks, self.clocks, _parse_clock)

    def require_clocks(self, source: Source, clock: str, place: str) -> None:
        """Refuse a file in which most times of day cannot be read.

        Parameters
        ----------
        clock, place
            The first one that cannot be read, and where it is.

        Raises
        ------
        BrokenFileError
            If more than half of the file's times of day cannot be read.
        """
        if self.checked:
            return
        counts, at = Counter[str](), self.header.groupindex["clock"]
        for block in source.messages(self.file, self.header):
            counts.update(self.split(block.text)[at::4])
        unread = sum(n for one, n in counts.items() if np.isnan(_parse_clock(one)))
        if unread > MOST * counts.total():
            raise BrokenFileError(
                say(
                    "has more times of day that cannot be read than others, such as"
                    " {clock}",
                    clock=clock,
                ),
                where=place,
                remedy=say("export it from a phone set to a 24-hour clock"),
            )
        self.checked = True

    def _parse_day(self, day: str) -> float:
        number = compute_day_number(parse_triple(day), self.order)
        return np.nan if number is None else number * DAY_US

    def once(self, source: Source, sender: str) -> bool:
        """Return whether a sender's name occurs only once in the file."""
        if self.senders is None:
            self.senders = Counter()
            for block in source.messages(self.file, self.header):
                self.senders.update(self.split(block.text)[3::4])
        return self.senders[sender] == 1


class Lines(NamedTuple):
    """WhatsApp messages of one block, as columns; `doubt` marks probable quotations."""

    position: Sequence[int]
    wall_us: Floats
    sender: Sequence[str | None]
    body: list[str]
    doubt: list[bool]


def detect_shape(text: str) -> str | None:
    """Return the shape of message header that most lines of a text have.

    >>> detect_shape("[5/1/24, 15:04:05] Ann: hi")
    '['
    """
    counts = {shape: len(build_header_pattern(shape).findall(text)) for shape in SHAPES}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else None


def inspect_file(source: Source, name: str) -> Survey:
    """Read a WhatsApp file once for its header shape and date order.

    Raises
    ------
    UndecidedDateOrderError
        If nothing in the file tells day from month and the options don't either.
    """
    start = source.head.text(name)
    header = build_header_pattern(detect_shape(start) or "-")
    survey = Survey(
        name, header, decide_order(source, name, _list_dates(source, name, header))
    )
    if parts := survey.split(start)[1:5]:
        survey.first = (parts[2], parts[3])
    return survey


def _list_dates(source: Source, name: str, header: re.Pattern[str]) -> Iterator[str]:
    """Yield the dates in a file's message headers, without immediate repeats.

    A line whose time of day cannot be read decides nothing.
    """
    run = _build_line_pattern(header, _SAME_DATE)
    for block in source.messages(name, header):
        text = "\n" + block.text
        for match in run.finditer(text):
            if _is_clock(match["clock"]):
                yield match["date"]
                continue
            end = text.find("\n", match.end())
            lines = header.finditer(text[match.start() : end if end > 0 else None])
            if any(_is_clock(line["clock"]) for line in lines):
                yield match["date"]


def _build_line_pattern(header: re.Pattern[str], more: str) -> re.Pattern[str]:
    """Build the pattern of a message header at the start of a line."""
    return re.compile("\n" + header.pattern + more, re.MULTILINE)


def read_lines(source: Source, seen: Survey) -> Iterator[Lines]:
    """Yield a WhatsApp file's messages; quoted headers stay in their body."""
    last = np.nan
    for block in source.messages(seen.file, seen.header):
        entries = _read_entries(source, seen, block)
        if not entries.position:
            continue
        yield _merge_quoted(source, seen, block, entries, last)
        last = next(iter(entries.wall_us[~np.isnan(entries.wall_us)][::-1]), last)


def _read_entries(source: Source, seen: Survey, block: TextBlock) -> Lines:
    before, *parts = seen.split(block.text)
    days, clocks = (parts[seen.header.groupindex[n] - 1 :: 4] for n in DAY_AND_CLOCK)
    senders, bodies = parts[2::4], parts[3::4]
    breaks = np.array([before.count("\n"), *[body.count("\n") for body in bodies]])
    position = np.cumsum(breaks[:-1]) + np.arange(len(bodies)) + block.line
    if before.strip("\ufeff\n "):
        source.losses.lost("text before the first message", seen.file, block.line)

    seen.seconds = seen.seconds or _has_seconds(clocks)
    times = seen.wall_us(days, clocks)
    unread = (at for at, clock in enumerate(clocks) if np.isnan(seen.clocks[clock]))
    if np.isnan(times).any() and (first := next(unread, None)) is not None:
        place = source.where(seen.file, say("line {n}", n=int(position[first])))
        seen.require_clocks(source, clocks[first], place)
    texts = [body.strip() for body in bodies]
    _note_header_like(source, seen, position, texts)
    return Lines(position.tolist(), times, senders, texts, [False] * len(bodies))


def _note_header_like(
    source: Source, seen: Survey, position: Ints, texts: list[str]
) -> None:
    """Note lines within texts that look like headers without a readable date."""
    for at, text in enumerate(texts):
        for match in _HEADER_LIKE.finditer(text) if "\n" in text else ():
            line = int(position[at]) + 1 + text.count("\n", 0, match.start())
            source.losses.noted("header-like lines read as text", seen.file, line)


def _merge_quoted(
    source: Source, seen: Survey, block: TextBlock, entries: Lines, last: float
) -> Lines:
    """Join message headers that are quoted in a message to that message's text."""
    odd = _find_disordered(entries.wall_us, last)
    if not odd:
        return entries
    heads = seen.heads(block.text)
    is_real = np.ones(len(heads), bool)
    for at in reversed(odd):
        who = entries.sender[at]
        if at and who and seen.once(source, who):
            entries.body[at - 1] += "\n" + heads[at] + entries.body[at]
            is_real[at] = False
            reason = "quoted header, kept in its message"
        else:
            entries.doubt[at] = True
            reason = "header out of time, perhaps quoted"
        source.losses.noted(reason, seen.file, entries.position[at])
    rows = np.flatnonzero(is_real).tolist()
    position, wall_us, sender, body, doubt = entries
    return Lines(
        [position[row] for row in rows],
        wall_us[rows],
        [sender[row] for row in rows],
        [body[row] for row in rows],
        [doubt[row] for row in rows],
    )


def _find_disordered(times: Floats, last: float) -> list[int]:
    """Return which messages of a WhatsApp file are out of time order."""
    timed_rows = np.flatnonzero(~np.isnan(times))
    shift = 0 if np.isnan(last) else 1
    values = np.concatenate([[last] * shift, times[timed_rows]])
    backward_steps = np.flatnonzero(
        np.diff(values) < -HOUR_US
    )  # a clock put back does no more
    odd: set[int] = set()
    for at in backward_steps:
        ahead = at > 0 and values[at + 1] >= values[at - 1]  # `at` ran ahead
        odd.add(int(at if ahead else at + 1) - shift)
    return [int(timed_rows[at]) for at in sorted(odd) if at >= 0]


def decide_order(source: Source, name: str, dates: Iterable[str]) -> DateOrder:
    """Return the date order of a file: as requested, or as detected.

    Parameters
    ----------
    dates
        As written, in file order; not looked at where an order is asked for.

    Raises
    ------
    UndecidedDateOrderError
        If neither tells day from month.
    """
    for order in DATE_ORDERS:
        if source.options.date_order == order:
            return order
    days = [day for day, _ in groupby(dates)]
    spaced = any(". " in day for day in days)
    order, decided = decide_date_order(list(map(parse_triple, days)), spaced=spaced)
    if not decided:
        source.losses.noted("order of day and month undecided", name, 1)
        raise UndecidedDateOrderError(source.where(name))
    return order


def _has_seconds(clocks: list[str]) -> bool:
    return bool(clocks) and len(re.findall(r"\d+", clocks[0])) > 2  # noqa: PLR2004


def _map_distinct(
    words: list[str], known: dict[str, float], parse: Callable[[str], float]
) -> Floats:
    """Convert texts to numbers, parsing each distinct text only once."""
    encoded = to_text_array(words).dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    for word in distinct:
        if word not in known:
            known[word] = parse(word)
    numbers = np.array([known[word] for word in distinct], np.float64)
    return np.asarray(numbers[encoded.indices.to_numpy()])


def _is_clock(text: str) -> bool:
    return not np.isnan(_parse_clock(text))


def _parse_clock(text: str) -> float:
    try:
        return parse_clock_us(text)
    except ValueError:
        return np.nan
