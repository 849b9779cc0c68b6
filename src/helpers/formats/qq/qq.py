"""Read QQ's own text export: one chat, all chats in one file, or pasted text.

The hour may lack its zero and the clock may have twelve hours. A level title before a
name (【潜水】 is a lurker's) is kept as a role. Nobody has an id in a 讨论组. What was
copied from a window instead of exported is read by `_read_pasted`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat, Talk, Transcript
from helpers.formats.reading.source import LEAST, Head, Source, TextBlock, Weight
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.events import Event, Known, extract_ids, load_grammar
from helpers.formats.rows.people import NAMED, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.whatsapp import (
    compute_day_number,
    decide_order,
    parse_clock_us,
    parse_triple,
)
from helpers.records import DAY_US, Batch, from_rows
from helpers.wording import say

Person = tuple[str, str, str | None]  # id, name, title

SYSTEM = frozenset({"10000", "1000000"})
ANONYMOUS = "80000000"
TITLES = {
    "群主": "owner", "管理员": "admin", "潜水": "潜水", "冒泡": "冒泡", "吐槽": "吐槽",
    "活跃": "活跃", "话唠": "话唠", "传说": "传说",
}  # fmt: skip
_WHO = re.compile(
    r"(?:【(?P<title>[^】]*)】)?(?P<name>.*?)(?:\((?P<id>\d+)\)|<(?P<mail>[^<>]+)>)?"
)


def _build_chat(source: Source, group: str) -> Chat:
    """Build the parser of a QQ group's text export; system lines contain member ids."""

    def understand(text: str, known: Known) -> Event | None:
        event = load_grammar("qq").match(text, known)
        return event and extract_ids(event, group, source.people, r"\d+")

    return Chat(source, source.name, group, understand, SYSTEM.__contains__)


def _identify_author(text: str) -> Person:
    """Parse the sender in a QQ message header into id, name and title."""
    match = _WHO.fullmatch(text)
    if match is None:
        return to_name_id(text), text, None
    title, name = match["title"], match["name"]
    if title is not None and title not in TITLES:
        title, name = None, f"【{title}】{name}"
    person = match["id"] or match["mail"] or to_name_id(name)
    if person == ANONYMOUS:  # one number for everybody who hid
        person = f"{ANONYMOUS}:{name}"
    return person, name, title


def _register_names(source: Source, chat: Chat, people: Iterable[Person]) -> None:
    """Record the names of authors; without ids, equal names are one person."""
    for person, name, _ in people:
        chat.names([(person, name)])
        if person.startswith(NAMED):
            source.observed["sender_ids"] = "by name"


def _list_titles(people: Iterable[Person], chat: Chat) -> Iterator[Batch]:
    """Yield a membership record per member title in a header, such as 潜水 (lurker)."""
    common = {"group": chat.group, "file": chat.file, "rule": "qq.title"}
    rows = [
        common | {"person": person, "role": TITLES[title]}
        for person, title in dict.fromkeys((who, title) for who, _, title in people)
        if title
    ]
    yield from yield_rows(membership=rows)


# who, clock on the wall, words, line
PastedEntry = tuple[str | None, int | None, str, int]

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_RELATIVE = (  # days that only whoever copied can place
    r"今天|昨天|前天|(?:星期|周)[一二三四五六日天]|[Tt]oday|[Yy]esterday"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)
