"""Read WhatsApp's text exports, from Android and iOS, plain or in a ZIP.

There are no ids: a person is a name, time is a clock on a wall, a reply can't be seen.
Since August 2022 only administrators are told that somebody left.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from hashlib import blake2b
from itertools import repeat
from operator import not_
from pathlib import PurePosixPath
from typing import NamedTuple, cast

import numpy as np

from helpers.errors import BrokenFileError
from helpers.files import read_own_rows
from helpers.formats.reading.chat import Talk, find_all
from helpers.formats.reading.dates import Clock, parse_clock
from helpers.formats.reading.source import Head, Source, TextBlock, Weight
from helpers.formats.rows.events import YOU, Event, Grammar, Known
from helpers.formats.rows.people import NAMED, is_unknown, to_name_id
from helpers.formats.rows.placeholders import find_placeholder
from helpers.formats.rules.layouts import Facts, Layout, find_layout
from helpers.formats.rules.lines import Lines, Reading, Text
from helpers.formats.rules.programs import load_program
from helpers.records import HOUR_US, Batch
from helpers.wording import say

PROGRAM = load_program("_whatsapp")
NAME, OBSERVES = PROGRAM.name, PROGRAM.observability
MARKS = "\u200e\u200f\u061c\ufeff"
MARK = "\u200e"
_FILE = re.compile(  # with words before it, as on iPhones, or on the lines below
    r"(?:(?P<before>[^<>]*)\s)?<[^<>:：\n]{2,20}(?:: |：)(?P<ios>[^<>\n]+\.\w{2,5})>"
    r"|(?P<android>[^\n()]{3,120}\.\w{2,5}) \([^()\n]{4,40}\)(?:\n|$)"
)
_ENDINGS = read_own_rows("formats", "table_columns.toml")["endings"]
_ENDS, _BELOW = (">", ")"), ")\n"  # of a file's name, alone or above words
_SIGNS = ("EVENT:\n", "maps.google.com/", "foursquare.com/v/", "deleted by admin")
# what stands in place of media in any language: words in brackets, and nothing else
_OMITTED = re.compile(r"<(?=[^<>]*(?:\s|[^\x00-\x7f]))[^<>@:/\n]{4,40}>")
_STOPS = frozenset(".。")
_WHOLE = {f"{body}{stop}" for body in PROGRAM.labels for stop in ("", *_STOPS)}


class Body(NamedTuple):
    """Kind and text of a WhatsApp message, and the rule by which it was parsed."""

    kind: str
    text: str
    rule: str | None = None


def _parse_bodies(texts: Sequence[str]) -> list[tuple[int, Body]]:
    """Parse texts that may have placeholders; return each result with its index."""
    joined = "\n".join(texts)  # one look through all is quicker than one through each
    signs = [one for one in (MARK, _BELOW, *_SIGNS) if one in joined]
    likely = {*find_all(_WHOLE.__contains__, texts)}
    likely.update(find_all(str.endswith, texts, repeat(_ENDS)))
    likely.update(*(find_all(str.__contains__, texts, repeat(one)) for one in signs))
    return [(at, parse_body(texts[at])) for at in sorted(likely)]


def parse_body(text: str) -> Body:
    r"""Return the kind and text of a WhatsApp message's body.

    >>> said = ["\u200eimage omitted", "IMG-1-WA0025.jpg (file attached)", "<div>"]
    >>> said += ["Standort: https://maps.google.com/?q=52.5,13.4", "I left (finally)"]
    >>> said += ["SONDAGE :\nDemain ?\nOPTION : oui (2 votes)", "\u200eunknown words"]
    >>> " ".join(parse_body(one).kind for one in said)
    'image image text location text poll other'
    >>> parse_body("<メディアは含まれていません>")
    Body(kind='other', text='', rule=None)
    >>> parse_body("so be it <This message was edited>")
    Body(kind='text', text='so be it', rule='whatsapp.edited')
    """
    if text.endswith(_ENDS) or MARK in text or _BELOW in text:
        return _parse_marked(text)
    if kind := PROGRAM.labels.get(_strip_stop(text)):
        return Body(kind, "")  # the app's words
    return Body(_classify_shape(text), text)


def _parse_marked(text: str) -> Body:
    words = _strip_marks(text)
    if kind := PROGRAM.labels.get(_strip_stop(words)):
        return Body(kind, "")
    match = _FILE.match(words)
    if match and (MARK in text or not match["before"]):
        name = match["ios"] or match["android"]
        ending = name.rpartition(".")[2].lower()
        kind = next((k for k, known in _ENDINGS.items() if ending in known), "file")
        return Body(kind, words)
    if words.endswith(tuple(read_own_rows(*_WORDINGS)["edited"]["texts"])):
        before = words[: words.rindex("<")].rstrip()
        return Body(_classify_shape(words), before, "whatsapp.edited")
    if _OMITTED.fullmatch(words):  # in a language not known here
        return Body("other", "")
    if text.startswith(MARK):  # the app's own words, in a language not known here
        return Body("other", words if find_placeholder(words) else "")
    return Body(_classify_shape(words), text)


def _strip_stop(text: str) -> str:
    return text[:-1] if text[-1:] in _STOPS else text


def _classify_shape(text: str) -> str:
    return PROGRAM.find_type(text) or "text"


_MARKS = re.compile("[\u200e\u200f\u061c\ufeff\u202a-\u202e\u2066-\u2069]")
_PLACE = re.compile(r'\{\w+\}|"')


def parse_event(line: str, known: Known = tuple) -> Event | None:
    """Return the group event in a WhatsApp system line, or None.

    >>> parse_event("Ann added Bob, Cid and 2 others").subjects
    ('name:Bob', 'name:Cid', None, None)
    >>> parse_event('Ann changed the subject from "a" to "b: c"').value
    'b: c'
    >>> parse_event("甲添加了乙").rule
    'whatsapp.zh-CN.added (wording unconfirmed)'
    """
    for grammar, more in _load_grammars():
        if event := grammar.match(line.replace("’", "'"), known):
            subjects = list[str | None]()
            for one in event.subjects:
                counted = one and more.fullmatch(one.removeprefix(NAMED))
                subjects += [None] * int(counted[1]) if counted else [_clean_name(one)]
            actor = _clean_name(event.actor)
            return event._replace(actor=actor, subjects=tuple(subjects))
    return None


def _clean_name(person: str | None) -> str | None:
    """Return who "You" is, and others without the tilde of unsaved names on iPhones."""
    name = (person or "").removeprefix(NAMED)
    if name in read_own_rows(*_WORDINGS)["you"]["names"]:
        return to_name_id(YOU)
    return to_name_id(name.removeprefix("~").strip()) if name[:1] == "~" else person


@cache
def _is_suspect(sender: str) -> bool:
    """Return whether a supposed sender name may belong to a system notice."""
    return any(literal in sender for literal in _list_literals())


def _is_about(event: Event, sender: str, *, is_groups: bool) -> bool:
    """Return whether a notice is about its supposed sender or is the group's own."""
    name = _strip_marks(sender).removeprefix("~").strip()
    people = {event.actor, *event.subjects} - {None}
    if (name and to_name_id(name) in people) or ".encrypted" in event.rule:
        return True
    # what the app tells in the group's name is about nobody, or about the reader
    return is_groups and (not people or to_name_id(YOU) in people)


