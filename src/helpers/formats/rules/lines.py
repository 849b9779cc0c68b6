"""Read a text as messages by how the headers of its lines look."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat, Talk, Transcript
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.rows.people import is_nobody, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.patterns import compile_header, put_day_first
from helpers.formats.rules.programs import Program
from helpers.formats.table import Clock, is_group_column
from helpers.records import Batch, from_rows
from helpers.wording import say

_HALF, _LEAST_LINES = 0.5, 3  # of a text that is no known program's
_ID = re.compile(
    r"(.+?) ?[(（<](\d{5,12}|[\w.+-]+@[\w.-]+\.\w+|wxid_\w+|\+\d[\d ]{6,16})[)）>]"
)
_FACT = re.compile(r"[^\w\n]*([^\W\d][^\n:：\d]{0,24}?) ?[:：]\s*([^\n]{1,200}?)\s*$")
_HEAD = re.compile(rf"\W*$|{_FACT.pattern}|\W{{2,}}.{{1,40}}\W{{2,}}$")
_ENDING = re.compile(r"\n([=*_#-])\1{7,}\n.{0,200}\Z", re.DOTALL)
_NUMBERED = re.compile(r"[^\w\n]*\d")
_MOST_FACTS, _LEAST_FACTS = 40, 2  # lines above the first message


class Layout(NamedTuple):
    """The pattern of a text's headers that fits most of its lines."""

    pattern: str
    header: re.Pattern[str]
    names: Counter[str]  # of senders, in the first look
    lines: int  # with a stamp
    first: int  # where the first stands


def find_layout(text: str, program: Program) -> Layout | None:
    """Return the layout of most lines with a sender, or None if there is none."""
    layouts = [_try_layout(text, pattern) for pattern in program.lines]
    most = max(one.names.total() for one in layouts)
    likely = (one for one in layouts if one.names.total() >= most * _HALF)
    return next(likely) if most else None  # what is told by more stands first


def _try_layout(text: str, pattern: str) -> Layout:
    header = compile_header(pattern)
    found = [*header.finditer(text)]
    if found and "{clock}" in pattern and not found[0]["day"]:
        found = []  # a clock without a day
    stamped = [match for match in found if match["time"]]
    names = Counter(match["who"].strip() for match in stamped if match["who"])
    first = found[0].start() if found else 0
    return Layout(pattern, header, names, len(stamped), first)


def has_head(text: str) -> bool:
    """Return whether facts stand above the first line with a number in front."""
    lines = text.lstrip("\ufeff \n").split("\n")[:_MOST_FACTS]
    above = takewhile(lambda line: not _NUMBERED.match(line), lines)
    return sum(bool(_FACT.match(line)) for line in above) >= _LEAST_FACTS


def is_chat(layout: Layout | None) -> bool:
    """Return whether lines that no program is known for are those of a chat.

    Those of a log begin alike, and name levels or parts of a program instead of people.
    """
    if layout is None or layout.names.total() < _LEAST_LINES:
        return False
    several = len(layout.names) > 1 and len(layout.names) < layout.names.total()
    most = layout.lines * _HALF <= layout.names.total()
    return several and most and not is_log(layout.names.elements())


def is_log(names: Iterable[str]) -> bool:
    """Return whether senders are levels of a program's log, or have them in them.

    >>> is_log(["app.INFO", "db.ERROR", "Ann"]), is_log(["Ann", "Bob"])
    (True, False)
    """
    levels = [bool(_LEVEL.search(name)) for name in names]
    return sum(levels) > _HALF * len(levels)


_LEVEL = re.compile(
    r"\b(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|FATAL|CRITICAL|NOTICE)\b"
)