_CLOCK = r"\d{1,2}:\d\d:\d\d(?: [AP]M)?"
_DAY = rf"[—–][—– ]{{1,9}}(?P<day>{_DATE}|{_RELATIVE})[—– ]{{1,9}}"
_PASTED_WHO = r"(?P<who>\S[^\n]{0,200}?)"
_PASTED_TIME = rf"(?:(?P<date>{_DATE}|{_RELATIVE})[ \t]{{1,4}})?(?P<clock>{_CLOCK})"
_TIMED = r"(?=[^\n]{0,400}:\d\d(?: [AP]M)?[ \t]{0,4}$)"  # told faster than a name's end
_PASTED_HEADER = (
    rf"(?:{_DAY}|{_TIMED}{_PASTED_WHO}[ \t]{{1,4}}{_PASTED_TIME})[ \t]{{0,4}}"
)
_LINE = re.compile(
    _PASTED_HEADER + "\n", re.MULTILINE
)  # whole: a block may end amid a line
_ENTRY = re.compile(
    f"\n{_PASTED_HEADER}$", re.MULTILINE
)  # a plain sign is searched fastest
_ELSEWHERE = re.compile(  # chatlog's ids and talkers; dates in front are other formats'
    r"\((?!\d{5,12}\))[^()]*\)$|\]$|^我$|\d\d-\d\d$|^\[?\d{1,4}[-/.年]\d{1,2}[-/.月]\d"
)
LEAST_HEADERS = 2  # headers: one line that ends in a time may be anything
_clock_us = lru_cache(maxsize=1 << 17)(parse_clock_us)  # a day has 86,400 seconds


def _is_pasted(start: str) -> bool:
    """Return whether a text was pasted from QQ, by its date line or message headers."""
    text = "\n" + start.lstrip()
    if not _ENTRY.match(text):
        return False
    entries = list(_ENTRY.finditer(text))
    if entries[0]["day"]:
        return True
    if len(entries) < LEAST_HEADERS or _ELSEWHERE.search(entries[0]["who"]):
        return False
    bodies = zip(entries, [*entries[1:], None], strict=True)
    return any(
        text[match.end() : next_header and next_header.start()].strip()
        for match, next_header in bodies
    )


def _read_pasted(source: Source) -> Iterator[Batch]:
    """Yield the records of one pasted QQ conversation."""
    paste = _Paste(source)
    for block in source.messages(source.name, _LINE):
        yield from paste.batches(block)
    name = paste.chat.group
    row = {"group": name, "label": name, "platform": "qq", "kind": "group"}
    yield from_rows("group", [row | {"file": source.name, "rule": "qq.pasted"}])


class _Paste:
    """Parser of one conversation pasted from QQ into messages."""

    def __init__(self, source: Source) -> None:
        self._source, self.chat = source, _build_chat(source, source.stem)
        self._starts = _find_day_starts(source)
        self._today: str | None = None

    def batches(self, block: TextBlock) -> Iterator[Batch]:
        entries = list(self._entries(block))
        columns = zip(*entries, strict=True) if entries else ((),) * 4
        senders, wall_us, text, line = columns
        distinct = dict.fromkeys(one for one in senders if one is not None)
        identities = {one: _identify_author(one) for one in distinct}
        _register_names(self._source, self.chat, identities.values())
        kind, words = split_placeholders(text)
        yield from self.chat.batches(
            position=line,
            time_us=from_wall(pa.array(wall_us, pa.timestamp("us")), self.chat.zone),
            sender=[sender and identities[sender][0] for sender in senders],
            kind=kind,
            text=words,
        )
        yield from _list_titles(identities.values(), self.chat)

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
            if notices:
                reason, file = "bare lines read as notices", self.chat.file
                self._source.losses.noted(reason, file, line, len(notices))
            line += 1 + body.count("\n")

    def _time(self, day: str | None, clock: str) -> int | None:
        start = self._starts.get(day)  # none of a relative one
        try:
            return None if start is None else start + _clock_us(clock)
        except ValueError:  # a time that no clock shows
            return None

    def _stray(self, text: str, line: int) -> None:
        if text.strip():
            reason = "text before the first message"
            self._source.losses.lost(reason, self.chat.file, line)


def _split_notices(body: str, least: int) -> tuple[str, list[tuple[int, str]]]:
    """Move system notices at the end of a message body out of that body."""
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


