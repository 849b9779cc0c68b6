"""Read ChatLab's interchange format, JSON and JSON Lines, versions 0.0.1 and 0.0.2.

Read so that nothing of the specification gets lost: members with nested roles and
aliases, silent members among them; reply targets; unassigned types (kept as a rule).
`meta.ownerId` may be the group's owner or the exporter, so it is not read as owner.
WeQ's own JSON is such a document, with other messages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from helpers.formats.json.json_stream import (
    decode_elements,
    decode_envelope,
    decode_json_lines,
)
from helpers.formats.qq import weq
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.rows.clock import from_epoch, read_instant
from helpers.formats.rows.columns import to_ids, yield_rows
from helpers.formats.rows.events import load_grammar
from helpers.formats.wechat import wechat
from helpers.records import Batch

NAME = "ChatLab"
OBSERVES = replace(wechat.OBSERVES, owner_known=True, roles_known=True)
OUTSIDE = {"private": "private"}
KINDS: dict[float | None, str] = {
    0: "text", 1: "image", 2: "voice", 3: "video", 4: "file", 5: "sticker", 7: "link",
    8: "location", 20: "red_packet", 21: "transfer", 22: "poke", 23: "call",
    24: "share", 25: "reply", 26: "forward", 27: "contact", 80: "system",
    81: "recalled", 99: "other",
}  # fmt: skip
_NUMBERS = {kind: number for number, kind in KINDS.items()}
PLATFORMS = frozenset(
    {
        "qq", "wechat", "weixin", "wecom", "telegram", "discord", "whatsapp", "line",
        "slack", "instagram", "messenger", "kakaotalk", "imessage", "signal", "teams",
        "dingtalk", "feishu", "lark", "matrix", "irc", "zulip", "mattermost", "gitter",
    }
)  # fmt: skip
_ID = str | int
_TIME = int | float | str
# ChatLab has no events, only the text of system messages: WeChat's wording, or QQ's for
# groups of QQ. People stand in it as the ids that their messages bear.
WORDED = ("join", "leave", "kick", "rename")
CLOSED = dict.fromkeys(("exporter_left", "migrated"), "你退出了群聊")
DISSOLVED = "群已被群主解散"
_NOBODY = "$names$"  # as WeChat's exporters leave what they can't resolve
_WECHAT = {
    ("join", True): '"{actor}"邀请"{subjects}"加入了群聊',
    ("join", False): '"{subjects}"加入了群聊',
    ("leave", False): '"{subjects}"退出了群聊',
    ("kick", True): '"{actor}"将"{subjects}"移出了群聊',
    ("kick", False): '"$adder$"将"{subjects}"移出了群聊',
    ("rename", True): '"{actor}"修改群名为“{value}”',
    ("rename", False): '"$adder$"修改群名为“{value}”',
}
_QQ = {
    ("join", True): "{actor} 邀请 {subjects} 加入本群",
    ("join", False): "{subjects} 加入本群",
    ("leave", False): "{subjects} 退出本群",
    ("kick", True): "{subjects} 被管理员 {actor} 移出本群",
    ("kick", False): "{subjects} 被移出本群",
    ("rename", True): "{actor} 修改群名为“{value}”",
    ("rename", False): "$adder$ 修改群名为“{value}”",
}


class _Role(msgspec.Struct):
    id: str = ""


class _Member(msgspec.Struct, rename="camel", tag_field="_type", tag="member"):
    platform_id: _ID
    account_name: str | None = None
    group_nickname: str | None = None
    aliases: list[str] | None = None
    roles: list[_Role] | None = None
    role: str | None = None  # as WeQ says it

    @property
    def own_role(self) -> str | None:
        return self.roles[0].id if self.roles else self.role


class _Meta(msgspec.Struct, rename="camel"):
    name: str | None = None
    platform: str | None = None
    type: str | None = None
    group_id: _ID | None = None
    exported_at: Any = None  # by WeQ


class _Message(
    msgspec.Struct, rename="camel", tag_field="_type", tag="message", gc=False
):
    timestamp: _TIME | None = None
    sender: _ID | None = None
    account_name: str | None = None
    group_nickname: str | None = None
    type: int | float | None = None
    content: str | None = None
    platform_message_id: _ID | None = None
    reply_to_message_id: _ID | None = None


class _Document(msgspec.Struct):
    meta: _Meta
    chatlab: Any = None
    members: list[_Member] = []


class _Header(msgspec.Struct, tag_field="_type", tag="header"):
    meta: _Meta
    chatlab: Any = None


class _Line(weq.Message, rename="camel"):
    meta: _Meta | None = None


_MESSAGES = msgspec.json.Decoder(list[_Message])
_LINES = msgspec.json.Decoder(list[_Header | _Member | _Message])
_OF_WEQ = msgspec.json.Decoder(list[_Line])


def has_signature(head: Head) -> bool:
    """Detect a ChatLab file by its key, in a document or a header line."""
    return "chatlab.version" in head.paths or _is_weq(head)


def _is_weq(head: Head) -> bool:
    """Return whether WeQ wrote the document, which states its day among the facts."""
    return {"meta.exportedAt", "meta.platform"} <= head.paths


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one ChatLab file, JSON or JSON Lines."""
    start = source.head.start  # most documents need no second look at their keys
    if '"_type"' in start and "_type" in source.head.paths:
        return _read_lines(source)
    return _read_document(source)


