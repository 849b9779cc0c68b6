"""Write a simulated group as a Zulip archive or realm export."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.records import SECOND_US
from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import to_seconds, write_json

RECIPIENT, STREAM = 3, 2
PART = 1000  # messages, as Zulip's own export has them


def write_archive(community: Community, folder: Path) -> Path:
    """Write a simulated group as one topic of a Zulip archive."""
    root = folder / "zulip_json"
    posts = [post for post in community.posts if post.kind != "recalled"]
    rows = [_build_archived(post, community) for post in posts]
    topics = {"topic 1": {"size": len(rows), "latest_date": 0}}
    stream = {"id": int(community.id), "latest_id": 0, "topic_data": topics}
    index = {"time": 0, "streams": {community.name: stream}}
    write_json(index, root / "stream_index.json")
    write_json(rows, root / f"{community.id}-stream" / "topic.201.json")
    return root


def _build_archived(post: Post, community: Community) -> dict[str, Any]:
    body = html.escape(post.text) if post.kind == "text" else "<img src='a.png'>"
    return {
        "id": int(post.id),
        "timestamp": to_seconds(post.time_us),
        "sender_id": int(post.sender),
        "sender_full_name": community.names[post.sender],
        "subject": "topic 1",
        "content": "<p>" + body.replace("\n", "<br>") + "</p>",
        "reactions": [
            {"emoji_name": emoji, "user_id": int(who)} for who, emoji in post.reactions
        ],
    }


def write_realm(community: Community, folder: Path) -> Path:
    """Write a simulated group as a Zulip realm export."""
    root = folder / "realm"
    posts = [post for post in community.posts if post.kind != "recalled"]
    stream = {"id": int(community.id), "name": community.name}
    members = {*community.members}
    tables = {
        "zerver_userprofile": [
            {"id": int(person.id), "full_name": person.name}
            for person in community.people
        ],
        "zerver_stream": [stream | {"creator": int(community.owner or 0)}],
        "zerver_recipient": [
            {"id": RECIPIENT, "type": STREAM, "type_id": int(community.id)}
        ],
        "zerver_subscription": [
            {
                "user_profile": int(p.id),
                "recipient": RECIPIENT,
                "active": p.id in members,
            }
            for p in community.people
        ],
        "zerver_realmauditlog": [
            entry
            for change in community.changes
            for entry in _build_entries(change, int(community.id))
        ],
        "zerver_reaction": [
            {"user_profile": int(who), "message": int(post.id), "emoji_name": emoji}
            for post in posts
            for who, emoji in post.reactions
        ],
    }
    write_json(tables, root / "realm.json")
    for nth in range(0, max(len(posts), 1), PART):
        part = posts[nth : nth + PART]
        rows = {
            "zerver_message": [_build_message(post) for post in part],
            "zerver_usermessage": [
                row for post in part for row in _build_receipts(post, members)
            ],
        }
        write_json(rows, root / f"messages-{nth // PART + 1:06}.json")
    return root


def _build_entries(change: Change, stream: int) -> Iterator[dict[str, Any]]:
    for subject in change.subjects:
        yield {
            "event_type": 301 if change.kind == "join" else 303,
            "event_time": change.time_us / SECOND_US,
            "modified_user": int(subject),
            "modified_stream": stream,
            "acting_user": int(change.actor or subject),
        }


def _build_message(post: Post) -> dict[str, Any]:
    return {
        "id": int(post.id),
        "sender": int(post.sender),
        "recipient": RECIPIENT,
        "subject": "topic 1",
        "content": post.text if post.kind == "text" else "[a.png](/user_uploads/a.png)",
        "date_sent": post.time_us / SECOND_US,
    }


def _build_receipts(post: Post, members: set[str]) -> Iterator[dict[str, Any]]:
    for who in sorted({*post.readers} | members):
        mask = 1 if who in post.readers else 0
        yield {"user_profile": int(who), "message": int(post.id), "flags_mask": mask}


WRITERS = {
    "zulip_archive": Writer(
        "zulip_archive", write_archive, frozenset({"ids", "message_ids", "reactions"})
    ),
    "zulip_realm": Writer("zulip_realm", write_realm, frozenset({
        "ids", "message_ids", "reactions", "reads", "joins", "inviters", "leaves",
        "kicks", "roster", "owner",
    })),
}  # fmt: skip
