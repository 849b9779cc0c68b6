"""Read PyWxDump: a folder of CSV or JSON pages of one WeChat chat.

Times are a clock on the wall; whoever exported is 我; a quote stands inside the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from helpers.formats.json.json_stream import decode_elements, decode_envelope
from helpers.formats.reading.chat import Chat
from helpers.formats.reading.source import Head, Source
from helpers.formats.reading.tabular import group_rows, read_header, read_tables
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.events import YOU
from helpers.formats.rows.people import to_name_id
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

NAME = "PyWxDump"
OBSERVES = replace(wechat.OBSERVES, time_zone_known=False, replies="mention")
OUTSIDE = wechat.OUTSIDE
KINDS = {
    "文本": "text", "图片": "image", "语音": "voice", "视频": "video", "文件": "file",
    "动画表情": "sticker", "地图": "location", "位置": "location", "名片": "contact",
    "引用回复": "reply", "卡片式链接": "link", "分享链接": "link", "转账": "transfer",
    "红包": "red_packet", "红包封面": "red_packet",
    "拍一拍": "poke", "群公告": "announcement",
    "接龙": "share", "小程序": "share", "合并转发的聊天记录": "forward",
    "语音通话": "call",
    "视频通话": "call", "系统通知": "system", "邀请加群": "system",
}  # fmt: skip
_SYSTEM = ("系统", "消息撤回", "邀请加群", "移出群", "修改群名")
_KEYS = {"MsgSvrID", "type_name", "talker", "room_name", "msg", "CreateTime"}
_PAGE = re.compile(r"_(\d+)_\d+\.(?:csv|json)$")
_QUOTE = re.compile(r"\n\n\[引用\]\(([^)]*)\)([^:]*):")


class _User(msgspec.Struct):
    nickname: str | None = None
    remark: str | None = None
    account: str | None = None


class _Message(msgspec.Struct, gc=False):
    MsgSvrID: str | int | None = None
    type_name: str | None = None
    talker: str | None = None
    room_name: str | None = None
    msg: str | None = None
    CreateTime: str | None = None


_MESSAGES = msgspec.json.Decoder(list[_Message])
_USERS = msgspec.json.Decoder(dict[str, _User])


def has_signature(head: Head) -> bool:
    """Detect a PyWxDump page by its columns or keys."""
    return bool(head.names) and any(_is_page(head, name) for name in head.names[:3])


def _is_page(head: Head, name: str) -> bool:
    if name.endswith(".csv"):
        return set(read_header(head.text(name))) >= _KEYS
    return {f"[].{key}" for key in _KEYS} <= head.keys(name)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of all PyWxDump pages, in page order."""
    chats: dict[str, Chat] = {}
    users = _read_users(source)

    def number(name: str) -> tuple[str, int]:
        page = _PAGE.search(name)
        return (name[: page.start()], int(page[1])) if page else (name, 0)

    for name in sorted(source.names, key=number):
        if not name.endswith("users.json"):
            with source.carry_on():
                yield from _read_page(source, name, chats, users)


def _read_page(
    source: Source, name: str, chats: dict[str, Chat], users: dict[str, _User]
) -> Iterator[Batch]:
    for messages, positions in _read_pages(source, name):
        for room, at in group_rows([m.room_name or "" for m in messages]):
            chat = chats.get(room)
            if chat is None or chat.file != name:
                chat = chats[room] = _build_chat(source, name, room, users)
                kind = wechat.classify_chat(room)
                row = {"group": chat.group, "platform": "wechat", "kind": kind}
                yield from_rows("group", [row | {"file": name}])
            said, places = [messages[i] for i in at], [positions[i] for i in at]
            yield from _read_messages(said, places, chat)


def _read_pages(
    source: Source, name: str
) -> Iterator[tuple[Sequence[_Message], Sequence[int]]]:
    if not name.endswith(".csv"):
        yield from decode_elements(source, name, _MESSAGES, "")
        return
    for table in read_tables(source, name):
        fields = (table[key] for key in _Message.__struct_fields__)
        yield [_Message(*row) for row in zip(*fields, strict=True)], table.row


def _read_users(source: Source) -> dict[str, _User]:
    for name in source.names:
        if name.endswith("users.json"):
            with source.carry_on():
                return decode_envelope(source, name, dict[str, _User])
    return {}


def _build_chat(source: Source, name: str, room: str, users: dict[str, _User]) -> Chat:
    group = room or source.stem
    chat = Chat(source, name, group, wechat.parse_event, wechat.is_system_sender)
    for person, user in users.items():
        own = (user.nickname, user.remark, user.account)
        chat.names((person, name) for name in own)
    return chat


def _read_messages(
    messages: Sequence[_Message], positions: Sequence[int], chat: Chat
) -> Iterator[Batch]:
    types = [m.type_name or "" for m in messages]
    kind = [
        "system" if name.startswith(_SYSTEM) else KINDS.get(name, "other")
        for name in types
    ]
    quotes = [_QUOTE.search(m.msg or "") for m in messages]
    rows = zip(messages, quotes, kind, strict=True)
    yield from chat.batches(
        position=positions,
        time_us=from_wall([m.CreateTime or "" for m in messages], chat.zone),
        sender=[to_name_id(YOU) if m.talker == "我" else m.talker for m in messages],
        kind=kind,
        text=[
            wechat.extract_text(
                m.msg[: quote.start()] if m.msg and quote else m.msg, row_kind
            )
            for m, quote, row_kind in rows
        ],
        id=[str(m.MsgSvrID) if m.MsgSvrID else None for m in messages],
        mentions=[[to_name_id(quote[2])] if quote else [] for quote in quotes],
    )
