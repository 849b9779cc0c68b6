"""Write chatlog's answers: the messages, and the chat room's members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import (
    as_json,
    iso,
    seconds,
    wechat_line,
)

FORMAT = "chatlog"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "replies", "joins", "inviters", "kicks", "renames", "recalls",
        "red_packets", "roster", "owner",
    }
)  # fmt: skip
TYPES = {
    "text": (1, 0),
    "image": (3, 0),
    "red_packet": (49, 2001),
    "recalled": (10000, 0),
}


def write(community: Community, folder: Path) -> Path:
    """Write a folder with the messages and the chat room."""
    root = folder / "chatlog"
    posts = {post.id: post for post in community.posts}
    rows = (_row(one, community, posts) for one in community.happenings)
    as_json([row for row in rows if row], root / "chatlog.json")
    users = [
        {"userName": one.id, "displayName": one.name}
        for one in community.people
        if one.id in community.members
    ]
    room = {
        "name": community.id,
        "owner": community.owner or "",
        "users": users,
        "remark": "",
        "nickName": community.name,
    }
    as_json({"items": [room]}, root / "chatroom.json")
    return root


def _row(
    one: Post | Change, community: Community, posts: dict[str, Post]
) -> dict[str, Any] | None:
    row: dict[str, Any] = {
        "seq": seconds(one.time_us) * 1000,
        "time": iso(one.time_us, community.zone),
        "talker": community.id,
        "isChatRoom": True,
        "isSelf": False,
    }
    if isinstance(one, Post):
        return row | _post(one, community, posts)
    line = wechat_line(one, community)
    about = {"sender": "系统消息", "senderName": "", "type": 10000, "content": line}
    return row | about if line else None


def _post(post: Post, community: Community, posts: dict[str, Post]) -> dict[str, Any]:
    kind, sub = TYPES[post.kind]
    name = community.names[post.sender]
    row: dict[str, Any] = {
        "sender": post.sender,
        "senderName": name,
        "type": kind,
        "subType": sub,
        "content": post.text,
    }
    if post.kind == "recalled":
        row["content"] = f'"{name}" 撤回了一条消息'
    if post.reply_to and post.kind == "text":
        quoted = posts[post.reply_to]
        refer = {"time": iso(quoted.time_us, community.zone), "sender": quoted.sender}
        row |= {"type": 49, "subType": 57, "contents": {"refer": refer}}
    return row
