"""Read a text as messages by how the headers of its lines look."""

import re
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats.reading.chat import Chat, Talk, Transcript, find_all
from helpers.formats.reading.dates import Clock
from helpers.formats.reading.source import Source, TextBlock
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.columns import yield_rows
from helpers.formats.rows.people import (
    NAMED,
    is_nobody,
    is_unknown,
    to_name_id,
)
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.layouts import (
    Facts,
    Layout,
    clean_start,
    find_foot,
    find_layout,
    list_strays,
    read_facts,
)
from helpers.formats.rules.patterns import (
    WHO,
    WITHIN,
    has_day,
    has_days,
    put_day_first,
)
from helpers.formats.rules.programs import Program
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows
from helpers.wording import say

Person = tuple[str | None, str, str | None]  # id, name, title

_NUMBER = re.compile(r"\d{5,12}")  # of QQ, which is an id
_ACTION = re.compile(r"\* (\S+) (.+)", re.DOTALL)  # what somebody does in IRC
_NICK_MARKS = "@+%&"  # of IRC's operators and whoever may speak
_SENT = re.compile(r"(\[\w{1,8}\]) [^\n]+\.\w{1,5}")  # a file, by its kind and name
_BETWEEN = re.compile(r"\s*\n[-=_*—]{3,}\s*$")
_DATED = re.compile(r"\d[-/.]\d")
_TOTAL = re.compile(r"(\d+) ?(?:条|則|messages)")


class Text(NamedTuple):
    """A file of an export, and how its messages look."""

    source: Source
    name: str
    layout: Layout
    program: Program


class Lines(Transcript):
    """A text of messages, whose clock may take its day from the heading above."""

    def __init__(self, text: Text) -> None:
        source, name, layout, program = text
        self._source, self._name, self._header = source, name, layout.header.cut
        self._section = program.section[0] if program.section else "\0"
        self._layout, self._program = layout, program
        self._find = layout.header.find
        self._clock = Clock(source, self._list_times, name)
        self._is_pasted = not program.begins(clean_start(source.head.start))
        # that hold when a block begins, by its first line
        self._days = {1: source.named_day if has_days(layout.pattern) else ""}

    def _split(self, block: TextBlock) -> Talk:
        talk = self._split_text(block)
        if talk.date:
            walls = self._clock.add_clocks(talk.date, talk.time)
            talk.time_us = self._clock.place(walls)
            return talk
        talk.time_us = from_wall(talk.time, self._source.options.zone)
        if talk.time_us.null_count:
            talk.time_us = self._clock.times(talk.time)
        return talk

    def _list_times(self) -> Iterator[Sequence[str]]:
        """Yield the text's times as they stand, to decide how days are written."""
        for block in self._source.messages(self._name, self._header):
            yield self._split_text(block).time

    def _split_text(self, block: TextBlock) -> Talk:
        split = self._layout.header.split
        before, *parts = split.split("\n" + block.text)
        step = split.groups + 1
        column = {k: parts[at - 1 :: step] for k, at in split.groupindex.items()}
        who, body = [one or "" for one in column["who"]], parts[step - 1 :: step]
        sorts = zip(body, column.get("sort", ()), strict=False)
        body = [text if text.strip() else f"[{it}]" for text, it in sorts] or body
        time = column["clock"] if "date" in column else column["time"]
        wide = 1 + self._layout.pattern.rstrip("\n").count("\n")
        ends = np.fromiter(map(str.count, body, repeat("\n")), np.int64, len(body))
        first = block.line + before.count("\n")
        line = (first + np.cumsum(ends + wide) - ends - wide).tolist()
        talk = Talk(before, time, who, body, line, pa.nulls(0, pa.int64()), [])
        talk.date = column.get("date", [])
        if "{stamp}" in self._layout.pattern:  # the day may be last, as in Vietnam
            talk.time = [*map(put_day_first, time)]
        if has_days(self._layout.pattern):
            self._place(talk, column["day"], block)
        return talk

    def _place(self, talk: Talk, days: list[str | None], block: TextBlock) -> None:
        """Give clocks the days of the headings above, and take these out."""
        day, stamped = self._days[block.line], list[str]()
        days = [one and put_day_first(WITHIN.sub("", one)) for one in days]
        for own, time in zip(days, talk.time, strict=True):
            day = own or day
            is_whole = own or has_day(time)
            stamped.append(own or time if is_whole else f"{day} {time}".strip())
        self._days[block.line + block.text.count("\n")] = day
        rows = zip(stamped, talk.who, talk.body, talk.line, days, strict=True)
        spread = [entry for row in rows for entry in self._spread(*row)]
        columns = map(list, zip(*spread, strict=True)) if spread else ([], [], [], [])
        talk.time, talk.who, talk.body, talk.line = columns

    def _spread(
        self, time: str, who: str | None, body: str, line: int, day: str | None
    ) -> list[tuple[str, str, str, int]]:
        """List an entry, and the lines of the app below it that have no time."""
        is_loose = self._program.has_loose_notices and "\n" in body.strip("\n")
        if not day and not is_loose:
            return [(time, who or "", body, line)]
        words = body.split("\n")
        own = [] if day else words[: 1 + body.startswith("\n")]
        below = list[tuple[str, str, str, int]]()
        for at, one in enumerate(words[len(own) :], len(own)):
            if one.strip() and (day or self._program.understand(one)):
                below.append((time, "", one.strip(), line + at))
            else:
                own.append(one)
        if below and not day and self._is_pasted:
            reason = "bare lines read as notices"
            self._source.losses.noted(reason, self._name, line, len(below))
        return below if day else [(time, who or "", "\n".join(own), line), *below]