def _strip_marks(text: str) -> str:
    """Remove WhatsApp's invisible marks around names and notices."""
    return _MARKS.sub("", text).replace("\u202f", " ").replace("\xa0", " ").strip()


def _group_name(stem: str) -> str | None:
    """Return the group's name from a WhatsApp export's file name."""
    for template in read_own_rows(*_WORDINGS)["files"]["names"]:
        before, after = template.split("{name}")
        if stem.startswith(before) and stem.endswith(after):
            return stem[len(before) : len(stem) - len(after)]
    return None


@cache
def _load_grammars() -> list[tuple[Grammar, re.Pattern[str]]]:
    grammars = []
    for tag, language in read_own_rows(*_WORDINGS)["languages"].items():
        doubt = " (wording unconfirmed)" * (language["confidence"] != "documented")
        rules = [rule | {"rule": rule["rule"] + doubt} for rule in language["rules"]]
        own = {"platform": f"whatsapp.{tag}", "rules": rules}
        grammars.append((Grammar(language | own), re.compile(language["more"])))
    return grammars


@cache
def _list_literals() -> frozenset[str]:
    languages = read_own_rows(*_WORDINGS)["languages"].values()
    patterns = (rule["pattern"] for language in languages for rule in language["rules"])
    return frozenset(max(_PLACE.split(pattern), key=len) for pattern in patterns)


