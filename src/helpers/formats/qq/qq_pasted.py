"""Read text pasted from a QQ window: three header shapes, no time zone.

``【冒泡】NAME 2/14/2020 9:16:13 PM`` on computers, ``NAME 9:59:54 PM`` there for the
day of copying, which nothing names, and ``NAME  23:50:12`` below a line ``— —
2020-2-21 — —`` on telephones. Notices stand bare between messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats.qq.qq_people import (
    PLACEHOLDERS,
    build_chat,
    identify_author,
    list_titles,
    register_names,
)
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.events import load_grammar
from helpers.formats.whatsapp.whatsapp_header import (
    compute_day_number,
    parse_clock_us,
    parse_triple,
)
from helpers.formats.whatsapp.whatsapp_lines import decide_order
from helpers.records import DAY_US, Batch, from_rows
from helpers.wording import say

# who, clock on the wall, words, line
PastedEntry = tuple[str | None, int | None, str, int]

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_RELATIVE = (  # days that only whoever copied can place
    r"今天|昨天|前天|(?:星期|周)[一二三四五六日天]|[Tt]oday|[Yy]esterday"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_CLOCK = r"\d{1,2}:\d\d:\d\d(?: [AP]M)?"
_DAY = rf"[—–][—– ]{{1,9}}(?P<day>{_DATE}|{_RELATIVE})[—– ]{{1,9}}"
_WHO = r"(?P<who>\S[^\n]{0,200}?)"
_TIME = rf"(?:(?P<date>{_DATE}|{_RELATIVE})[ \t]{{1,4}})?(?P<clock>{_CLOCK})"
_TIMED = r"(?=[^\n]*:\d\d(?: [AP]M)?[ \t]{0,4}$)"  # told faster than a name's end
_HEADER = rf"(?:{_DAY}|{_TIMED}{_WHO}[ \t]{{1,4}}{_TIME})[ \t]{{0,4}}"
_LINE = re.compile(_HEADER + "\n", re.MULTILINE)  # whole: a block may end amid a line
_ENTRY = re.compile(f"\n{_HEADER}$", re.MULTILINE)  # a plain sign is searched fastest
_ELSEWHERE = re.compile(  # chatlog's ids and talkers; dates in front are other formats'
    r"\((?!\d{5,12}\))[^()]*\)$|\]$|^我$|\d\d-\d\d$|^\[?\d{1,4}[-/.年]\d{1,2}[-/.月]\d"
)
LEAST = 2  # headers: one line that ends in a time may be anything
_clock_us = lru_cache(maxsize=1 << 17)(parse_clock_us)  # a day has 86,400 seconds


def is_pasted(start: str) -> bool:
    r"""Return whether a text was pasted from QQ, by its date line or message headers.

    >>> is_pasted("甲 2/14/2020 9:16:13 PM\n早\n乙 2/14/2020 9:17:00 PM\n早\n")
    True
    >>> is_pasted("started 2/14/2020 9:16:13 PM\nstopped 2/14/2020 9:17:00 PM\n")
    False
    """
    text = "\n" + start.lstrip()
    entries = list(_ENTRY.finditer(text))
    if not entries or entries[0].start():
        return False
    if entries[0]["day"]:
        return True
    if len(entries) < LEAST or _ELSEWHERE.search(entries[0]["who"]):
        return False
    bodies = zip(entries, [*entries[1:], None], strict=True)
    return any(
        text[match.end() : next_header and next_header.start()].strip()
        for match, next_header in bodies
    )


def count_headers(start: str) -> int:
    """Count the lines of a text that are headers of pasted messages."""
    return sum(1 for _ in _ENTRY.finditer("\n" + start))


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one pasted QQ conversation.

    Raises
    ------
    BrokenFileError
        If no time has a day.
    UndecidedDateOrderError
        If nothing tells days from months.
    """
    paste = _Paste(source)
    for block in source.messages(source.name, _LINE):
        yield from paste.batches(block)
    row = {"group": paste.chat.group, "platform": "qq", "kind": "group"}
    yield from_rows("group", [row | {"file": source.name, "rule": "qq.pasted"}])