def _read_document(source: Source) -> Iterator[Batch]:
    name = source.name
    document = decode_envelope(source, name, _Document, "messages")
    chat = _build_chat(source, document.meta, document.chatlab)
    yield from _list_members(source, document.meta, document.members, chat)
    is_weq = _is_weq(source.head)
    decoder: msgspec.json.Decoder[list[Any]] = _OF_WEQ if is_weq else _MESSAGES
    for messages, positions in decode_elements(source, name, decoder, "messages"):
        own: list[Any] = _translate(messages) if is_weq else messages
        yield from _iterate_messages(own, positions, chat)
    _settle_member_source(source, chat, document.members)


def _read_lines(source: Source) -> Iterator[Batch]:
    name, meta, chat, stamp = source.name, _Meta(), None, None
    members: list[_Member] = []
    is_weq = _is_weq(source.head)
    decoder: msgspec.json.Decoder[list[Any]] = _OF_WEQ if is_weq else _LINES
    for decoded, positions in decode_json_lines(source, name, decoder):
        lines = _translate(decoded) if is_weq else decoded
        for line in lines:
            if isinstance(line, _Header):
                meta, stamp = line.meta, line.chatlab
                break
        chat = chat or _build_chat(source, meta, stamp)
        members += [line for line in lines if isinstance(line, _Member)]
        messages = [
            (line, at)
            for line, at in zip(lines, positions, strict=True)
            if isinstance(line, _Message)
        ]
        yield from _iterate_messages(
            [message for message, _ in messages], [at for _, at in messages], chat
        )
    chat = chat or _build_chat(source, meta, stamp)  # also if no line could be decoded
    yield from _list_members(source, meta, members, chat)
    _settle_member_source(source, chat, members)


def _translate(lines: Sequence[_Line]) -> list[_Header | _Member | _Message]:
    """Convert lines of WeQ to those of ChatLab."""
    return [_translate_one(line) for line in lines]


def _translate_one(line: _Line) -> _Header | _Member | _Message:
    if line.kind == "header":
        return _Header(line.meta or _Meta())
    name, card = line.account_name or line.sender_name, line.group_nickname
    if line.kind == "member":
        return _Member(line.platform_id or "", name, card, role=line.role)
    said = weq.read_elements(line)
    return _Message(
        line.send_time, line.sender, name, card, _NUMBERS[said.kind], said.text,
        line.msg_id, said.reply_to,
    )  # fmt: skip


def _build_chat(source: Source, meta: _Meta, stamp: object) -> Chat:
    group = str(meta.group_id or meta.name or source.stem)
    stamp = stamp or {"exportedAt": meta.exported_at}
    source.state_export(group, read_instant(stamp, "exportedAt"), source.name)
    source.state_range(group, None, read_instant(stamp, "until"))  # by `convert`
    understand = (
        load_grammar("qq").match if meta.platform == "qq" else wechat.parse_event
    )
    return Chat(source, source.name, group, understand, wechat.is_system_sender)


def _list_members(
    source: Source, meta: _Meta, members: list[_Member], chat: Chat
) -> Iterator[Batch]:
    owners = [m for m in members if m.own_role == "owner"]
    row = {
        "group": chat.group,
        "label": meta.name,
        "platform": meta.platform if meta.platform in PLATFORMS else None,
        "kind": meta.type,
        "owner": str(owners[0].platform_id) if len(owners) == 1 else None,
        "file": source.name,
    }
    source.observed["leaves_observed"] = meta.platform == "qq"  # WeChat tells nobody
    chat.names(
        (str(member.platform_id), name)
        for member in members
        for name in (
            member.account_name, member.group_nickname, *(member.aliases or ()),
        )
    )  # fmt: skip
    listed = [
        {
            "group": chat.group, "person": str(member.platform_id), "file": source.name,
            "role": member.own_role,
            "rule": "chatlab.members",
        }
        for member in members
    ]  # fmt: skip
    yield from yield_rows(group=[row], membership=listed)


def _iterate_messages(
    messages: Sequence[_Message], positions: Sequence[int], chat: Chat
) -> Iterator[Batch]:
    if not messages:
        return
    sender = to_ids([m.sender for m in messages])
    chat.names(zip(sender, [m.account_name for m in messages], strict=True))
    chat.names(zip(sender, [m.group_nickname for m in messages], strict=True))
    yield from chat.batches(
        position=positions,
        time_us=from_epoch([m.timestamp for m in messages]),
        sender=sender,
        kind=[KINDS.get(m.type, "other") for m in messages],
        text=[m.content for m in messages],
        id=to_ids([m.platform_message_id for m in messages]),
        reply_to=to_ids([m.reply_to_message_id for m in messages]),
        rule=[  # of undefined types
            None if m.type in KINDS else f"chatlab.type-{m.type}" for m in messages
        ],
    )


def _settle_member_source(source: Source, chat: Chat, members: list[_Member]) -> None:
    """Record whether the member list states roles and includes silent members."""
    silent = {str(member.platform_id) for member in members} - chat.spoke
    source.observed["members_source"] = "roster" if silent else "speakers"
    source.observed["owner_known"] = any(member.own_role for member in members)
    source.observed["roles_known"] = any(member.own_role for member in members)


def describe_events(
    events: Sequence[dict[str, Any]], platform: str | None
) -> str | None:
    """Return a Chinese system line, such as a join, for a row's events, or None.

    Examples
    --------
    >>> describe_events(
    ...     [{"kind": "join", "actor": "a", "subject": "b", "value": None}], "slack"
    ... )
    '"a"邀请"b"加入了群聊'
    """
    first = events[0]
    words = _QQ if platform == "qq" else _WECHAT
    acted = first["kind"] != "leave" and first["actor"] is not None
    if (template := words.get((first["kind"], acted))) is None:
        return None
    subjects = "、".join(event["subject"] or _NOBODY for event in events)
    value = first["value"] or ""
    return template.format(actor=first["actor"], subjects=subjects, value=value)
