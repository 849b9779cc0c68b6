"""QQ Chat Exporter: one JSON document (V4, V5) or a folder of chunked JSON Lines.

`time` is local in one version and UTC in another, so only `timestamp` is used. One
person's uid and uin may differ between exports: the uin counts, else the uid. Chunks
overlap and aren't in order. Recalled text was kept by the exporter; it is dropped here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from helpers.formats import qq
from helpers.formats.chat import Chat
from helpers.formats.clock import from_epoch, iso_us
from helpers.formats.events import YOU, Event, grammar, with_ids
from helpers.formats.json_stream import decode, decode_envelope, elements, json_lines
from helpers.formats.overlaps import Overlaps
from helpers.formats.people import named
from helpers.formats.qce_manifest import balance_chunks, chunk_files, manifest_file
from helpers.records import Batch, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.formats.events import Known
    from helpers.formats.json_stream import Block
    from helpers.formats.source import Head, Source

NAME = "QQ Chat Exporter"
OBSERVES = replace(
    qq.OBSERVES, replies="explicit", time_zone_known=True, roles_known=False
)
_KINDS = {
    "image": "image", "video": "video", "audio": "voice", "ptt": "voice",
    "file": "file",
    "market_face": "sticker", "forward": "forward", "json": "share",
    "location": "location",
}  # fmt: skip
_CODES = {"1": "recall", "4": "settings", "17": "pin"}
_CODE = re.compile(r"\s*\[(\d+)\]\s*(.*)", re.DOTALL)
_ID = str | int


class _Sender(msgspec.Struct, rename="camel", gc=False):
    uid: _ID | None = None
    uin: _ID | None = None
    name: str | None = None
    nickname: str | None = None
    group_card: str | None = None
    remark: str | None = None


class _Data(msgspec.Struct, rename="camel", gc=False):
    text: str | None = None
    name: str | None = None
    message_id: _ID | None = None
    referenced_message_id: _ID | None = None


class _Element(msgspec.Struct, gc=False):
    type: str = ""
    data: _Data | None = None


class _Mention(msgspec.Struct, gc=False):
    uid: _ID | None = None
    name: str | None = None
    type: str | None = None


class _Reply(msgspec.Struct, rename="camel", gc=False):
    referenced_message_id: _ID | None = None


class _Content(msgspec.Struct, gc=False):
    text: str | None = None
    elements: list[_Element] = []
    mentions: list[_Mention] | None = None
    reply: _Reply | None = None


class _Raw(msgspec.Struct, rename="camel", gc=False):
    send_nick_name: str | None = None
    send_member_name: str | None = None
    sender_uin: _ID | None = None


class _Message(msgspec.Struct, rename="camel", gc=False):
    timestamp: int | float | str | None = None
    id: _ID | None = None
    message_id: _ID | None = None
    sender: _Sender = msgspec.field(default_factory=_Sender)
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
    self_uid: _ID | None = None
    self_uin: _ID | None = None
    self_name: str | None = None
    peer_uid: _ID | None = None
    peer_uin: _ID | None = None
    participant_count: int | None = None


class _Counted(msgspec.Struct, rename="camel"):
    uid: _ID | None = None
    message_count: int | None = None


class _Statistics(msgspec.Struct, rename="camel"):
    total_messages: int | None = None
    senders: list[_Counted] = []


class _Document(msgspec.Struct, rename="camel"):
    chat_info: _Info = msgspec.field(default_factory=_Info)
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)
    chunked: Any = None


_MESSAGES = msgspec.json.Decoder(list[_Message])


def recognises(head: Head) -> bool:
    """Tell the exporter by its name in the metadata, or by what only it writes."""
    if manifest := manifest_file(head.names):
        return bool(chunk_files(head.names)) and "chatInfo" in head.keys(manifest)
    return len(head.names) == 1 and {"chatInfo", "metadata"} <= head.paths


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one document or of all chunks."""
    chunks = chunk_files(source.names)
    name = (manifest_file(source.names) if chunks else None) or source.name
    document = decode_envelope(source, name, _Document, "messages")
    info, group = document.chat_info, _group_id(document.chat_info, source)
    yield _group(info, group, name)
    counts: Counter[_ID | None] = Counter()
    if chunks:
        rows = dict.fromkeys(chunks, 0)
        yield from _read_chunks(source, rows, group, info, counts)
        balance_chunks(source, name, document.chunked, rows)
    else:
        chat = _chat(source, name, group, info)
        for block in elements(source, name, "messages"):
            yield from _block(source, block, chat, counts)
    _settle(source, document, name, counts)


def _read_chunks(
    source: Source,
    rows: dict[str, int],
    group: str,
    info: _Info,
    counts: Counter[_ID | None],
) -> Iterator[Batch]:
    overlaps = Overlaps()
    for name in rows:
        chat = _chat(source, name, group, info)
        for block in json_lines(source, name):
            rows[name] += len(block.positions)
            yield from _block(source, block, chat, counts, overlaps)


def _chat(source: Source, name: str, group: str, info: _Info) -> Chat:
    def understand(text: str, known: Known) -> Event | None:
        event = _understand(text, known)
        return event and with_ids(event, group, source.people, r"\d+")

    chat = Chat(source, name, group, understand, {"", "0"}.__contains__)
    if own := info.self_uin or info.self_uid:
        chat.names([(str(own), YOU), (str(own), info.self_name)])
    return chat


