"""Write a simulated group as Element's JSON export of a Matrix room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import write_json


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one Matrix room in JSON."""
    events = [
        event
        for at, happening in enumerate(community.happenings)
        for event in _build_events(happening, at, community)
    ]
    export = {"room_name": community.name, "topic": "", "messages": events}
    return write_json(export, folder / "export.json")


def _build_events(
    happening: Post | Change, at: int, community: Community
) -> Iterator[dict[str, Any]]:
    stamp = {"room_id": community.id, "origin_server_ts": happening.time_us // 1000}
    if isinstance(happening, Post):
        yield stamp | _build_message(happening, community)
        for number, (who, emoji) in enumerate(happening.reactions):
            about = {"rel_type": "m.annotation", "event_id": happening.id, "key": emoji}
            yield stamp | {
                "type": "m.reaction",
                "sender": who,
                "event_id": f"{happening.id}-{number}",
                "content": {"m.relates_to": about},
            }
    else:
        for number, (kind, event) in enumerate(_build_states(happening, community)):
            about = {"type": kind, "event_id": f"state-{at}-{number}"}
            yield stamp | about | event


def _build_message(post: Post, community: Community) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "m.room.message",
        "sender": post.sender,
        "event_id": post.id,
        "content": {"msgtype": "m.text", "body": post.text},
    }
    if post.kind != "text":
        event["content"] = {"msgtype": "m.image", "body": "a.png"}
    if post.kind == "recalled":
        because = {"redacted_because": {"sender": community.owner}}
        event |= {"content": {}, "unsigned": because}
    if post.reply_to:
        about = {"m.in_reply_to": {"event_id": post.reply_to}}
        event["content"]["m.relates_to"] = about
    return event


def _build_states(
    change: Change, community: Community
) -> Iterator[tuple[str, dict[str, Any]]]:
    if change.kind == "rename":
        named = {"sender": change.actor, "content": {"name": change.value}}
        yield "m.room.name", named | {"state_key": ""}
    for subject in change.subjects:
        if change.kind == "join" and change.actor:
            yield (
                "m.room.member",
                _build_member(subject, change.actor, "invite", "leave"),
            )
        before = "invite" if change.actor else "leave"
        if change.kind == "join":
            shown = {"displayname": community.names[subject]}
            yield (
                "m.room.member",
                _build_member(subject, subject, "join", before, **shown),
            )
        else:
            actor = change.actor or subject
            yield "m.room.member", _build_member(subject, actor, "leave", "join")


def _build_member(
    who: str, sender: str, after: str, before: str, **shown: str
) -> dict[str, Any]:
    return {
        "sender": sender,
        "state_key": who,
        "content": {"membership": after, **shown},
        "unsigned": {"prev_content": {"membership": before}},
    }


WRITERS = {
    "matrix": Writer("matrix", write_export, frozenset({
        "ids", "message_ids", "replies", "reactions", "joins", "inviters",
        "leaves", "kicks", "renames", "recalls",
    })),
}  # fmt: skip
