"""Read WhatsApp's text exports, from Android and iOS, plain or in a ZIP.

There are no ids: a person is a name, time is a clock on a wall, a reply can't be seen.
Since August 2022 only administrators are told that somebody left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import cast

import pyarrow as pa

from helpers.arrays import Floats
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import LEAST, Head, Source, Weight
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.events import Event
from helpers.formats.rows.people import to_name_id
from helpers.formats.whatsapp.whatsapp_bodies import MARK, parse_bodies
from helpers.formats.whatsapp.whatsapp_events import (
    group_name,
    is_about,
    is_suspect,
    parse_event,
    strip_marks,
)
from helpers.formats.whatsapp.whatsapp_header import build_header_pattern
from helpers.formats.whatsapp.whatsapp_lines import (
    Lines,
    Survey,
    detect_shape,
    inspect_file,
    read_lines,
)
from helpers.records import Batch, from_rows

NAME = "WhatsApp TXT"
OBSERVES = replace(
    LEAST,
    members_source="events",
    joins_observed=True,
    sender_ids="by name",
    time_zone_known=False,
    left_truncated=True,
    resolution="minute",
)
_UNNAMED = re.compile(r"_chat\b")  # as iOS calls every chat
HEADER = 40  # characters of the first header at most
_BEGINNING = 400  # characters that two chats don't share
SILENT_SINCE_US = 1_659_312_000_000_000  # 2022-08-01: leaving is told to admins only
CAPS = (40_000, 10_000)  # messages in an export without and with media
CAP_SHARE = 0.01


def has_signature(head: Head) -> bool:
    """Detect WhatsApp exports by the shape of their first lines, in any language."""
    return bool(_list_texts(head))


def weight(head: Head) -> Weight:
    """Return how strongly a text indicates WhatsApp, by its header lines."""
    start = head.text(_list_texts(head)[0])
    header = build_header_pattern(detect_shape(start) or "-")
    begins = header.match(start.lstrip()) is not None
    return Weight(begins=begins, lines=len(header.findall(start)))


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of every WhatsApp text file, one group each."""
    chats = _list_texts(source.head)
    for name in source.names:
        if name in chats:
            with source.carry_on():
                yield from _Reading(source, name).batches()
        elif name.lower().endswith(".txt"):
            source.losses.noted("attached text, not read", name, 0)


