"""Write a public Zulip archive of one stream with one topic."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from helpers.validation.export_writers import Community, Post, Trait
from helpers.validation.export_writers.spelling import as_json, seconds

FORMAT = "zulip_archive"
CARRIES: frozenset[Trait] = frozenset({"ids", "message_ids", "reactions"})


def write(community: Community, folder: Path) -> Path:
    """Write the index and the topic; a deleted message leaves no trace."""
    root = folder / "zulip_json"
    kept = [post for post in community.posts if post.kind != "recalled"]
    rows = [_message(post, community) for post in kept]
    topics = {"topic 1": {"size": len(rows), "latest_date": 0}}
    stream = {"id": int(community.id), "latest_id": 0, "topic_data": topics}
    index = {"time": 0, "streams": {community.name: stream}}
    as_json(index, root / "stream_index.json")
    as_json(rows, root / f"{community.id}-stream" / "topic.201.json")
    return root


def _message(post: Post, community: Community) -> dict[str, Any]:
    body = html.escape(post.text) if post.kind == "text" else "<img src='a.png'>"
    return {
        "id": int(post.id),
        "timestamp": seconds(post.time_us),
        "sender_id": int(post.sender),
        "sender_full_name": community.names[post.sender],
        "subject": "topic 1",
        "content": "<p>" + body.replace("\n", "<br>") + "</p>",
        "reactions": [
            {"emoji_name": emoji, "user_id": int(who)} for who, emoji in post.reactions
        ],
    }
