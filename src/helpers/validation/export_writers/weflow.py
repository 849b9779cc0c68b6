"""Write WeFlow's JSON: system lines come from the group's own id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import (
    PLACEHOLDERS,
    as_json,
    seconds,
    wall,
    wechat_line,
)

FORMAT = "weflow"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "replies", "joins", "inviters", "kicks", "renames",
        "recalls", "red_packets",
    }
)  # fmt: skip
TYPES = {
    "text": ("文本消息", 1),
    "image": ("图片消息", 3),
    "red_packet": ("红包卡片", 49),
    "recalled": ("系统消息", 10000),
}


def write(community: Community, folder: Path) -> Path:
    """Write one JSON document."""
    rows = [row for one in community.happenings if (row := _row(one, community))]
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
    return as_json(document, folder / "weflow.json")


def _row(one: Post | Change, community: Community) -> dict[str, Any] | None:
    row: dict[str, Any] = {
        "createTime": seconds(one.time_us),
        "formattedTime": wall(one.time_us, community.zone),
        "isSend": 0,
    }
    if isinstance(one, Post):
        return row | _post(one, community)
    line = wechat_line(one, community)
    return row | _system(line, community) if line else None


def _system(line: str, community: Community) -> dict[str, Any]:
    return {
        "type": "系统消息",
        "localType": 10000,
        "content": line,
        "senderUsername": community.id,
        "senderDisplayName": "",
    }


def _post(post: Post, community: Community) -> dict[str, Any]:
    label, number = TYPES[post.kind]
    name = community.names[post.sender]
    content = PLACEHOLDERS.get(post.kind, post.text)
    row: dict[str, Any] = {
        "type": label,
        "localType": number,
        "content": f'"{name}" 撤回了一条消息' if post.kind == "recalled" else content,
        "senderUsername": post.sender,
        "senderDisplayName": name,
        "platformMessageId": post.id,
    }
    if post.reply_to and post.kind == "text":
        row |= {"type": "引用消息", "replyToMessageId": post.reply_to}
        row["localType"] = 57 << 32 | 49
    return row
