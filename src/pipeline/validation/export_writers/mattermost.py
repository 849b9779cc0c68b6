"""Write a simulated group as Mattermost's bulk export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.validation.demo.community import Change, Community, Post, Writer
from pipeline.validation.demo.spelling import write_json_lines

SYSTEM = {
    ("join", True): ("system_add_to_channel", "addedUsername"),
    ("join", False): ("system_join_channel", "username"),
    ("kick", True): ("system_remove_from_channel", "removedUsername"),
    ("leave", False): ("system_leave_channel", "username"),
}


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as one Mattermost channel."""
    return write_json_lines(_corrupt_lines(community), folder / "export.jsonl")


def _corrupt_lines(community: Community) -> Iterator[dict[str, Any]]:
    yield {"type": "version", "version": 1}
    channel = {"team": "t", "name": community.id, "display_name": community.name}
    yield {"type": "channel", "channel": channel | {"type": "O"}}
    for person in community.people:
        teams = [{"name": "t", "channels": [{"name": community.id}]}]
        inside = {"teams": teams if person.id in community.members else []}
        names = {"username": person.id, "nickname": person.name}
        yield {"type": "user", "user": names | inside}
    for change in community.changes:
        yield from _count_changes(change, community)
    answers = _index_by_root(community)
    for post in community.posts:
        if post.kind != "recalled" and post.reply_to is None:
            about = {"team": "t", "channel": community.id}
            replies = [_build_post(answer) for answer in answers.get(post.id, [])]
            yield {
                "type": "post",
                "post": about | _build_post(post) | {"replies": replies},
            }


def _index_by_root(community: Community) -> dict[str, list[Post]]:
    """Group a channel's replies by the first post of their thread."""
    answers: dict[str, list[Post]] = {}
    roots = {post.id: post.id for post in community.posts}
    for post in community.posts:
        if post.reply_to:
            roots[post.id] = roots[post.reply_to]
            answers.setdefault(roots[post.id], []).append(post)
    return answers


def _build_post(post: Post) -> dict[str, Any]:
    row: dict[str, Any] = {
        "user": post.sender,
        "message": post.text if post.kind == "text" else "",
        "create_at": post.time_us // 1000,
        "reactions": [
            {"user": who, "create_at": post.time_us // 1000, "emoji_name": emoji}
            for who, emoji in post.reactions
        ],
    }
    if post.kind != "text":
        row["attachments"] = [{"path": "a.png"}]
    return row


def _count_changes(change: Change, community: Community) -> Iterator[dict[str, Any]]:
    for subject in change.subjects:
        actor = change.actor or subject
        kind, key = SYSTEM[change.kind, change.actor is not None]
        post = {"team": "t", "channel": community.id, "user": actor, "type": kind}
        when = {"create_at": change.time_us // 1000, "message": ""}
        yield {"type": "post", "post": post | when | {"props": {key: subject}}}


WRITERS = {
    "mattermost": Writer("mattermost", write_export, frozenset({
        "ids", "message_ids", "reactions", "joins", "inviters", "leaves",
        "kicks", "roster",
    })),
}  # fmt: skip