class Lines(Transcript):
    """A text of messages, whose clock may take its day from the heading above."""

    def __init__(
        self, source: Source, name: str, layout: Layout, program: Program
    ) -> None:
        super().__init__(source, name, layout.header)
        self._program, self._clock = program, Clock(source, self._list_times)
        self._days = {1: ""}  # that hold when a block begins, by its first line

    def _split(self, block: TextBlock) -> Talk:
        talk = self._split_text(block)
        talk.time_us = self._clock.times(talk.time)
        return talk

    def _list_times(self) -> Iterator[Sequence[str]]:
        """Yield the text's times as they stand, to decide how days are written."""
        for block in self._source.messages(self._name, self._header):
            yield self._split_text(block).time

    def _split_text(self, block: TextBlock) -> Talk:
        text, day = block.text, self._days[block.line]
        found = [*self._header.finditer(text)]
        before = text[: found[0].start()] if found else text
        talk = Talk(before, [], [], [], [], pa.nulls(0, pa.int64()), [])
        ends = [*(one.start() for one in found[1:]), len(text)]
        line = block.line + before.count("\n")
        for match, end in zip(found, ends, strict=True):
            body = text[match.end() : end]
            body = _ENDING.sub("", body) if end == len(text) else body
            if match["day"]:
                day = match["day"]
                day_line = line + match[0].count("\n")
                self._add(talk, day, None, body, day_line)
            else:
                stamp = put_day_first(match["time"])
                self._add(
                    talk, f"{day} {stamp}".strip(), match["who"] or "", body, line
                )
            line += text.count("\n", match.start(), end)
        self._days[block.line + text.count("\n")] = day
        return talk

    def _add(
        self, talk: Talk, time: str, who: str | None, body: str, line: int
    ) -> None:
        """Add an entry, and the lines of the app that stand below it without a time."""
        words = body.split("\n") if self._program.has_loose_notices else [body]
        own = words[:1] if who is not None else []
        below = list[str]()
        for one in words[len(own) :]:
            is_notice = who is None or bool(self._program.understand(one))
            (below if is_notice and one.strip() else own).append(one)
        entries = [(who, "\n".join(own))] if who is not None else []
        for name, text in [*entries, *((None, one) for one in below)]:
            talk.time.append(time)
            talk.who.append(name or "")
            talk.body.append(text)
            talk.line.append(line)


def read_lines(source: Source, program: Program) -> Iterator[Batch]:
    """Yield the messages of a text, of one group."""
    name, layout = source.name, find_layout(source.head.start, program)
    if layout is None:
        raise BrokenFileError(
            say("has no lines of messages"),
            where=str(source.path),
            remedy=say("check the export"),
        )
    group, label = name_group(source, layout, program)
    chat = Chat(source, name, group, program.understand)
    for talk in Lines(source, name, layout, program).talks():
        if rows := sum(not _HEAD.match(one) for one in talk.before.split("\n")[1:]):
            source.losses.noted("lines above the first message", name, 1, rows)
        yield from _read_entries(talk, chat, program)
    row = {"group": group, "label": label, "file": name, "position": 1}
    yield from_rows("group", [row | {"platform": program.platform}])


def name_group(source: Source, layout: Layout, program: Program) -> tuple[str, str]:
    """Return the id and name of a text's group, by its head or the file's name."""
    head = source.head.start[: layout.first].lstrip("\ufeff \n")
    if program.title and (match := re.match(program.title, head)):
        return match[1].strip(), match[1].strip()
    for line in head.split("\n")[:_MOST_FACTS]:
        fact = _FACT.match(line)
        if fact and is_group_column(fact[1]):
            both = re.fullmatch(r"(.+?) ?[(（]([\w@.-]{3,})[)）]", fact[2])
            return (both[2], both[1]) if both else (fact[2], fact[2])
    return source.stem, source.stem


def _read_entries(talk: Talk, chat: Chat, program: Program) -> Iterator[Batch]:
    names = [who.strip() for who in talk.who]
    bodies = [body.strip("\n").rstrip() for body in talk.body]
    if program.is_quoted:
        bodies = list(map(_unquote, bodies))
    kinds, texts = split_placeholders(bodies)
    for at, body in enumerate(bodies):
        kind = program.labels.get(body.strip())
        kinds[at], texts[at] = (kind, None) if kind else (kinds[at], texts[at])
        if is_nobody(names[at]):
            kinds[at], texts[at] = "system", body.strip()
    people = [_identify(name) for name in names]
    sender = [
        None if is_nobody(who) else one
        for who, (one, _) in zip(names, people, strict=True)
    ]
    chat.names(zip(sender, (bare for _, bare in people), strict=True))
    yield from chat.batches(
        position=talk.line,
        time_us=talk.time_us,
        sender=sender,
        kind=kinds,
        text=texts,
        rule=talk.rules,
    )


def _identify(name: str) -> tuple[str, str]:
    """Return who a sender is, by the id beside the name if there is one.

    >>> _identify("Ann (10001)"), _identify("Bob")
    (('10001', 'Ann'), ('name:Bob', 'Bob'))
    """
    match = _ID.fullmatch(name)
    return (match[2], match[1]) if match else (to_name_id(name), name)


def _unquote(body: str) -> str:
    r"""Return a text of several lines without the quotation marks around it.

    >>> _unquote('"a\nb"')
    'a\nb'
    """
    is_quoted = "\n" in body and body[0] == body[-1] == '"'
    return body[1:-1].replace('""', '"') if is_quoted else body
