"""Write a simulated group as a Gitter archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Community, Post, Writer
from pipeline.validation.demo.spelling import to_iso, write_json


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one Gitter room in JSON."""
    posts = [post for post in community.posts if post.kind != "recalled"]
    rows = [_build_message(post, community) for post in posts]
    return write_json(rows, folder / f"{community.id}.json")


def _build_message(post: Post, community: Community) -> dict[str, Any]:
    user = {"id": post.sender, "username": community.names[post.sender]}
    row: dict[str, Any] = {
        "id": post.id,
        "text": post.text if post.kind == "text" else "![a](a.png)",
        "sent": to_iso(post.time_us).replace("+00:00", ".000Z"),
        "fromUser": user,
        "unread": False,
        "readBy": len(post.readers),
        "mentions": [],
    }
    if post.reply_to:
        row["parentId"] = post.reply_to
    return row


WRITERS = {
    "gitter": Writer("gitter", write_export, frozenset({
        "ids", "message_ids", "replies",
    })),
}  # fmt: skip