def _understand(text: str, known: Known) -> Event | None:
    """Read a system line; the exporter's codes stand before, or instead of, words."""
    found = _CODE.match(text)
    if event := grammar("qq").match(found[2] if found else text, known):
        return event
    kind = _CODES.get(found[1]) if found else None
    return Event(f"qce.code-{found[1]}", kind) if found and kind else None


def _block(
    source: Source,
    block: Block,
    chat: Chat,
    counts: Counter[_ID | None],
    overlaps: Overlaps | None = None,
) -> Iterator[Batch]:
    found, positions = decode(block, _MESSAGES, chat.file, source.losses)
    ids = [_text(m.id if m.id is not None else m.message_id) for m in found]
    times = from_epoch([_time(m.timestamp) for m in found])
    if overlaps and (again := overlaps.repeated(ids, times)):
        source.losses.noted(
            "repeated in another chunk", chat.file, positions[0], len(again)
        )
        kept = [at for at in range(len(found)) if at not in again]
        found = [found[at] for at in kept]
        positions, ids = [positions[at] for at in kept], [ids[at] for at in kept]
        times = times.take(kept)
    counts.update(m.sender.uid for m in found)
    if found:
        yield from _messages(found, positions, ids, times, chat)


def _messages(
    found: Sequence[_Message],
    positions: Sequence[int],
    ids: Sequence[str | None],
    times: Any,  # noqa: ANN401  an Arrow array
    chat: Chat,
) -> Iterator[Batch]:
    sender = [_person(m) for m in found]
    borne = {(who, *_names(m)) for who, m in zip(sender, found, strict=True)}
    for who, *names in borne:
        chat.names((who, name) for name in names)
    yield from chat.batches(
        position=positions,
        time_us=times,
        sender=sender,
        kind=[_kind(m) for m in found],
        text=[_words(m.content) for m in found],
        id=ids,
        reply_to=[_reply(m.content) for m in found],
        mentions=[
            [named(str(one.uid)) for one in m.content.mentions if _one(one)]
            if m.content.mentions
            else None
            for m in found
        ],
    )


def _time(value: float | str | None) -> float | str | None:
    """Turn V4's ISO times into microseconds; numbers are left to `from_epoch`."""
    if isinstance(value, str) and not value.isdecimal():
        return iso_us(value)
    return value


def _person(message: _Message) -> str | None:
    raw, sender = message.raw_message, message.sender
    uin = sender.uin if sender.uin is not None else (raw.sender_uin if raw else None)
    return _text(uin if uin is not None else sender.uid)


def _names(message: _Message) -> tuple[str | None, ...]:
    sender, raw = message.sender, message.raw_message
    # a uid is a name of the uin: mentions know only the uid
    names = (_text(sender.uid), sender.name, sender.nickname, sender.group_card)
    more = (raw.send_nick_name, raw.send_member_name) if raw else (None, None)
    return (*names, sender.remark, *more)


def _one(mention: _Mention) -> bool:
    return mention.uid is not None and mention.type != "all"


def _kind(message: _Message) -> str:
    if message.recalled or message.is_recalled:
        return "recalled"
    if message.system or message.is_system_message or message.type == "system":
        return "system"
    types = [element.type for element in message.content.elements]
    if types == ["text"] and message.content.reply is None:
        return "text"
    if "reply" in types or message.content.reply:
        return "reply"
    if any(
        e.type == "text" and e.data and (e.data.text or "").strip()
        for e in message.content.elements
    ):
        return "text"
    return next((_KINDS[one] for one in types if one in _KINDS), "text")


def _words(content: _Content) -> str | None:
    """Return what was written: without the quoted text and the placeholders."""
    if len(content.elements) == 1 and (only := content.elements[0]).type == "text":
        return (only.data.text or "") if only.data else content.text
    parts = [
        element.data.text or (f"@{element.data.name}" if element.type == "at" else "")
        for element in content.elements
        if element.data and element.type in {"text", "at"}
    ]
    return "".join(parts) if parts else content.text


def _reply(content: _Content) -> str | None:
    if content.reply:
        return _text(content.reply.referenced_message_id)
    for element in content.elements:
        if element.type == "reply" and element.data:
            referenced = element.data.referenced_message_id
            return _text(
                referenced if referenced is not None else element.data.message_id
            )
    return None


def _text(value: _ID | None) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def _group_id(info: _Info, source: Source) -> str:
    return str(info.peer_uin or info.peer_uid or info.name or source.path.stem)


def _group(info: _Info, group: str, file: str) -> Batch:
    row = {
        "group": group,
        "label": info.name,
        "platform": "qq",
        "kind": info.type,
        "member_count": info.participant_count,
        "file": file,
        "rule": "qce.chat-info",
    }
    return from_rows("group", [row])


def _settle(
    source: Source, document: _Document, name: str, counts: Counter[_ID | None]
) -> None:
    """Balance the exporter's own counts; say that members are a bare count."""
    if document.chat_info.participant_count:
        source.observed["members_source"] = "count"
    total, listed = document.statistics.total_messages, document.statistics.senders
    losses = source.losses
    losses.balance("messages", name, declared=total, found=counts.total())
    for one in listed:
        declared = one.message_count
        losses.balance(
            "messages of one sender", name, declared=declared, found=counts[one.uid]
        )
