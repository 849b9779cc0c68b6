"""Write simulated groups as ChatLab's JSON and JSON Lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Community, Post, Trait, Writer
from pipeline.validation.demo.spelling import (
    format_wechat_lines,
    to_seconds,
    write_json,
    write_json_lines,
)

TYPES = {"text": 0, "image": 1, "red_packet": 20, "recalled": 81}
REPLY, SYSTEM = 25, 80


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one ChatLab JSON document."""
    document = _build_header(community) | {
        "members": _list_members(community),
        "messages": _build_messages(community),
    }
    return write_json(document, folder / "chatlab.json")


def write_lines(community: Community, folder: Path) -> Path:
    """Write a simulated group as ChatLab JSON Lines."""
    rows = [{"_type": "header"} | _build_header(community)]
    rows += [{"_type": "member"} | member for member in _list_members(community)]
    rows += [{"_type": "message"} | message for message in _build_messages(community)]
    return write_json_lines(rows, folder / "chatlab.jsonl")


def _build_header(community: Community) -> dict[str, Any]:
    """Build the header of a ChatLab export of a simulated group."""
    return {
        "chatlab": {"version": "0.0.2", "exportedAt": to_seconds(community.stated_us)},
        "meta": {
            "name": community.name,
            "platform": "wechat",
            "type": "group",
            "groupId": community.id,
        },
    }


def _list_members(community: Community) -> list[dict[str, Any]]:
    """Return the members who are in the simulated group at the end."""
    listed: list[dict[str, Any]] = []
    for person in community.people:
        if person.id in community.members:
            member: dict[str, Any] = {
                "platformId": person.id,
                "accountName": person.name,
            }
            if person.id == community.owner:
                member["roles"] = [{"id": "owner"}]
            listed.append(member)
    return listed


def _build_messages(community: Community) -> list[dict[str, Any]]:
    """Build the messages of a ChatLab export, including system lines."""
    names, rows = community.names, []
    for happening, shown in format_wechat_lines(community):
        stamp = {
            "timestamp": to_seconds(happening.time_us),
            "type": SYSTEM,
            "content": shown,
        }
        if not isinstance(happening, Post):
            rows.append({"sender": "SYSTEM", "accountName": "系统消息"} | stamp)
            continue
        name = names[happening.sender]
        about = {
            "platformMessageId": happening.id,
            "sender": happening.sender,
            "accountName": name,
        }
        row = about | stamp | {"type": TYPES[happening.kind]}
        if happening.kind == "recalled":
            row["content"] = f"{name}撤回了一条消息"
        if happening.reply_to and happening.kind == "text":
            row |= {"type": REPLY, "replyToMessageId": happening.reply_to}
        rows.append(row)
    return rows


CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "replies", "joins", "inviters", "kicks", "renames",
        "recalls", "red_packets", "roster", "owner",
    }
)  # fmt: skip
WRITERS = {
    "chatlab": Writer("chatlab", write_export, CARRIES),
    "chatlab_lines": Writer("chatlab", write_lines, CARRIES),
}
