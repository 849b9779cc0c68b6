"""Read QQ Chat Exporter's files: one JSON document or chunked JSON Lines.

`time` is local in one version and UTC in another, so only `timestamp` is used. One
person's uid and uin may differ between exports: the uin counts, else the uid. Chunks
overlap and aren't in order. Recalled text was kept by the exporter; it is dropped here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Ints
from helpers.formats.json.json_stream import (
    Repeating,
    decode_elements,
    decode_envelope,
    decode_json_lines,
)
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, parse_iso_us, read_instant
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU, Event, Known, extract_ids, load_grammar
from helpers.formats.rows.people import to_name_id
from helpers.formats.rules.programs import load_program
from helpers.records import Batch, EventKind, find_jumps, from_rows
from helpers.text.columns import to_text_array
from helpers.wording import say

Id = str | int


class Sender(msgspec.Struct, rename="camel", gc=False, eq=False):
    """The author of a QQ message; equal only if the same object."""

    uid: Id | None = None
    uin: Id | None = None
    name: str | None = None
    nickname: str | None = None
    group_card: str | None = None
    remark: str | None = None


class _Data(msgspec.Struct, rename="camel", gc=False):
    text: str | None = None
    name: str | None = None
    message_id: Id | None = None
    referenced_message_id: Id | None = None


class _Element(msgspec.Struct, gc=False):
    type: str = ""
    data: _Data | None = None


class _Mention(msgspec.Struct, gc=False):
    uid: Id | None = None
    name: str | None = None
    type: str | None = None


class _Reply(msgspec.Struct, rename="camel", gc=False):
    referenced_message_id: Id | None = None


class _Content(msgspec.Struct, gc=False):
    text: str | None = None
    elements: tuple[_Element, ...] = ()
    mentions: tuple[_Mention, ...] | None = None
    reply: _Reply | None = None


class _Raw(msgspec.Struct, rename="camel", gc=False):
    send_nick_name: str | None = None
    send_member_name: str | None = None
    sender_uin: Id | None = None


class Message(msgspec.Struct, rename="camel", gc=False):
    """One QQ message or notice."""

    timestamp: int | float | str | None = None
    id: Id | None = None
    message_id: Id | None = None
    seq: Id | None = None
    sender: msgspec.Raw = msgspec.Raw(b"{}")
    content: _Content = msgspec.field(default_factory=_Content)
    recalled: bool = False
    is_recalled: bool = False
    system: bool = False
    is_system_message: bool = False
    type: str | int | None = None
    raw_message: _Raw | None = None


class _Info(msgspec.Struct, rename="camel"):
    name: str | None = None
    type: str | None = None
    self_uid: Id | None = None
    self_uin: Id | None = None
    self_name: str | None = None
    peer_uid: Id | None = None
    peer_uin: Id | None = None
    participant_count: int | None = None


class _Counted(msgspec.Struct, rename="camel"):
    uid: Id | None = None
    message_count: int | None = None


class _Statistics(msgspec.Struct, rename="camel"):
    total_messages: int | None = None
    senders: list[_Counted] = []


class _Document(msgspec.Struct, rename="camel"):
    chat_info: _Info = msgspec.field(default_factory=_Info)
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)
    chunked: Any = None
    metadata: Any = None
    export_options: Any = None


_KINDS = {
    "image": "image", "video": "video", "audio": "voice", "ptt": "voice",
    "file": "file",
    "market_face": "sticker", "forward": "forward", "json": "share",
    "location": "location",
}  # fmt: skip


class MessageContents(NamedTuple):
    """Kinds, texts, quoted message ids and mentions of QQ messages, as columns."""

    kind: list[str]
    text: list[str | None]
    reply_to: list[Id | None]
    mentions: list[list[str] | None]


def _read_contents(messages: Sequence[Message]) -> MessageContents:
    """Read kinds, texts and mentions of QQ messages."""
    texts = [
        parts[0].data.text
        if len(parts := m.content.elements) == 1
        and parts[0].type == "text"
        and parts[0].data
        and not (m.content.reply or m.content.mentions or _classify_unspoken(m))
        else None
        for m in messages
    ]
    rows = len(texts)
    all_said = MessageContents(["text"] * rows, texts, [None] * rows, [None] * rows)
    for at in [at for at, text in enumerate(texts) if text is None]:
        content = messages[at].content
        kind = _classify_unspoken(messages[at]) or _classify_kind(content)
        all_said.kind[at], all_said.text[at] = kind, _extract_words(content)
        all_said.reply_to[at] = _find_reply(content)
        if content.mentions:
            all_said.mentions[at] = [
                to_name_id(str(mention.uid))
                for mention in content.mentions
                if mention.uid is not None and mention.type != "all"
            ]
    return all_said


def _identify_person(message: Message, sender: Sender) -> Id | None:
    """Return the id of a QQ message's author."""
    if sender.uin is not None:
        return sender.uin
    raw = message.raw_message
    return raw.sender_uin if raw and raw.sender_uin is not None else sender.uid