class _Reading:
    """Parser of one WhatsApp text file into messages and system notices."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self._seen = source, inspect_file(source, name)
        self._label = _label(source, self._seen)
        key = self._label or _build_group_key(source, name)
        self._chat = Chat(
            source, name, key, parse_event, nobody=lambda person: not person
        )
        start = strip_marks(source.head.text(name)[:HEADER])
        self._on_iphone = start.startswith("[")  # where notices bear the group's name
        self._people: dict[str | None, str | None] = {None: None}
        self._created: int | None = None
        self._last, self._left = 0, 0
        self._notices_by_kind = Counter[str]()

    def batches(self) -> Iterator[Batch]:
        for block in read_lines(self._source, self._seen):
            for batch in self._block(block):
                self._notice(batch)
                yield batch
        yield self._group()
        self._observe()

    def _block(self, block: Lines) -> Iterator[Batch]:
        senders, text = list(block.sender), list(block.body)
        kind = ["text"] * len(text)
        rules = ["whatsapp.ambiguous" if doubt else None for doubt in block.doubt]
        marked = parse_bodies(text)
        for at, body in marked:
            kind[at], text[at] = body.kind, body.text
            rules[at] = body.rule or rules[at]
        for at, line in self._notices(block, [at for at, _ in marked]):
            senders[at], kind[at], text[at] = None, "system", line
        yield from self._chat.batches(
            position=block.position,
            time_us=self._times(block.wall_us),
            sender=self._persons(senders),
            kind=kind,
            text=cast("list[str | None]", text),
            rule=rules,
            bot=False,
        )

    def _notices(self, block: Lines, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield system notices that a WhatsApp file formats like messages."""
        yield from self._marked(block, marked)
        yield from self._unmarked(block)
        odd = {name for name in set(block.sender) if name is None or is_suspect(name)}
        for at, sender in enumerate(block.sender) if odd else ():
            if sender is None:
                yield at, strip_marks(block.body[at])
            elif sender in odd:
                line = strip_marks(f"{sender}: {block.body[at]}")
                # a name with a colon, and not somebody who writes often
                if (parsed_event := parse_event(line)) and (
                    not _has_colon(parsed_event)
                    or self._seen.once(self._source, sender)
                ):
                    yield at, line

    def _unmarked(self, block: Lines) -> Iterator[tuple[int, str]]:
        """Yield the notices of iOS exports that lost their direction marks.

        Such a line bears the group's name, or says again whom it is about.
        """
        for at, (sender, text) in enumerate(zip(block.sender, block.body, strict=True)):
            if sender is None or MARK in text:
                continue
            own = self._on_iphone and strip_marks(sender) == self._label
            if own or text.startswith(sender):
                line = strip_marks(text)
                event = parse_event(line)
                if event and is_about(event, sender, self._label if own else None):
                    yield at, line

    def _marked(self, block: Lines, marked: list[int]) -> Iterator[tuple[int, str]]:
        """Yield the system notices of iOS exports, which name the group as sender."""
        for at in marked:
            sender, text = block.sender[at], block.body[at]
            if sender is not None and MARK in text:
                before, _, after = text.partition(MARK)
                who = f"{sender}: {before.removesuffix(': ')}" if before else sender
                line, own = strip_marks(after), strip_marks(who) == self._label
                if own or (parse_event(line) and not before):
                    yield at, line

    def _times(self, wall_us: Floats) -> pa.Array:
        stamps = pa.array(wall_us, from_pandas=True)  # NaN is null
        wall = stamps.cast(pa.int64()).cast(pa.timestamp("us"))
        return from_wall(wall, self._source.options.zone)

    def _persons(self, senders: list[str | None]) -> list[str | None]:
        for sender in set(senders) - self._people.keys():
            name = strip_marks(sender or "").removeprefix("~").strip()
            self._people[sender] = to_name_id(name)
            self._chat.names([(to_name_id(name), name)])
        people = self._people
        return [people[sender] for sender in senders]

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

    def _group(self) -> Batch:
        row = {
            "group": self._chat.group,
            "label": self._label,
            "network": "whatsapp",
            "platform": "whatsapp",
            "created_us": self._created,
            "file": self._seen.file,
            "position": 1,
        }
        return from_rows("group", [row])

    def _observe(self) -> None:
        observed, file = self._source.observed, self._seen.file
        if self._created is not None:
            observed.update(births="creation", left_truncated=False)
        elif any(abs(self._chat.rows - cap) <= CAP_SHARE * cap for cap in CAPS):
            self._source.losses.noted("likely cut at WhatsApp's limit", file, 1)
        if self._seen.seconds:
            observed["resolution"] = "second"
        kinds = self._notices_by_kind
        if kinds["unrecognised"] and kinds.total() == kinds["unrecognised"]:
            observed["joins_observed"] = False  # in a language of unknown wordings
            self._source.losses.noted("wordings of this language unknown", file, 1)
        silent = self._last >= SILENT_SINCE_US
        has_joins = observed.get("joins_observed", True)
        observed["leaves_observed"] = has_joins and (not silent or self._left > 0)
        if silent:
            self._source.losses.noted("leaving is silent since 2022-08", file, 1)


def _list_texts(head: Head) -> list[str]:
    """List the chat's text files, without attached ones."""
    texts = [name for name in head.names if name.lower().endswith(".txt")]
    own = [
        name
        for name in texts
        if group_name(_get_stem(name)) or _UNNAMED.match(_get_stem(name))
    ]
    return [name for name in own or texts if detect_shape(head.text(name)) is not None]


def _get_stem(name: str) -> str:
    return PurePosixPath(name).stem


def _build_group_key(source: Source, file: str) -> str:
    """Build a key for a group, if the file name has none.

    They are one only where they begin alike, as two exports of one chat do.
    """
    if not _UNNAMED.match(_get_stem(file)):
        return _get_stem(file)
    start = source.head.text(file)[:_BEGINNING]
    return f"_chat {blake2b(start.encode(), digest_size=8).hexdigest()}"


def _label(source: Source, seen: Survey) -> str | None:
    """Return the group's name, from the file name or else iOS's first notice."""
    for name in (_get_stem(seen.file), source.stem):
        if label := group_name(name):
            return label
    sender, text = seen.first
    if sender is None:
        return None
    if MARK not in text:  # lost on the way
        event = parse_event(strip_marks(text))
        own = event is not None and is_about(event, "", strip_marks(sender))
        return strip_marks(sender) if own else None
    before, _, _ = text.partition(MARK)  # iOS: the name may hold a colon itself
    if before and not before.endswith(": "):
        return None
    return strip_marks(f"{sender}: {before.removesuffix(': ')}" if before else sender)


def _has_colon(parsed_event: Event) -> bool:
    people = (parsed_event.actor, *parsed_event.subjects)
    return any(": " in person for person in people if person)