_WORDINGS = ("formats", "whatsapp_events.toml")
MOST = 0.5  # of the times: with more unreadable ones a file is refused
_BARE = re.compile(r"([^\n:：]{1,40})(?:：|:(?!//))(?=\S)")
LEAST_BARE = 3  # lines of a sender who is none but before colons without a blank
_HEADER_LIKE = re.compile(  # a time, then a dash or bracket, a name and a colon
    rf"\n[{MARKS}]*\[?\d[^\n]{{2,40}}?\d[:.]\d\d[^\n]{{0,16}}?(?:\]| [-–])"
    rf"\s[^\n:]{{1,60}}: "
)
_SAME_DATE = rf"(?:[^\n]*\n[{MARKS}]*\[?(?P=date)(?=,?\s))*+"
# what ends a header, by its first character: texts of other programs have none
_HEADER_ENDS = re.compile(r"\]\s|\s[-–]\s")
_TOP = 5  # lines, in which a new group's notices bear anybody's name
HEADER = 40  # characters of the first header at most
_BEGINNING = 400  # characters that two chats don't share
SILENT_SINCE_US = 1_659_312_000_000_000  # 2022-08-01: leaving is told to admins only
CAPS = (40_000, 10_000)  # messages in an export without and with media
CAP_SHARE = 0.01
_UNNAMED = re.compile(r"_chat\b")  # as iOS calls every chat


def has_signature(head: Head) -> bool:
    """Detect WhatsApp exports by the shape of their first lines, in any language."""
    return any(True for _ in _iterate_texts(head))  # of a folder, the first tells