def _list_name_bearers(
    senders: Iterable[Sender], signed: Sequence[tuple[Message, Sender]]
) -> Iterator[tuple[str, str]]:
    """Yield (person, name) pairs of all authors of messages.

    A uid is a name of the uin: mentions know only the uid.
    """
    bearers: set[tuple[Id | None, Sender]] = {(one.uin, one) for one in senders}
    bearers |= {(_identify_person(m, one), one) for m, one in signed if one.uin is None}
    names: set[tuple[Id | None, Id | None]] = {
        (who, name)
        for who, one in bearers
        for name in (one.uid, one.name, one.nickname, one.group_card, one.remark)
    }
    names |= {
        (_identify_person(m, sender), name)
        for m, sender in signed
        if (raw := m.raw_message)
        for name in (raw.send_nick_name, raw.send_member_name)
    }
    return ((str(who), str(name)) for who, name in names if who is not None and name)


def _classify_unspoken(message: Message) -> str | None:
    if message.recalled or message.is_recalled:
        return "recalled"
    if message.system or message.is_system_message or message.type == "system":
        return "system"
    return None


def _classify_kind(content: _Content) -> str:
    types = [element.type for element in content.elements]
    if "reply" in types or content.reply:
        return "reply"
    if any(
        e.type == "text" and e.data and (e.data.text or "").strip()
        for e in content.elements
    ):
        return "text"
    plain = "other" if types and not content.text else "text"  # a dice, a shake …
    return next((_KINDS[type_] for type_ in types if type_ in _KINDS), plain)


def _extract_words(content: _Content) -> str | None:
    """Return a QQ message's own text, without quotes and placeholders."""
    parts = [
        element.data.text or (f"@{element.data.name}" if element.type == "at" else "")
        for element in content.elements
        if element.data and element.type in {"text", "at"}
    ]
    return "".join(parts) if parts else content.text


def _find_reply(content: _Content) -> Id | None:
    if content.reply:
        return content.reply.referenced_message_id
    for element in content.elements:
        if element.type == "reply" and element.data:
            referenced = element.data.referenced_message_id
            return referenced if referenced is not None else element.data.message_id
    return None


class _Overlaps:
    """Hashes of messages in earlier chunks, to find repeated ones."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, int, Ints]] = []  # first and last time, ids

    def repeated(self, ids: pa.Array, times: pa.Array) -> set[int]:
        """Return which messages, by id and time, occurred in earlier chunks."""
        span = pc.min_max(times).as_py()
        first, last = span["min"] or 0, span["max"] or 0
        hashed = np.fromiter(map(hash, ids.to_pylist()), np.int64)
        earlier = [
            known
            for first_us, last_us, known in self._seen
            if first_us <= last and first <= last_us
        ]
        again = np.zeros(len(hashed), bool)
        if np.unique(hashed).size < len(hashed):  # rare; where is dearer than whether
            again[:] = True
            again[np.unique(hashed, return_index=True)[1]] = False
        if earlier:
            again |= np.isin(hashed, np.concatenate(earlier))
        self._seen.append((first, last, hashed))
        return {at for at in np.flatnonzero(again).tolist() if ids[at].as_py()}


def _find_manifest(names: Sequence[str]) -> str | None:
    """Return the name of the export's manifest file, or None."""
    return next((n for n in names if _strip_folder(n) == "manifest.json"), None)


