"""Write simulated groups as a Slack workspace export, as a folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from helpers.records import DAY_US, SECOND_US
from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import to_iso, to_seconds, write_json


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as a Slack export with one file per day."""
    root = folder / "slack"
    stamps = {
        post.id: _format_timestamp(post, at)
        for at, post in enumerate(community.posts, 1)
    }
    write_json(
        [_build_user(person.id, person.name) for person in community.people],
        root / "users.json",
    )
    write_json([_build_channel(community)], root / "channels.json")
    happenings = enumerate(community.happenings, 500_000)
    for day, ones in groupby(happenings, key=lambda pair: pair[1].time_us // DAY_US):
        rows = [r for at, happening in ones for r in _build_rows(happening, at, stamps)]
        write_json(rows, root / "general" / f"{to_iso(day * DAY_US)[:10]}.json")
    return root


def _format_timestamp(happening: Post | Change, at: int) -> str:
    """Return a Slack timestamp that serves as unique message id."""
    return f"{to_seconds(happening.time_us)}.{at:06d}"


def _build_user(person: str, name: str) -> dict[str, Any]:
    profile = {"display_name": name}
    return {"id": f"U{person}", "name": name, "is_bot": False, "profile": profile}


def _build_channel(community: Community) -> dict[str, Any]:
    return {
        "id": community.id,
        "name": "general",
        "created": community.happenings[0].time_us // SECOND_US,
        "creator": f"U{community.owner}",
        "is_archived": False,
        "members": [f"U{member}" for member in community.members],
    }


def _build_rows(
    happening: Post | Change, at: int, stamps: dict[str, str]
) -> Iterator[dict[str, Any]]:
    if isinstance(happening, Change):
        for subject in happening.subjects or (None,):
            yield {
                "type": "message",
                "ts": _format_timestamp(happening, at),
            } | _build_notice(happening, subject)
    elif happening.kind != "recalled":
        yield _build_message(happening, stamps)


def _build_notice(change: Change, subject: str | None) -> dict[str, Any]:
    who, actor = f"<@U{subject}>", f"U{change.actor}"
    if change.kind == "rename":
        about = {"subtype": "channel_name", "user": actor, "name": change.value}
        return about | {"text": f"<@{actor}> has renamed the channel"}
    about = {"user": f"U{subject}"}
    if change.kind == "join":
        inviter = {"inviter": actor} if change.actor else {}
        text = f"{who} has joined the channel"
        return about | {"subtype": "channel_join", "text": text} | inviter
    left = f"{who} has left the channel"
    text = f"{who} was removed by <@{actor}>" if change.kind == "kick" else left
    return about | {"subtype": "channel_leave", "text": text}


def _build_message(post: Post, stamps: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": "message",
        "user": f"U{post.sender}",
        "ts": stamps[post.id],
        "text": _escape_markup(post.text) if post.kind == "text" else "",
    }
    if post.kind != "text":
        row["files"] = [{"id": "F1", "mimetype": "image/png"}]
    if post.reply_to:
        row["thread_ts"] = stamps[post.reply_to]
    if post.reactions:
        row["reactions"] = [
            {"name": emoji, "users": [f"U{who}"], "count": 1}
            for who, emoji in post.reactions
        ]
    return row


def _escape_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


WRITERS = {
    "slack": Writer("slack", write_export, frozenset({
        "ids", "message_ids", "replies", "reactions", "joins", "inviters",
        "leaves", "kicks", "renames", "roster",
    })),
}  # fmt: skip