class _Paste:
    """Parser of one conversation pasted from QQ into messages."""

    def __init__(self, source: Source) -> None:
        self._source, self.chat = source, build_chat(source, source.stem)
        self._starts = _find_day_starts(source)
        self._today: str | None = None

    def batches(self, block: TextBlock) -> Iterator[Batch]:
        entries = list(self._entries(block))
        senders, wall_us, text, line = (
            zip(*entries, strict=True) if entries else ((),) * 4
        )
        identities = {
            one: identify_author(one)
            for one in dict.fromkeys(senders)
            if one is not None
        }
        register_names(self._source, self.chat, identities.values())
        yield from self.chat.batches(
            position=line,
            time_us=from_wall(pa.array(wall_us, pa.timestamp("us")), self.chat.zone),
            sender=[sender and identities[sender][0] for sender in senders],
            kind=[PLACEHOLDERS.get(one, "text") for one in text],
            text=list(text),
        )
        yield from list_titles(identities.values(), self.chat)

    def _entries(self, block: TextBlock) -> Iterator[PastedEntry]:
        before, *parts = _ENTRY.split("\n" + block.text)
        self._stray(before, block.line)
        line = block.line + before.count("\n")
        columns = (parts[at::5] for at in range(5))
        for day, one, date, clock, body in zip(*columns, strict=True):
            words, notices = _split_notices(body, 0 if day else 1)
            if day:
                self._today, time = day, None
                self._stray(words, line + 1)
            else:
                time = self._time(date or self._today, clock)
                yield one, time, words, line
            for place, notice in notices:
                yield None, time, notice, line + place
            self._noted(len(notices), line)
            line += 1 + body.count("\n")

    def _time(self, day: str | None, clock: str) -> int | None:
        start = self._starts.get(day)  # none of a relative one
        try:
            return None if start is None else start + _clock_us(clock)
        except ValueError:  # a time that no clock shows
            return None

    def _noted(self, notices: int, line: int) -> None:
        if notices:
            reason = "bare lines read as notices"
            self._source.losses.noted(reason, self.chat.file, line, notices)

    def _stray(self, text: str, line: int) -> None:
        if text.strip():
            reason = "text before the first message"
            self._source.losses.lost(reason, self.chat.file, line)


def _split_notices(body: str, least: int) -> tuple[str, list[tuple[int, str]]]:
    r"""Move system notices at the end of a message body out of that body.

    >>> _split_notices("\n早\n\n你撤回了一条消息\n", 1)
    ('早', [(3, '你撤回了一条消息')])
    """
    lines, notices = body[1:].rstrip("\n").split("\n"), list[tuple[int, str]]()
    while len(lines) > least and (
        not lines[-1].strip() or load_grammar("qq").match(lines[-1])
    ):
        place, last = len(lines), lines.pop().strip()
        notices += [(place, last)] if last else []
    return "\n".join(lines), notices[::-1]


def _find_day_starts(source: Source) -> dict[str | None, int | None]:
    """Return the date of each day section of the file, or raise if unclear."""
    dates = [date for date, _ in groupby(_list_dates(source))]
    if not dates:
        raise BrokenFileError(
            say("has times without a day"),
            where=source.where(source.name, say("line {n}", n=1)),
            remedy=say("copy it again on a later day, when QQ writes the date"),
        )
    order = decide_order(source, source.name, dates)
    starts: dict[str | None, int | None] = {None: None}
    for date in set(dates):
        day = compute_day_number(parse_triple(date), order)
        starts[date] = None if day is None else day * DAY_US
    return starts


def _list_dates(source: Source) -> Iterator[str]:
    for block in source.messages(source.name, _LINE):
        for entry in _ENTRY.finditer("\n" + block.text):
            date = entry["day"] or entry["date"]
            if date and date[0].isdecimal():
                yield date
