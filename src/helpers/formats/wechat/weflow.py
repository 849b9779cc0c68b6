"""Read WeChat exports of WeFlow (JSON) and of EchoTrace.

System messages come from the group's own id: here that makes them events, where other
readers drop them. Types are labels in one of two vocabularies beside WeChat's numbers.
`localId` is numbered anew at every export, so it is no message id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from helpers.formats.json.json_stream import decode_elements, decode_envelope
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, read_instant
from helpers.formats.rows.columns import to_ids
from helpers.formats.rows.events import YOU
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

NAME = "WeFlow"
OBSERVES = wechat.OBSERVES
OUTSIDE = {"private": "private"}
LABELS = {
    "文本消息": "text", "图片消息": "image", "语音消息": "voice", "名片消息": "contact",
    "视频消息": "video", "动画表情": "sticker", "位置消息": "location",
    "链接消息": "link",
    "通话消息": "call", "系统消息": "system", "引用消息": "reply", "音乐消息": "share",
    "群公告": "announcement", "转账消息": "transfer", "文件消息": "file",
    "聊天记录": "forward", "小程序消息": "share", "其他消息": "other",
    "卡片式链接": "link", "图文消息": "link", "红包卡片": "red_packet",
    "红包消息": "red_packet",
    "转账卡片": "transfer", "小程序分享": "share", "视频号直播卡片": "share",
    "聊天记录合并转发": "forward",
}  # fmt: skip
_KINDS = {"群聊": "group", "私聊": "private"}


class _Session(msgspec.Struct, rename="camel"):
    wxid: str | None = None
    nickname: str | None = None
    display_name: str | None = None
    remark: str | None = None
    type: str | None = None
    message_count: int | None = None


class _Document(msgspec.Struct):
    session: _Session = msgspec.field(default_factory=_Session)
    weflow: Any = None


class _Message(msgspec.Struct, rename="camel", gc=False):
    create_time: int | float | str | None = None
    type: str | int | None = None
    local_type: int | None = None
    content: str | None = None
    is_send: int | bool | None = None
    sender_username: str | None = None
    sender_display_name: str | None = None
    platform_message_id: str | int | None = None
    reply_to_message_id: str | int | None = None


_MESSAGES = msgspec.json.Decoder(list[_Message])


def has_signature(head: Head) -> bool:
    """Detect WeFlow by its session and message keys."""
    sender = {"messages[].senderUsername", "messages[].createTime"}
    return "session" in head.paths and (
        "weflow" in head.paths or bool(sender & head.paths)
    )


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one WeFlow or EchoTrace file."""
    name = source.name
    document = decode_envelope(source, name, _Document, "messages")
    session = document.session
    group = session.wxid or session.display_name or source.stem
    made_us = read_instant(document.weflow, "exportedAt", source.options.zone)
    source.state_export(group, made_us, name)
    chat = Chat(source, name, group, wechat.parse_event, wechat.is_system_sender)
    row = {
        "group": group,
        "label": session.display_name or session.nickname,
        "platform": "wechat",
        "kind": _KINDS.get(session.type or "", session.type),
        "file": name,
    }
    yield from_rows("group", [row])
    for messages, positions in decode_elements(source, name, _MESSAGES, "messages"):
        yield from _read_messages(messages, positions, chat)
    source.losses.balance(
        "messages", name, declared=session.message_count, found=chat.rows
    )


def _read_messages(
    messages: Sequence[_Message], positions: Sequence[int], chat: Chat
) -> Iterator[Batch]:
    sender = [m.sender_username for m in messages]
    chat.names(zip(sender, [m.sender_display_name for m in messages], strict=True))
    chat.names((m.sender_username, YOU) for m in messages if m.is_send)
    yield from chat.batches(
        position=positions,
        time_us=from_epoch([m.create_time for m in messages]),
        sender=sender,
        kind=[_classify_kind(m) for m in messages],
        text=[
            wechat.strip_sender_prefix(
                m.content, {m.sender_username or ""} | chat.spoke
            )
            if m.content and ":\n" in m.content
            else m.content
            for m in messages
        ],
        id=to_ids([m.platform_message_id for m in messages]),
        reply_to=to_ids([m.reply_to_message_id for m in messages]),
    )


def _classify_kind(message: _Message) -> str:
    label = LABELS.get(message.type)  # type: ignore[arg-type]
    if label in {None, "other", "system"} and message.local_type is not None:
        number = wechat.classify_type(message.local_type)
        return "system" if label == "system" and number != "poke" else number
    return label or "other"
