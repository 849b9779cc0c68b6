"""What people copied from a QQ window: three shapes of header, none with a zone.

``【冒泡】NAME 2/14/2020 9:16:13 PM`` on computers, ``NAME 9:59:54 PM`` there for the
day of copying, which nothing names, and ``NAME  23:50:12`` below a line ``— —
2020-2-21 — —`` on telephones. Notices stand bare between messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats.clock import from_wall
from helpers.formats.events import grammar
from helpers.formats.qq_people import PLACEHOLDERS, chat_of, meet, titles, who
from helpers.formats.whatsapp_header import clock_us, day_number, triple
from helpers.formats.whatsapp_lines import settled_order
from helpers.records import DAY_US, Batch, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.formats.source import Source, TextBlock
    from helpers.formats.whatsapp_header import DateOrder

__all__ = ["is_pasted", "read"]

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_CLOCK = r"\d{1,2}:\d\d:\d\d(?: [AP]M)?"
_DAY = rf"[—–][—– ]{{1,9}}(?P<day>{_DATE})[—– ]{{1,9}}"
_WHO = r"(?P<who>\S[^\n]{0,200}?)"
_TIME = rf"(?:(?P<date>{_DATE})[ \t]{{1,4}})?(?P<clock>{_CLOCK})"
_ENTRY = re.compile(
    rf"^(?:{_DAY}|{_WHO}[ \t]{{1,4}}{_TIME})[ \t]{{0,4}}$", re.MULTILINE
)
_ELSEWHERE = re.compile(  # chatlog's ids and talkers; dates in front are other formats'
    r"\((?!\d{5,12}\))[^()]*\)$|\]$|^我$|\d\d-\d\d$|^\[?\d{1,4}[-/.年]\d{1,2}[-/.月]\d"
)
LEAST = 2  # headers: one line that ends in a time may be anything


@dataclass(slots=True)
class _Said:
    """Messages and notices of one block, column by column."""

    who: list[str | None] = field(default_factory=list)
    wall_us: list[int | None] = field(default_factory=list)
    text: list[str | None] = field(default_factory=list)
    line: list[int] = field(default_factory=list)

    def add(self, who: str | None, time: int | None, text: str, line: int) -> None:
        self.who.append(who)
        self.wall_us.append(time)
        self.text.append(text)
        self.line.append(line)


def is_pasted(start: str) -> bool:
    r"""Tell a paste by a day's line, or by two headers with words below.

    >>> is_pasted("甲 2/14/2020 9:16:13 PM\n早\n乙 2/14/2020 9:17:00 PM\n早\n")
    True
    >>> is_pasted("started 2/14/2020 9:16:13 PM\nstopped 2/14/2020 9:17:00 PM\n")
    False
    """
    entries = list(_ENTRY.finditer(start.lstrip()))
    if not entries or entries[0].start():
        return False
    if entries[0]["day"]:
        return True
    if len(entries) < LEAST or _ELSEWHERE.search(entries[0]["who"]):
        return False
    bodies = zip(entries, [*entries[1:], None], strict=True)
    text = start.lstrip()
    return any(text[one.end() : then and then.start()].strip() for one, then in bodies)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one conversation.

    Raises
    ------
    BrokenFileError
        If no time has a day.
    UndecidedDateOrderError
        If nothing tells days from months.
    """
    paste = _Paste(source)
    for block in source.messages(source.name, _ENTRY):
        yield from paste.batches(block)
    row = {"group": paste.chat.group, "platform": "qq", "kind": "group"}
    yield from_rows("group", [row | {"file": source.name, "rule": "qq.pasted"}])


class _Paste:
    """A pasted conversation while it is read."""

    def __init__(self, source: Source) -> None:
        self._source, self.chat = source, chat_of(source, source.path.stem)
        self._order = _order(source)
        self._today: str | None = None

    def batches(self, block: TextBlock) -> Iterator[Batch]:
        said = self._split(block)
        known = {one: who(one) for one in set(said.who) if one is not None}
        meet(self._source, self.chat, known.values())
        yield from self.chat.batches(
            position=said.line,
            time_us=from_wall(
                pa.array(said.wall_us, pa.timestamp("us")), self.chat.zone
            ),
            sender=[one and known[one][0] for one in said.who],
            kind=[PLACEHOLDERS.get(text or "", "text") for text in said.text],
            text=said.text,
        )
        yield from titles(known.values(), self.chat)

    def _split(self, block: TextBlock) -> _Said:
        said, line = _Said(), block.line
        entries = list(_ENTRY.finditer(block.text))
        before = block.text[: entries[0].start()] if entries else block.text
        self._stray(before, line)
        line += before.count("\n")
        for one, then in zip(entries, [*entries[1:], None], strict=True):
            body = block.text[one.end() : then.start() if then else None]
            self._entry(one, body.removeprefix("\n"), line, said)
            line += (one[0] + body).count("\n")
        return said

    def _entry(self, one: re.Match[str], body: str, line: int, said: _Said) -> None:
        if one["day"]:
            self._today, time = one["day"], None
        else:
            time = self._time(one["date"] or self._today, one["clock"])
        words, notices = _parted(body, 0 if one["day"] else 1)
        if one["day"]:
            self._stray("\n".join(words), line + 1)
        else:
            said.add(one["who"], time, "\n".join(words), line)
        if notices:
            reason = "bare lines read as notices"
            self._source.losses.noted(reason, self.chat.file, line, len(notices))
        for place, notice in notices:
            said.add(None, time, notice, line + place)

    def _time(self, day: str | None, clock: str) -> int | None:
        if day is None or self._order is None:
            return None
        number = day_number(triple(day), self._order)
        return None if number is None else number * DAY_US + clock_us(clock)

    def _stray(self, text: str, line: int) -> None:
        if text.strip():
            reason = "text before the first message"
            self._source.losses.lost(reason, self.chat.file, line)


def _parted(body: str, least: int = 1) -> tuple[list[str], list[tuple[int, str]]]:
    r"""Part `least` or more lines of a message from the notices below it.

    >>> _parted("早\n\n你撤回了一条消息\n")
    (['早'], [(3, '你撤回了一条消息')])
    """
    lines, notices = body.rstrip("\n").split("\n"), list[tuple[int, str]]()
    while len(lines) > least and (
        not lines[-1].strip() or grammar("qq").match(lines[-1])
    ):
        place, last = len(lines), lines.pop().strip()
        notices += [(place, last)] if last else []
    return lines, notices[::-1]


def _order(source: Source) -> DateOrder | None:
    """Return the order of all dates in the file; a file without one is refused."""
    dates = [
        day
        for block in source.messages(source.name, _ENTRY)
        for one in _ENTRY.finditer(block.text)
        if (day := one["day"] or one["date"])
    ]
    if not dates:
        raise BrokenFileError(
            "has times without a day",
            where=source.where(source.name, "line 1"),
            remedy="copy it again on a later day, when QQ writes the date",
        )
    return settled_order(source, source.name, dates)