def _balance_chunks(
    source: Source,
    file: str,
    chunked: Any,  # noqa: ANN401  any JSON value
    rows_by_chunk: Mapping[str, int],
) -> None:
    """Record chunks that are missing or differ in size from the manifest.

    Its shape has changed from version to version: it may list them, or not.
    """
    read = {_strip_folder(name): (name, rows) for name, rows in rows_by_chunk.items()}
    listed = chunked.get("chunks") if isinstance(chunked, dict) else None
    for chunk in [chunk for chunk in listed or () if isinstance(chunk, dict)]:
        path = chunk.get("fileName") or chunk.get("relativePath")
        name, declared = _strip_folder(str(path or "")), chunk.get("count")
        if not name or not isinstance(declared, int):
            continue
        if name not in read:
            source.losses.lost("chunk in the manifest only", file, 0, declared)
        else:
            where, rows = read[name]
            reason = "messages of a chunk"
            source.losses.balance(reason, where, declared=declared, found=rows)


def _strip_folder(name: str) -> str:
    return name.rsplit("/", 1)[-1]


NAME = "QQ Chat Exporter"
OBSERVES = replace(
    load_program("qq").observability,
    replies="explicit",
    time_zone_known=True,
    roles_known=False,
)
OUTSIDE = {"private": "private", "temp": "private"}

_CODES: dict[str, EventKind] = {"1": "recall", "4": "settings", "17": "pin"}
_CODE = re.compile(r"\s*\[(\d+)\]\s*(.*)", re.DOTALL)


def has_signature(head: Head) -> bool:
    """Detect QQ Chat Exporter by its name in the metadata, or its keys."""
    if manifest := _find_manifest(head.names):
        has_chunks = any(name.endswith(".jsonl") for name in head.names)
        return has_chunks and "chatInfo" in head.keys(manifest)
    return len(head.names) == 1 and {"chatInfo", "metadata"} <= head.paths


def list_parts(head: Head) -> set[str]:
    """List the files of an export in chunks: its manifest, and lines of messages."""
    manifest = _find_manifest(head.names)
    chunks = {name for name in head.names if name.endswith(".jsonl")}
    if manifest is None:
        return {*head.names}
    return {manifest} | {name for name in chunks if _is_chunk(head.keys(name))}


