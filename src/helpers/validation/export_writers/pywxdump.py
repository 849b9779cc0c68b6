"""Write PyWxDump's folder: JSON pages and ``users.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import (
    PLACEHOLDERS,
    as_json,
    wall,
    wechat_line,
)

FORMAT = "pywxdump"
CARRIES: frozenset[Trait] = frozenset(
    {"ids", "message_ids", "joins", "inviters", "kicks", "renames", "red_packets"}
)
TYPES = {"text": "文本", "image": "图片", "red_packet": "红包", "recalled": "消息撤回"}
PAGE = 50


def write(community: Community, folder: Path) -> Path:
    """Write pages of fifty rows into a folder of their own."""
    root = folder / "pywxdump"
    rows = [row for one in community.happenings if (row := _row(one, community))]
    for start in range(0, max(len(rows), 1), PAGE):
        page = [{"id": start + at, **row} for at, row in enumerate(rows[start:][:PAGE])]
        as_json(page, root / f"{community.id}_{start}_{start + PAGE}.json")
    users = {
        one.id: {"wxid": one.id, "nickname": one.name, "remark": "", "account": ""}
        for one in community.people
    }
    as_json(users, root / "users.json")
    return root


def _row(one: Post | Change, community: Community) -> dict[str, Any] | None:
    row: dict[str, Any] = {
        "is_sender": 0,
        "room_name": community.id,
        "CreateTime": wall(one.time_us, community.zone),
        "src": "",
        "extra": {},
    }
    if isinstance(one, Post):
        return row | _post(one, community)
    line = wechat_line(one, community)
    about = {"MsgSvrID": "", "type_name": "系统通知", "talker": "系统", "msg": line}
    return row | about if line else None


def _post(post: Post, community: Community) -> dict[str, Any]:
    name = community.names[post.sender]
    content = PLACEHOLDERS.get(post.kind, post.text)
    recalled = post.kind == "recalled"
    return {
        "MsgSvrID": post.id,
        "type_name": TYPES[post.kind],
        "talker": "未知" if recalled else post.sender,
        "msg": f'"{name}" 撤回了一条消息' if recalled else content,
    }