def weight(head: Head) -> Weight:
    """Return how strongly a text indicates WhatsApp, by its header lines."""
    start = head.text(next(_iterate_texts(head)))
    layout = cast("Layout", _find_layout(start))
    begins = layout.header.find.match(start.lstrip()) is not None
    return Weight(begins=begins, lines=layout.lines)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every WhatsApp text file, one group each."""
    chats = {*_iterate_texts(source.head)}
    for name in source.names:
        if name in chats:
            with source.carry_on():
                yield from _Reading(source, name).batches()
        elif name.lower().endswith(".txt"):
            source.losses.noted("attached text, not read", name, 0)


class _Dates(Clock):
    """The clock of a file, whose dates without immediate repeats tell their order."""

    def __init__(self, source: Source, name: str, layout: Layout) -> None:
        super().__init__(source, lambda: iter(()), name)
        self._layout = layout

    def _dates(self) -> Iterator[str]:
        """Yield dates; a line whose time of day cannot be read decides nothing."""
        header = self._layout.header
        run = re.compile(header.split.pattern + _SAME_DATE, re.MULTILINE)
        for block in self._source.messages(self._name, header.cut):
            text = "\n" + block.text
            for match in run.finditer(text):
                if parse_clock(match["clock"]) >= 0:
                    yield match["date"]
                    continue
                end = text.find("\n", match.end())
                lines = header.find.finditer(
                    text[match.start() : end if end > 0 else None]
                )
                if any(parse_clock(line["clock"]) >= 0 for line in lines):
                    yield match["date"]


class _Lines(Lines):
    """The lines of one file; what looks like a header without a date is told."""

    _slack_us = HOUR_US  # a clock put back does no more

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        source, name, layout, _ = text
        self._clock = _Dates(source, name, layout)
        self._bare = Counter[str]()  # before a colon without a blank
        self._is_checked = False  # whether most times of the file can be read

    def _split(self, block: TextBlock) -> Talk:
        talk = super()._split(block)
        nulls = np.flatnonzero(talk.time_us.is_null())
        unread = [at for at in nulls if np.isnan(parse_clock(talk.time[at]))]
        if unread and not self._is_checked:
            self._require_clocks(talk.time[unread[0]], talk.line[unread[0]])
        talk.body = [*map(str.strip, talk.body)]
        for at in find_all(not_, talk.who):
            text = talk.body[at]
            match = _BARE.match(text)
            if match is None or parse_event(_strip_marks(text)) is not None:
                continue
            if match[1] in self.senders or self._bare[match[1]] >= LEAST_BARE:
                talk.who[at], talk.body[at] = match[1], text[match.end() :]
        for at in find_all(str.__contains__, talk.body, repeat("\n")):
            text = talk.body[at]
            for match in _HEADER_LIKE.finditer(text):
                line = talk.line[at] + 1 + text.count("\n", 0, match.start())
                reason = "header-like lines read as text"
                self._source.losses.noted(reason, self._name, line)
        return talk

    def _require_clocks(self, clock: str, line: int) -> None:
        """Refuse a file in which most times of day cannot be read."""
        self._is_checked, counts = True, Counter[str]()
        for block in self._source.messages(self._name, self._header):
            counts.update(self._split_text(block).time)
        unread = sum(n for one, n in counts.items() if np.isnan(parse_clock(one)))
        if unread > MOST * counts.total():
            raise BrokenFileError(
                say(
                    "has more times of day that cannot be read than others, such as"
                    " {clock}",
                    clock=clock,
                ),
                where=self._source.where(self._name, say("line {n}", n=line)),
                remedy=say("export it from a phone set to a 24-hour clock"),
            )

    @cached_property
    def senders(self) -> Counter[str]:
        """How often each sender is in the file; what is before other colons, too."""
        senders = Counter[str]()
        for block in self._source.messages(self._name, self._header):
            talk = self._split_text(block)
            senders.update(talk.who)
            bare = (_BARE.match(talk.body[at]) for at in find_all(not_, talk.who))
            self._bare.update(match[1] for match in bare if match)
        return senders


class _Reading(Reading):
    """Parser of one WhatsApp text file into messages and system notices."""

    def __init__(self, source: Source, name: str) -> None:
        layout = cast("Layout", _find_layout(source.head.text(name)))
        self._label = _label(source, name, layout)
        key = self._label or _build_group_key(source, name)
        facts = Facts(self._label, key, platform="whatsapp")
        text = Text(source, name, layout, PROGRAM)
        self._file = _Lines(text)
        super().__init__(text, facts, self._file)
        start = _strip_marks(source.head.text(name)[:HEADER])
        self._on_iphone = start.startswith("[")  # where notices bear the group's name
        self._created: int | None = None
        self._last, self._left = 0, 0
        self._notices_by_kind = Counter[str]()

    def batches(self) -> Iterator[Batch]:
        for batch in super().batches():
            self._notice(batch)
            yield batch
        self._observe()

    def _describe(self) -> dict[str, object]:
        row = super()._describe()
        return row | {
            "label": self._label, "network": "whatsapp", "created_us": self._created,
        }  # fmt: skip

    def _is_app(self, who: str) -> bool:
        return not who or is_unknown(who)

    def _read_talk(self, talk: Talk) -> Iterator[Batch]:
        kind, rules = ["text"] * len(talk.body), talk.rules
        marked = _parse_bodies(talk.body)
        said = list[str | None](talk.body)
        for at, body in marked:
            kind[at], said[at] = body.kind, body.text
            rules[at] = body.rule or rules[at]
        senders = list(talk.who)
        for at, line in self._notices(talk, [at for at, _ in marked]):
            senders[at], kind[at], said[at] = "", "system", line
        distinct = filter(None, dict.fromkeys(senders))
        names = {one: _strip_marks(one).removeprefix("~").strip() for one in distinct}
        people = {one: to_name_id(name) for one, name in names.items()}
        self._chat.names((to_name_id(name), name) for name in names.values())
        yield from self._chat.batches(
            position=talk.line, time_us=talk.time_us,
            sender=[*map(people.get, senders)], kind=kind, text=said,
            rule=rules, bot=False,
        )  # fmt: skip

    def _notices(self, talk: Talk, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield system notices that a WhatsApp file formats like messages."""
        yield from self._marked(talk, marked)
        yield from self._unmarked(talk)
        odd = {name for name in set(talk.who) if not name or _is_suspect(name)}
        for at, sender in enumerate(talk.who) if odd else ():
            if not sender:
                yield at, _strip_marks(talk.body[at])
            elif sender in odd:
                # matched as a whole; a body never is, so "Ann: I added milk" stays
                line = _strip_marks(f"{sender}: {talk.body[at]}")
                if (event := parse_event(line)) is None:
                    continue
                people = filter(None, (event.actor, *event.subjects))
                has_colon = any(": " in person for person in people)
                if not has_colon or self._file.senders[sender] == 1:
                    yield at, line

    def _unmarked(self, talk: Talk) -> Iterator[tuple[int, str]]:
        """Yield the notices of iOS exports that lost their direction marks.

        Such a line bears the group's name, or says again whom it is about; the first
        ones may bear anybody's.
        """
        distinct = {*talk.who} - {""} if self._on_iphone else ()
        own = {one for one in distinct if _strip_marks(one) == self._label}
        groups = {*find_all(own.__contains__, talk.who)}
        groups |= {*range(bisect_right(talk.line, _TOP) if distinct else 0)}
        for at in sorted({*find_all(str.startswith, talk.body, talk.who)} | groups):
            sender, text = talk.who[at], talk.body[at]
            line = _strip_marks(text)
            event = parse_event(line) if sender and MARK not in text else None
            if event and _is_about(event, sender, is_groups=at in groups):
                yield at, line

    def _marked(self, talk: Talk, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield the system notices of iOS exports, which name the group as sender."""
        for at in marked:
            sender, text = talk.who[at], talk.body[at]
            if sender and MARK in text:
                before, _, after = text.partition(MARK)
                who = f"{sender}: {before.removesuffix(': ')}" if before else sender
                line, own = _strip_marks(after), _strip_marks(who) == self._label
                told = line.startswith(f"{_strip_marks(sender)} ")  # in any language
                if own or ((told or parse_event(line)) and not before):
                    yield at, line

    def _notice(self, batch: Batch) -> None:
        if batch.kind == "message":
            times = batch.table["time_us"].drop_null()
            self._last = times[-1].as_py() if len(times) else self._last
        if batch.kind == "event":
            table = batch.table.select(["kind", "time_us"]).to_pylist()
            self._notices_by_kind.update(row["kind"] for row in table)
            for row in table:
                if row["kind"] == "create" and self._created is None:
                    self._created = row["time_us"]
                late = (row["time_us"] or 0) >= SILENT_SINCE_US
                self._left += late and row["kind"] == "leave"

    def _observe(self) -> None:
        observed, file = self._source.observed, self._name
        if self._created is not None:
            observed.update(births="creation", left_truncated=False)
        elif any(abs(self._chat.rows - cap) <= CAP_SHARE * cap for cap in CAPS):
            self._source.losses.noted("likely cut at WhatsApp's limit", file, 1)
        kinds = self._notices_by_kind
        if kinds["unrecognised"] and kinds.total() == kinds["unrecognised"]:
            observed["joins_observed"] = False  # in a language of unknown wordings
            self._source.losses.noted("wordings of this language unknown", file, 1)
        silent = self._last >= SILENT_SINCE_US
        has_joins = observed.get("joins_observed", True)
        observed["leaves_observed"] = has_joins and (not silent or self._left > 0)
        if silent:
            self._source.losses.noted("leaving is silent since 2022-08", file, 1)


def _iterate_texts(head: Head) -> Iterator[str]:
    """Yield the chat's text files, without attached ones."""
    texts = [name for name in head.names if name.lower().endswith(".txt")]
    stems = {name: PurePosixPath(name).stem for name in texts}
    own = [n for n, stem in stems.items() if _group_name(stem) or _UNNAMED.match(stem)]
    yield from (n for n in own or texts if _find_layout(head.text(n)) is not None)


def list_sent(source: Source, names: Iterable[str]) -> set[str]:
    """List the files that were sent in a WhatsApp chat, by their names in its text."""
    left = {name: PurePosixPath(name).name for name in names}
    texts = (text for chat in _iterate_texts(source.head) for text in source.text(chat))
    return {name for text in texts for name, own in left.items() if own in text}


def _build_group_key(source: Source, file: str) -> str:
    """Build a key for a group without a name: exports that begin alike are one."""
    if not _UNNAMED.match(stem := PurePosixPath(file).stem):
        return stem
    start = source.head.text(file)[:_BEGINNING]
    return f"_chat {blake2b(start.encode(), digest_size=8).hexdigest()}"


def _label(source: Source, name: str, layout: Layout) -> str | None:
    """Return the group's name, from the file name or else iOS's first notice."""
    for stem in (PurePosixPath(name).stem, source.stem):
        if label := _group_name(stem):
            return label
    split = layout.header.split
    first = split.split("\n" + source.head.text(name), 2)[1 : split.groups + 2]
    sender, text = first[split.groupindex["who"] - 1], first[-1]
    if sender is None:
        return None
    if MARK not in text:  # lost on the way
        event = parse_event(_strip_marks(text))
        own = event is not None and _is_about(event, "", is_groups=True)
        return _strip_marks(sender) if own else None
    before, _, after = text.partition(MARK)  # iOS: the name may hold a colon itself
    if parse_body(MARK + after).kind != "other":
        return None  # somebody's picture, with which the file begins
    if before and not before.endswith(": "):
        return None
    return _strip_marks(f"{sender}: {before.removesuffix(': ')}" if before else sender)


def _find_layout(text: str) -> Layout | None:
    """Return the layout of a text in any language, or None.

    Without headers' ends it is another program's, and without people or known notices.
    """
    layout = find_layout(text, PROGRAM) if _HEADER_ENDS.search(text) else None
    if layout is None or layout.names or layout.lines < LEAST_BARE:
        return layout
    lines = layout.header.find.sub("", text).split("\n")
    return layout if any(map(parse_event, map(_strip_marks, lines))) else None