def _is_chunk(keys: frozenset[str]) -> bool:
    return {"timestamp", "content"} <= keys and "_type" not in keys


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of a QQ export: one document or all chunks."""
    lines = [name for name in source.names if name.endswith(".jsonl")]
    parts = list_parts(source.head) if len(lines) > 1 else {*lines}
    chunks = [name for name in lines if name in parts]
    name = (_find_manifest(source.names) if chunks else None) or source.name
    document = decode_envelope(source, name, _Document, "messages")
    info = document.chat_info
    group = str(info.peer_uin or info.peer_uid or info.name or source.stem)
    made_us = read_instant(document.metadata, "exportTime", source.options.zone)
    source.state_export(group, made_us, name)
    asked = document.export_options
    asked = asked.get("filters") if isinstance(asked, dict) else None
    ends = ("startTime", "endTime")
    limits = [read_instant(asked, end, source.options.zone) for end in ends]
    source.state_range(group, *limits)
    if limits[0] is not None:
        source.observed["left_truncated"] = True
    row = {
        "group": group, "label": info.name, "platform": "qq", "kind": info.type,
        "member_count": info.participant_count, "file": name, "rule": "qce.chat-info",
    }  # fmt: skip
    yield from_rows("group", [row])
    messages = _Messages(source, _Overlaps() if chunks else None)
    if chunks:
        rows = dict.fromkeys(chunks, 0)
        for chunk in rows:
            chat = _build_chat(source, chunk, group, info)
            with source.carry_on():
                decoded = decode_json_lines(source, chunk, messages.decoder)
                for signed, positions in decoded:
                    rows[chunk] += len(positions)
                    yield from messages.of(signed, positions, chat)
        _balance_chunks(source, name, document.chunked, rows)
    else:
        chat = _build_chat(source, name, group, info)
        decoded = decode_elements(source, name, messages.decoder, "messages")
        for signed, positions in decoded:
            yield from messages.of(signed, positions, chat)
    source.jumps[group] = messages.jumps
    _settle_counts(source, document, name, messages.counts)


def _build_chat(source: Source, name: str, group: str, info: _Info) -> Chat:
    def understand(text: str, known: Known) -> Event | None:
        match = _CODE.match(text)
        words = match[2] if match else text
        if event := load_grammar("qq").match(words, known):
            return extract_ids(event, group, source.people, r"\d+")
        kind = _CODES.get(match[1]) if match else None
        return Event(f"qce.code-{match[1]}", kind) if match and kind else None

    chat = Chat(source, name, group, understand, {"", "0"}.__contains__)
    if own := info.self_uin or info.self_uid:
        chat.names([(str(own), YOU), (str(own), info.self_name)])
    return chat


class _Messages:
    """Reads the messages of one QQ export, block by block."""

    def __init__(self, source: Source, overlaps: _Overlaps | None) -> None:
        self._source, self._overlaps = source, overlaps
        self.decoder = Repeating[Message, Sender](Message, "sender", Sender)
        self.counts: Counter[Id | None] = Counter()
        self._numbered: dict[int, int] = {}  # times of messages by number

    @property
    def jumps(self) -> tuple[tuple[int, int], ...]:
        """Long stretches in which numbers of messages are missing."""
        return find_jumps([*self._numbered], [*self._numbered.values()])

    def of(
        self, signed: list[tuple[Message, Sender]], positions: Sequence[int], chat: Chat
    ) -> Iterator[Batch]:
        """Yield a block's message records, without those of earlier chunks."""
        losses = self._source.losses
        ids = to_text_array(
            to_ids([m.message_id if m.id is None else m.id for m, _ in signed])
        )
        times = _read_times([message.timestamp for message, _ in signed])
        if self._overlaps and (again := self._overlaps.repeated(ids, times)):
            reason = "repeated in another chunk"
            losses.noted(reason, chat.file, positions[0], len(again))
            new_rows = [at for at in range(len(signed)) if at not in again]
            signed = [signed[at] for at in new_rows]
            positions = [positions[at] for at in new_rows]
            rows = pa.array(new_rows, pa.int64())  # Arrow knows no type of no rows
            ids, times = ids.take(rows), times.take(rows)
        for (message, _), time_us in zip(signed, times.to_pylist(), strict=True):
            if time_us is not None and (number := str(message.seq)).isdecimal():
                self._numbered[int(number)] = time_us
        if signed:
            tally = Counter([sender for _, sender in signed])
            for sender, rows in tally.items():
                self.counts[sender.uid] += rows
            chat.names(_list_name_bearers(tally, signed))
            yield from _read_records(signed, positions, ids, times, chat)


def _read_records(
    signed: Sequence[tuple[Message, Sender]],
    positions: Sequence[int],
    ids: pa.Array,
    times: pa.Array,
    chat: Chat,
) -> Iterator[Batch]:
    people = [s.uin if s.uin is not None else _identify_person(m, s) for m, s in signed]
    columns = _read_contents([message for message, _ in signed])
    yield from chat.batches(
        position=positions,
        time_us=times,
        sender=to_ids(people),
        kind=columns.kind,
        text=columns.text,
        id=ids,
        reply_to=to_ids(columns.reply_to),
        mentions=columns.mentions if any(columns.mentions) else None,
    )


def _read_times(stamps: list[float | str | None]) -> pa.Array:
    """Convert timestamps to µs: numbers, or V4's ISO 8601 texts."""
    if str in set(map(type, stamps)):
        texts = [isinstance(one, str) and not one.isdecimal() for one in stamps]
        pairs = zip(stamps, texts, strict=True)
        stamps = [parse_iso_us(str(one)) if is_iso else one for one, is_iso in pairs]
    return from_epoch(stamps)


def _settle_counts(
    source: Source, document: _Document, name: str, counts: Counter[Id | None]
) -> None:
    """Record a doubt where the exporter's own message counts differ from those read."""
    if document.chat_info.participant_count:
        source.observed["members_source"] = "count"
    total, balance = document.statistics.total_messages, source.losses.balance
    balance("messages", name, declared=total, found=counts.total())
    for one in document.statistics.senders:
        reason, found = say("messages of one sender"), counts[one.uid]
        balance(reason, name, declared=one.message_count, found=found)
