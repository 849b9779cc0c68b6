"""Write simulated groups as WeChat exports: WeFlow, PyWxDump and chatlog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import (
    format_wall_clock,
    format_wechat_lines,
    to_iso,
    to_seconds,
    write_json,
)

Row = dict[str, Any]
WEFLOW_TYPES = {
    "text": ("文本消息", 1),
    "image": ("图片消息", 3),
    "red_packet": ("红包卡片", 49),
    "recalled": ("系统消息", 10000),
}
PYWXDUMP_TYPES = {
    "text": "文本",
    "image": "图片",
    "red_packet": "红包",
    "recalled": "消息撤回",
}
CHATLOG_TYPES = {
    "text": (1, 0),
    "image": (3, 0),
    "red_packet": (49, 2001),
    "recalled": (10000, 0),
}
PAGE = 50  # rows of PyWxDump


def write_weflow(community: Community, folder: Path) -> Path:
    """Write a simulated group as a WeFlow JSON document."""
    rows = [
        _build_weflow_row(*line, community) for line in format_wechat_lines(community)
    ]
    document = {
        "weflow": {"version": "5.0.0"},
        "session": {
            "wxid": community.id,
            "displayName": community.name,
            "type": "群聊",
            "messageCount": len(rows),
        },
        "messages": [{"localId": at, **row} for at, row in enumerate(rows, 1)],
    }
    return write_json(document, folder / "weflow.json")


def _build_weflow_row(
    happening: Post | Change, shown: str, community: Community
) -> Row:
    post = happening if isinstance(happening, Post) else None
    label, number = WEFLOW_TYPES[post.kind if post else "recalled"]
    row: Row = {
        "createTime": to_seconds(happening.time_us),
        "formattedTime": format_wall_clock(happening.time_us, community.zone),
        "isSend": 0,
        "type": label,
        "localType": number,
        "content": shown,
        "senderUsername": post.sender if post else community.id,
        "senderDisplayName": community.names[post.sender] if post else "",
    }
    if post:
        row["platformMessageId"] = post.id
    if post and post.reply_to and post.kind == "text":
        row |= {"type": "引用消息", "replyToMessageId": post.reply_to}
        row["localType"] = 57 << 32 | 49
    return row


def write_pywxdump(community: Community, folder: Path) -> Path:
    """Write a simulated group as PyWxDump's JSON pages and ``users.json``."""
    root = folder / "pywxdump"
    rows = [
        _build_pywxdump_row(*line, community) for line in format_wechat_lines(community)
    ]
    for start in range(0, max(len(rows), 1), PAGE):
        page = [{"id": start + at, **row} for at, row in enumerate(rows[start:][:PAGE])]
        write_json(page, root / f"{community.id}_{start}_{start + PAGE}.json")
    users = {
        person.id: {
            "wxid": person.id,
            "nickname": person.name,
            "remark": "",
            "account": "",
        }
        for person in community.people
    }
    write_json(users, root / "users.json")
    return root


def _build_pywxdump_row(
    happening: Post | Change, shown: str, community: Community
) -> Row:
    row: Row = {
        "is_sender": 0,
        "room_name": community.id,
        "CreateTime": format_wall_clock(happening.time_us, community.zone),
        "src": "",
        "extra": {},
    }
    about = {"MsgSvrID": "", "type_name": "系统通知", "talker": "系统", "msg": shown}
    if isinstance(happening, Post):
        sender = "未知" if happening.kind == "recalled" else happening.sender
        kind = PYWXDUMP_TYPES[happening.kind]
        about |= {"MsgSvrID": happening.id, "type_name": kind, "talker": sender}
    return row | about


def write_chatlog(community: Community, folder: Path) -> Path:
    """Write a simulated group as a chatlog folder: messages and members."""
    root = folder / "chatlog"
    posts = {post.id: post for post in community.posts}
    rows = [
        _build_chatlog_row(*line, community, posts)
        for line in format_wechat_lines(community)
    ]
    write_json(rows, root / "chatlog.json")
    users = [
        {"userName": person.id, "displayName": person.name}
        for person in community.people
        if person.id in community.members
    ]
    room = {
        "name": community.id,
        "owner": community.owner or "",
        "users": users,
        "remark": "",
        "nickName": community.name,
    }
    write_json({"items": [room]}, root / "chatroom.json")
    return root


def _build_chatlog_row(
    happening: Post | Change, shown: str, community: Community, posts: dict[str, Post]
) -> Row:
    row: Row = {
        "seq": to_seconds(happening.time_us) * 1000,
        "time": to_iso(happening.time_us, community.zone),
        "talker": community.id,
        "isChatRoom": True,
        "isSelf": False,
    }
    if not isinstance(happening, Post):
        about = {"sender": "系统消息", "senderName": "", "type": 10000}
        return row | about | {"content": shown}
    kind, sub = CHATLOG_TYPES[happening.kind]
    row |= {
        "sender": happening.sender,
        "senderName": community.names[happening.sender],
        "type": kind,
        "subType": sub,
        "content": shown if happening.kind == "recalled" else happening.text,
    }
    if happening.reply_to and happening.kind == "text":
        quoted = posts[happening.reply_to]
        refer = {
            "time": to_iso(quoted.time_us, community.zone),
            "sender": quoted.sender,
        }
        row |= {"type": 49, "subType": 57, "contents": {"refer": refer}}
    return row


WRITERS = {
    "weflow": Writer("weflow", write_weflow, frozenset({
        "ids", "message_ids", "replies", "joins", "inviters", "kicks", "renames",
        "recalls", "red_packets",
    })),
    "pywxdump": Writer("pywxdump", write_pywxdump, frozenset({
        "ids", "message_ids", "joins", "inviters", "kicks", "renames", "red_packets",
    })),
    "chatlog": Writer("chatlog", write_chatlog, frozenset({
        "ids", "replies", "joins", "inviters", "kicks", "renames", "recalls",
        "red_packets", "roster", "owner",
    })),
}  # fmt: skip
