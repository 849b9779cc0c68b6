"""Write simulated groups as Telegram Desktop's ``result.json``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import (
    format_wall_clock,
    to_seconds,
    write_json,
)


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one Telegram chat."""
    numbers = {post.id: at for at, post in enumerate(community.posts, 1_000_000)}
    entries = [
        _build_entry(happening, at, community, numbers)
        for at, happening in enumerate(community.happenings, 1)
        if not (isinstance(happening, Post) and happening.kind == "recalled")
    ]
    chat = {
        "name": community.name,
        "type": "private_supergroup",
        "id": int(community.id),
        "messages": entries,
    }
    return write_json(chat, folder / "result.json")


def _build_entry(
    happening: Post | Change, at: int, community: Community, numbers: dict[str, int]
) -> dict[str, Any]:
    stamp = {
        "date": format_wall_clock(happening.time_us, community.zone).replace(" ", "T"),
        "date_unixtime": str(to_seconds(happening.time_us)),
    }
    if not isinstance(happening, Post):
        return (
            {"id": at, "type": "service"} | stamp | _build_service(happening, community)
        )
    message = {"id": numbers[happening.id], "type": "message"}
    return message | stamp | _build_message(happening, community, numbers)


def _build_message(
    post: Post, community: Community, numbers: dict[str, int]
) -> dict[str, Any]:
    names = community.names
    entry: dict[str, Any] = {
        "from": names[post.sender],
        "from_id": f"user{post.sender}",
        "text": post.text,
        "text_entities": [{"type": "plain", "text": post.text}],
    }
    if post.kind != "text":
        entry |= {"photo": "(File not included.)", "text": "", "text_entities": []}
    if post.reactions:
        entry["reactions"] = [
            {
                "type": "emoji",
                "count": 1,
                "emoji": emoji,
                "recent": [{"from": names[who], "from_id": f"user{who}"}],
            }
            for who, emoji in post.reactions
        ]
    if post.reply_to:
        entry["reply_to_message_id"] = numbers[post.reply_to]
    return entry


def _build_service(change: Change, community: Community) -> dict[str, Any]:
    names = community.names
    members = [names[subject] for subject in change.subjects]
    doer = change.actor or change.subjects[0]
    acting = {
        "actor": names[doer], "actor_id": f"user{doer}", "text": "",
        "text_entities": [],
    }  # fmt: skip
    if change.kind == "rename":
        return acting | {"action": "edit_group_title", "title": change.value}
    joined = change.kind == "join"
    action = "invite_members" if joined else "remove_members"
    return acting | {"action": action, "members": members}


WRITERS = {
    "telegram": Writer("telegram", write_export, frozenset({
        "ids", "message_ids", "replies", "reactions", "joins", "inviters",
        "leaves", "kicks", "renames",
    })),
}  # fmt: skip
