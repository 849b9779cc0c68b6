"""Write simulated groups as DiscordChatExporter's JSON of one channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import to_iso, write_json

EPOCH_MS = 1_420_070_400_000


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one Discord channel, without leaves."""
    ids = {
        p.id: _build_snowflake(p.time_us, at) for at, p in enumerate(community.posts)
    }
    messages = [
        entry
        for at, happening in enumerate(community.happenings)
        for entry in _build_entries(happening, at, community, ids)
    ]
    export = {
        "guild": {"id": "1", "name": community.name, "iconUrl": ""},
        "channel": {"id": community.id, "type": "GuildTextChat", "name": "general"},
        "dateRange": {"after": None, "before": None},
        "exportedAt": to_iso(community.stated_us, community.zone),
        "messages": messages,
        "messageCount": len(messages),
    }
    return write_json(export, folder / f"G - general [{community.id}].json")


def _build_snowflake(time_us: int, at: int) -> str:
    return str(((time_us // 1000 - EPOCH_MS) << 22) + at)


def _build_entries(
    happening: Post | Change, at: int, community: Community, ids: dict[str, str]
) -> Iterator[dict[str, Any]]:
    when = {"timestamp": to_iso(happening.time_us, community.zone)}
    if isinstance(happening, Post):
        if happening.kind != "recalled":
            yield (
                when
                | {"id": ids[happening.id]}
                | _build_message(happening, community, ids)
            )
    elif happening.kind == "join":
        for subject in happening.subjects:
            about = {"type": "GuildMemberJoin", "content": "Joined the server."}
            author = {"author": _build_user(subject, community)}
            yield (
                when
                | {"id": _build_snowflake(happening.time_us, 1000 + at)}
                | about
                | author
            )


def _build_message(
    post: Post, community: Community, ids: dict[str, str]
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": "Default",
        "content": post.text if post.kind == "text" else "",
        "author": _build_user(post.sender, community),
        "attachments": [],
        "reactions": [
            {
                "emoji": {"id": "", "name": e},
                "count": 1,
                "users": [_build_user(w, community)],
            }
            for w, e in post.reactions
        ],
    }
    if post.kind != "text":
        entry["attachments"] = [{"id": "1", "fileName": "a.png"}]
    if post.reply_to:
        reference = {"type": "Default", "messageId": ids[post.reply_to]}
        entry |= {"type": "Reply", "reference": reference}
    return entry


def _build_user(person: str, community: Community) -> dict[str, Any]:
    return {"id": person, "name": community.names[person], "isBot": False}


WRITERS = {
    "discord": Writer("discord", write_export, frozenset({
        "ids", "message_ids", "replies", "reactions", "joins",
    })),
}  # fmt: skip
