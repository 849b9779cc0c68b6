"""Write QQ Chat Exporter's JSON, version 5."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from helpers.records import SECOND_US
from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import as_json, qq_line, wall

FORMAT = "qce"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "replies", "joins", "inviters", "leaves", "kicks",
        "renames", "recalls",
    }
)  # fmt: skip
ELEMENTS = {"text": "text", "recalled": "text", "image": "image"}


def write(community: Community, folder: Path) -> Path:
    """Write one JSON document; people's ids must be digits."""
    rows = messages(community)
    return as_json(head(community, rows) | {"messages": rows}, folder / "qce.json")


def head(community: Community, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what stands around the messages, the exporter's own counts included."""
    counts = Counter(row["sender"]["uid"] for row in rows)
    senders = [{"uid": uid, "messageCount": n} for uid, n in sorted(counts.items())]
    return {
        "metadata": {"name": "QQChatExporter V5", "version": "5.5.80"},
        "chatInfo": {
            "name": community.name,
            "type": "group",
            "peerUin": community.id,
            "participantCount": len(community.members) or None,
        },
        "statistics": {"totalMessages": len(rows), "senders": senders},
    }


def messages(community: Community) -> list[dict[str, Any]]:
    """Return the messages, system lines among them."""
    return [_row(at, one, community) for at, one in enumerate(community.happenings)]


def _row(at: int, one: Post | Change, community: Community) -> dict[str, Any]:
    row: dict[str, Any] = {
        "timestamp": one.time_us // (SECOND_US // 1000),
        "time": wall(one.time_us, community.zone),
        "recalled": False,
        "system": isinstance(one, Change),
    }
    if isinstance(one, Post):
        return row | _post(one, community)
    text = qq_line(one, community)
    element = {"type": "system", "data": {"text": text}}
    return row | {
        "id": f"system-{at}",
        "sender": {"uid": "u_0", "uin": "0", "name": ""},
        "type": "system",
        "content": {"text": text, "elements": [element], "resources": []},
    }


def _post(post: Post, community: Community) -> dict[str, Any]:
    name = community.names[post.sender]
    kind = ELEMENTS.get(post.kind, "json")
    elements: list[dict[str, Any]] = [{"type": kind, "data": {"text": post.text}}]
    if post.reply_to:
        elements.insert(0, {"type": "reply", "data": {"messageId": post.reply_to}})
    return {
        "id": post.id,
        "sender": {"uid": f"u_{post.sender}", "uin": post.sender, "name": name},
        "recalled": post.kind == "recalled",
        "type": "type_1",
        "content": {"text": post.text, "elements": elements, "resources": []},
    }
