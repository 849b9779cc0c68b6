"""Types for the fields read from QQ Chat Exporter's JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from helpers.formats.json.json_blocks import Repeating

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


class Mention(msgspec.Struct, gc=False):
    """A user mentioned in a QQ message."""

    uid: Id | None = None
    name: str | None = None
    type: str | None = None


class _Reply(msgspec.Struct, rename="camel", gc=False):
    referenced_message_id: Id | None = None


class Content(msgspec.Struct, gc=False):
    """The content of a QQ message: text, elements, mentions and reply."""

    text: str | None = None
    elements: tuple[_Element, ...] = ()
    mentions: tuple[Mention, ...] | None = None
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
    sender: msgspec.Raw = msgspec.Raw(b"{}")
    content: Content = msgspec.field(default_factory=Content)
    recalled: bool = False
    is_recalled: bool = False
    system: bool = False
    is_system_message: bool = False
    type: str | int | None = None
    raw_message: _Raw | None = None


class Info(msgspec.Struct, rename="camel"):
    """Metadata of a QQ chat and its exporter."""

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


class Document(msgspec.Struct, rename="camel"):
    """A QQ export without its messages: chat, statistics, chunks."""

    chat_info: Info = msgspec.field(default_factory=Info)
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)
    chunked: Any = None
    metadata: Any = None


def build_decoder() -> Repeating[Message, Sender]:
    """Build a JSON decoder of QQ messages with their authors."""
    return Repeating(Message, "sender", Sender)
