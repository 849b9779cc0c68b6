"""Read wx-cli's WeChat exports, and chatlog_alpha's history, which has the same keys.

JSON or YAML of one chat (its TXT and Markdown are a `transcript`). Types are labels;
`local_id` counts within one phone's database, so it is an id of this export only, and
is not read as one. Without `sender_username` people are known by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from helpers.formats.json.json_stream import decode_elements, decode_envelope
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch
from helpers.formats.rows.people import NAMED, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

NAME = "wx-cli"
OBSERVES = wechat.OBSERVES
OUTSIDE = {"private": "private", "official": "channels", "folded": "channels"}
LABELS = {
    "文本": "text", "图片": "image", "语音": "voice", "名片": "contact",
    "视频": "video",
    "表情": "sticker", "位置": "location", "链接": "link", "文件": "file",
    "链接/文件": "share", "通话": "call", "系统": "system", "撤回": "system",
    "引用": "reply", "红包": "red_packet", "转账": "transfer", "拍一拍": "poke",
    "合并转发": "forward", "聊天记录": "forward", "小程序": "share",
    # chatlog_alpha's
    "text": "text", "image": "image", "voice": "voice", "card": "contact",
    "video": "video", "sticker": "sticker", "location": "location", "share": "share",
    "voip": "call", "system": "system",
}  # fmt: skip
_NUMBER = re.compile(r"(?:type=)?(\d+)")  # of a type without a label
_ID = re.compile(r"wxid_\w+|\S+@\w+")
_KINDS = {"official_account": "official", "official": "official"}


class _Document(msgspec.Struct):
    chat: str | None = None
    username: str | None = None
    is_group: bool | None = None
    chat_type: str | None = None


class _Message(msgspec.Struct, gc=False):
    timestamp: int | float | str | None = None
    time: str | None = None
    sender: str | None = None
    sender_username: str | None = None
    content: str | None = None
    type: str | int | None = None


_MESSAGES = msgspec.json.Decoder(list[_Message])


def has_signature(head: Head) -> bool:
    """Detect wx-cli by the keys of its chat and messages."""
    chat = {"chat", "username", "messages[].timestamp", "messages[].sender"}
    return chat <= head.paths


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one chat."""
    name = source.name
    document = decode_envelope(source, name, _Document, "messages")
    group = document.username or document.chat or source.stem
    chat = Chat(source, name, group, wechat.parse_event, wechat.is_system_sender)
    kind = document.chat_type or wechat.classify_chat(group)
    if document.chat_type is None and document.is_group is not None:
        kind = "group" if document.is_group else kind or "private"
    row = {"group": group, "label": document.chat, "platform": "wechat", "file": name}
    yield from_rows("group", [row | {"kind": _KINDS.get(kind or "", kind)}])
    for messages, positions in decode_elements(source, name, _MESSAGES, "messages"):
        yield from _read_messages(source, messages, positions, chat)


def _read_messages(
    source: Source, messages: Sequence[_Message], positions: Sequence[int], chat: Chat
) -> Iterator[Batch]:
    sender = [m.sender_username or _identify(m.sender) for m in messages]
    if any(who and who.startswith(NAMED) for who in sender):
        source.observed["sender_ids"] = "by name"
    chat.names(zip(sender, [m.sender for m in messages], strict=True))
    kinds, texts = split_placeholders([m.content for m in messages])
    kinds = [
        _classify_kind(message, kind)
        for message, kind in zip(messages, kinds, strict=True)
    ]
    yield from chat.batches(
        position=positions,
        time_us=from_epoch([m.timestamp for m in messages]),
        sender=sender,
        kind=kinds,
        text=[
            wechat.strip_mark(m.content or "")
            if kind == "system"
            else wechat.extract_text(m.content if kind == "text" else text, kind)
            for m, kind, text in zip(messages, kinds, texts, strict=True)
        ],
    )


def _identify(name: str | None) -> str | None:
    """Return the sender by name, or by account if no name is known."""
    return name if not name or _ID.fullmatch(name) else to_name_id(name)


def _classify_kind(message: _Message, worded: str) -> str:
    """Return a message's kind by its type, or else by its words in brackets."""
    if message.type is None:
        return worded
    if match := _NUMBER.fullmatch(str(message.type)):
        return wechat.classify_type(int(match[1]))
    kind = LABELS.get(str(message.type), "other")
    return worded if kind == "share" and worded != "text" else kind
