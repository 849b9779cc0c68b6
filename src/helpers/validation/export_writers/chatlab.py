"""Write ChatLab's JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import (
    PLACEHOLDERS,
    as_json,
    seconds,
    wechat_line,
)

FORMAT = "chatlab"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "replies", "joins", "inviters", "kicks", "renames",
        "recalls", "red_packets", "roster", "owner",
    }
)  # fmt: skip
TYPES = {"text": 0, "image": 1, "red_packet": 20, "recalled": 81}
REPLY, SYSTEM = 25, 80


def write(community: Community, folder: Path) -> Path:
    """Write one JSON document."""
    document = header(community) | {
        "members": members(community),
        "messages": messages(community),
    }
    return as_json(document, folder / "chatlab.json")


def header(community: Community) -> dict[str, Any]:
    """Return what stands at the head of document and lines."""
    last = max((one.time_us for one in community.happenings), default=0)
    return {
        "chatlab": {"version": "0.0.2", "exportedAt": seconds(last)},
        "meta": {
            "name": community.name,
            "platform": "wechat",
            "type": "group",
            "groupId": community.id,
        },
    }


def members(community: Community) -> list[dict[str, Any]]:
    """Return the members who are in the group at the end."""
    listed: list[dict[str, Any]] = []
    for person in community.people:
        if person.id in community.members:
            one: dict[str, Any] = {"platformId": person.id, "accountName": person.name}
            if person.id == community.owner:
                one["roles"] = [{"id": "owner"}]
            listed.append(one)
    return listed


def messages(community: Community) -> list[dict[str, Any]]:
    """Return the messages, system lines among them."""
    rows = (_message(one, community) for one in community.happenings)
    return [row for row in rows if row]


def _message(one: Post | Change, community: Community) -> dict[str, Any] | None:
    if isinstance(one, Post):
        return _post(one, community)
    if line := wechat_line(one, community):
        return {
            "sender": "SYSTEM",
            "accountName": "系统消息",
            "timestamp": seconds(one.time_us),
            "type": SYSTEM,
            "content": line,
        }
    return None


def _post(post: Post, community: Community) -> dict[str, Any]:
    name = community.names[post.sender]
    content = PLACEHOLDERS.get(post.kind, post.text)
    row: dict[str, Any] = {
        "platformMessageId": post.id,
        "sender": post.sender,
        "accountName": name,
        "timestamp": seconds(post.time_us),
        "type": TYPES[post.kind],
        "content": f"{name}撤回了一条消息" if post.kind == "recalled" else content,
    }
    if post.reply_to and post.kind == "text":
        row |= {"type": REPLY, "replyToMessageId": post.reply_to}
    return row