NAME = "QQ"
OBSERVES = replace(
    LEAST, joins_observed=True, leaves_observed=True, roles_known=True,
    time_zone_known=False, left_truncated=True,
)  # fmt: skip
OUTSIDE = {"private": "private"}
_TIME = r"\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d(?: [AP]M)?"
# a damaged space is known by the id at the line's end; else the name were text
_SPACE = r"(?: |[^\n\d](?=[^\n]*[(<][^()<>\n]+[)>]\n))"
_HEADER = re.compile(rf"(?:\A|(?<=\n\n))({_TIME}){_SPACE}([^\n]+)\n")
_SECTION = re.compile(
    r"={20,}\n消息分组:([^\n]*)\n={20,}\n消息对象:([^\n]*)\n(?:={20,}\n*)?"
)
_TITLE = re.compile(r"消息记录（[^\n]*\n*={0,99}\n?")
_OF_MANY = re.compile("群|讨论组|多人")  # else the section's name is one of friends
_BEGINS = "\n消息对象:"


def has_signature(head: Head) -> bool:
    """Detect QQ's text export by its title, pasted QQ text by message headers."""
    start = head.start.lstrip()
    return _has_title(start) or (len(head.names) == 1 and _is_pasted(start))


def _has_title(start: str) -> bool:
    return start.startswith("消息记录（") or bool(_SECTION.match(start))


def weight(head: Head) -> Weight:
    """Return how strongly a text's title and header lines indicate QQ."""
    start = head.start.lstrip()
    lines = sum(1 for _ in _ENTRY.finditer("\n" + start))
    return Weight(own=_has_title(start), begins=True, lines=lines)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every chat in a QQ text file."""
    start = source.head.start.lstrip()
    if not _TITLE.match(start) and _is_pasted(start):
        yield from _read_pasted(source)
        return
    chats = _Chats(source)
    for talk in Transcript(source, source.name, _HEADER, _BEGINS).talks():
        yield from chats.opened(talk.before, talk.line[0] if talk.line else 1)
        start_at = 0
        for at in [i for i, body in enumerate(talk.body) if _BEGINS in body]:
            if match := _SECTION.search(talk.body[at]):
                heads = talk.body[at][match.start() :]
                talk.body[at] = talk.body[at][: match.start()]
                yield from _read_entries(
                    source, talk, slice(start_at, at + 1), chats.now
                )
                yield from chats.opened(heads, talk.line[at])
                start_at = at + 1
        yield from _read_entries(source, talk, slice(start_at, None), chats.now)


class _Chats:
    """The chats in one QQ text file; messages are added to the current chat."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.now = _build_chat(source, source.stem)

    def opened(self, text: str, line: int) -> Iterator[Batch]:
        """Yield a group record for each chat heading, even without messages."""
        for section in _SECTION.finditer(text):
            self.now = _build_chat(self._source, section[2].strip())
            kind = "group" if _OF_MANY.search(section[1]) else "private"
            row = {
                "group": self.now.group, "label": self.now.group, "platform": "qq",
                "kind": kind, "file": self.now.file, "rule": "qq.section",
            }  # fmt: skip
            yield from_rows("group", [row])
        if _TITLE.sub("", _SECTION.sub("", text)).strip("\n "):
            reason = "text before the first message"
            self._source.losses.lost(reason, self._source.name, line)


def _read_entries(
    source: Source, talk: Talk, part: slice, chat: Chat
) -> Iterator[Batch]:
    line = talk.line[part]
    if not line:
        return
    identities = {author: _identify_author(author) for author in set(talk.who[part])}
    people = [identities[author] for author in talk.who[part]]
    _register_names(source, chat, identities.values())
    kind, text = split_placeholders([body.rstrip("\n") for body in talk.body[part]])
    yield from chat.batches(
        position=line,
        time_us=talk.time_us[part],
        sender=[person for person, _, _ in people],
        kind=kind,
        text=text,
        rule=talk.rules[part],
    )
    yield from _list_titles(identities.values(), chat)