def read_lines(source: Source, program: Program) -> Iterator[Batch]:
    """Yield the messages of a text, of one group or of each that it has."""
    layout = find_layout(clean_start(source.head.start), program, source.named_day)
    if layout is None:
        what, remedy = say("has no lines of messages"), say("check the export")
        raise BrokenFileError(what, where=str(source.path), remedy=remedy)
    headers = layout.header.find.finditer(source.head.start)
    days = (one["day"] or one["time"] for one in headers if "{when}" in layout.pattern)
    if "{when}" in layout.pattern and not any(map(_DATED.search, days)):
        raise BrokenFileError(
            say("has times without a day"),
            where=source.where(source.name, say("line {n}", n=1)),
            remedy=say("copy it again on a later day, when QQ writes the date"),
        )
    facts = read_facts(source, layout, program)
    text = Text(source, source.name, layout, program)
    yield from Reading(text, facts).batches()


class Reading:
    """The reading of one text, in which one chat may follow another."""

    def __init__(self, text: Text, facts: Facts, lines: Lines | None = None) -> None:
        source, name, layout, program = text
        self._source, self._name = source, name
        self._layout, self._program, self._facts = layout, program, facts
        self._above = clean_start(source.head.text(name))[: layout.first]
        self._who = re.compile(WHO.replace("IDS", program.ids or _NUMBER.pattern))
        self._has_sections = False
        self._is_coarse = program.observability.resolution != "second"
        self._lines = lines or Lines(text)
        self._open(facts.id or facts.name or "")

    def _open(self, group: str) -> None:
        """Begin a chat, in whose notices names may have ids beside them."""
        understand = self._program.understand_in(group, self._source.people)
        self._chat = Chat(self._source, self._name, group, understand, self._is_app)

    def _is_app(self, who: str) -> bool:
        return who in self._program.nobody or is_nobody(who)

    def batches(self) -> Iterator[Batch]:
        """Yield the records of the text."""
        source, name = self._source, self._name
        for at, talk in enumerate(self._lines.talks()):
            yield from self._read_above(talk, at)
            if talk.time and self._layout.has_seconds(talk.time[0]):
                source.observed |= {"resolution": "second"} if self._is_coarse else {}
            declared = self._cut_foot(talk)
            yield from self._read_talk(talk)
            found = self._chat.rows
            source.losses.balance("messages", name, declared=declared, found=found)
        if self._has_sections:
            return
        if made := self._facts.made:
            (time_us,) = from_wall([made], source.options.zone).to_pylist()
            source.state_export(self._chat.group, time_us, name)
        yield from_rows("group", [self._describe()])

    def _describe(self) -> dict[str, object]:
        """Return the group's own record."""
        facts, group = self._facts, self._chat.group
        kind = facts.kind or ("group" if self._program.section else None)
        row = {"group": group, "label": facts.name or group, "file": self._name}
        return row | {"platform": facts.platform, "kind": kind, "position": 1}

    def _read_above(self, talk: Talk, at: int) -> Iterator[Batch]:
        if self._program.section:
            yield from self._read_headings(
                talk.before, talk.line[0] if talk.line else 1
            )
            return
        strays = list_strays(talk.before, self._program) if at == 0 else [talk.before]
        if not any(map(str.strip, strays)):
            return
        if self._program.has_own_lines:
            self._source.losses.lost("text before the first message", self._name, 1)
        else:
            reason = "lines above the first message"
            self._source.losses.noted(reason, self._name, 1, len(strays))

    def _read_headings(self, text: str, line: int) -> Iterator[Batch]:
        """Yield a record for each chat that is headed, even without messages."""
        section = re.compile(self._program.section[1])
        for match in section.finditer(text):
            self._has_sections = True
            self._open(match["name"].strip())
            kind = "group" if match["many"] else "private"
            group = self._chat.group
            row = {"group": group, "label": group, "platform": self._program.platform}
            row |= {"kind": kind, "file": self._name}
            rule = f"{self._program.platform}.section"
            yield from_rows("group", [row | {"rule": rule}])
        rest = section.sub("", text)
        for title in self._program.titles:
            rest = re.sub(title, "", rest)
        if rest.strip("\ufeff\n "):
            reason = "text before the first message"
            self._source.losses.lost(reason, self._name, line)

    def _cut_foot(self, talk: Talk) -> int | None:
        """Cut what stands below the last line; return the number that it states."""
        foot = find_foot(talk.body[-1].rstrip("\n"), self._above) if talk.body else None
        if foot is None:
            return None
        talk.body[-1] = talk.body[-1][: foot.start()]
        stated = _TOTAL.search(foot[0])
        return int(stated[1]) if stated else None

    def _read_talk(self, talk: Talk) -> Iterator[Batch]:
        """Yield the entries of a talk, in which other chats may begin."""
        start, section = 0, self._program.section
        for at, body in enumerate(talk.body) if section else ():
            if section[0] in body and (match := re.search(section[1], body)):
                heads, talk.body[at] = body[match.start() :], body[: match.start()]
                yield from self._read_entries(talk, slice(start, at + 1))
                yield from self._read_headings(heads, talk.line[at])
                start = at + 1
        yield from self._read_entries(talk, slice(start, None))

    def _read_entries(self, talk: Talk, part: slice) -> Iterator[Batch]:
        names = [(who or "").strip() for who in talk.who[part]]
        bodies = [body.strip("\n") for body in talk.body[part]]
        if not names:
            return
        self._put_in_place(names, bodies)
        if "{before}" in self._layout.pattern:  # a rule's
            self._drop_rules(names, bodies, talk.line[part])
        kinds, texts, mentions = self._classify(names, bodies)
        people = self._identify(names)
        yield from self._chat.batches(
            position=talk.line[part], time_us=talk.time_us[part],
            sender=[people[name][0] for name in names], kind=kinds, text=texts,
            rule=talk.rules[part], mentions=mentions,
        )  # fmt: skip
        yield from self._list_titles([people[name] for name in names])

    def _put_in_place(self, names: list[str], bodies: list[str]) -> None:
        """Part names from words where these stand in each other's place."""
        program, pattern = self._program, self._layout.pattern
        if program.has_headed_notices:
            for at in [at for at, body in enumerate(bodies) if not body]:
                names[at], bodies[at] = "", names[at]
        if "irc" in program.wordings:
            self._tell_actions(names, bodies)
        if program.is_quoted:
            bodies[:] = map(_unquote, bodies)
        if "**" in pattern:
            bodies[:] = [body.replace("\n> ", "\n") for body in bodies]
        if self._name.lower().endswith((".md", ".markdown")):  # blanks break a line
            bodies[:] = [re.sub(r"(?m)[ ]+$", "", body) for body in bodies]
        if "·" in pattern:
            bodies[:] = [_SENT.sub(r"\1", body) for body in bodies]

    def _drop_rules(
        self, names: list[str], bodies: list[str], lines: Sequence[int]
    ) -> None:
        """Drop rules between messages, and senders whom their words begin with."""
        bodies[:] = [_BETWEEN.sub("", body) for body in bodies]
        for at in find_all(str.startswith, bodies, [f"{name} " for name in names]):
            if not names[at].islower():
                names[at], reason = "", "lines about their sender, read as notices"
                self._source.losses.noted(reason, self._name, lines[at])

    def _tell_actions(self, names: list[str], bodies: list[str]) -> None:
        """Tell what somebody does from what IRC says of somebody."""
        names[:] = map(_strip_mark, names)
        for at in [at for at, name in enumerate(names) if not name]:
            action = _ACTION.fullmatch(bodies[at])
            if action and self._program.understand(bodies[at]) is None:
                nick = _strip_mark(action[1])
                if to_name_id(nick) in self._chat.spoke or nick in names:
                    names[at], bodies[at] = nick, action[2]

    def _classify(
        self, names: list[str], bodies: list[str]
    ) -> tuple[list[str], list[str | None], list[list[str]] | None]:
        """Return kinds, words and whom answers mention."""
        quote, labels = self._program.quote, self._program.labels
        cut = [body.split(quote, 1) for body in bodies] if quote else []
        kinds, texts = split_placeholders([own for own, *_ in cut] or bodies)
        for at, (_, *quoted) in enumerate(cut):
            kinds[at] = "reply" if quoted else kinds[at]
        for at, body in enumerate(bodies) if labels else ():
            if label := labels.get(body.strip()):
                kinds[at], texts[at] = label, None
        app = {name for name in set(names) if _names_app(name)}
        for at, name in enumerate(names) if app else ():
            if name in app:
                kinds[at], texts[at] = "system", wechat.strip_mark(bodies[at])
        if "reply" not in kinds or not quote:
            return kinds, texts, None
        whom = [[to_name_id(one.split(":", 1)[0]) for one in two[1:]] for two in cut]
        return kinds, texts, whom

    def _identify(self, names: Sequence[str]) -> dict[str, Person]:
        """Return senders' ids, names and titles, which stand beside each other."""
        distinct = dict.fromkeys(names)
        people = {name: self._part(name) for name in distinct if not _names_app(name)}
        self._chat.names((who, name) for who, name, _ in people.values())
        is_named = any(str(who).startswith(NAMED) for who, *_ in people.values())
        if is_named and self._program.observability.sender_ids is True:
            self._source.observed["sender_ids"] = "by name"
        nobody: Person = (None, "", None)
        return dict.fromkeys(distinct, nobody) | people

    def _part(self, text: str) -> Person:
        """Part a sender's id, name and title, which may stand beside each other."""
        program = self._program
        match = self._who.fullmatch(text)
        if match is None or _NUMBER.fullmatch(text):
            return text if match else to_name_id(text), text, None
        title, name = match["title"], match["name"]
        if title is not None and title not in program.roles:
            title, name = None, f"【{title}】{name}"
        name = name.strip(program.quotes or None) or name
        person = match["id"] or to_name_id(name)
        if person == program.hidden:  # one number for everybody who hid
            person = f"{person}:{name}"
        return person, name, title

    def _list_titles(self, people: Sequence[Person]) -> Iterator[Batch]:
        """Yield a membership record per member's title, such as 潜水 (lurker)."""
        common: dict[str, str | None]
        common = {"group": self._chat.group, "file": self._chat.file}
        common["rule"] = f"{self._program.platform}.title"
        titled = dict.fromkeys((who, title) for who, _, title in people if title)
        rows = [
            common | {"person": who, "role": self._program.roles[str(title)]}
            for who, title in titled
        ]
        yield from yield_rows(membership=rows)


def _names_app(name: str) -> bool:
    """Return whether nobody is named, and it is known that it was nobody."""
    return is_nobody(name) and not is_unknown(name)


def _strip_mark(nick: str) -> str:
    """Return a nick without IRC's mark; a telephone number has none."""
    is_marked = nick[:1] in set(_NICK_MARKS) and not nick[1:2].isdecimal()
    return nick[1:] if is_marked and nick[1:].strip() else nick


def _unquote(body: str) -> str:
    """Return a text of several lines without the quotation marks around it."""
    is_quoted = "\n" in body and body[0] == body[-1] == '"'
    return body[1:-1].replace('""', '"') if is_quoted else body
