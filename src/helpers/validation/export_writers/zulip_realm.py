"""Write Zulip's realm export of one stream, with who read what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.records import SECOND_US
from helpers.validation.export_writers import Change, Community, Post, Trait
from helpers.validation.export_writers.spelling import as_json

FORMAT = "zulip_realm"
CARRIES: frozenset[Trait] = frozenset(
    {
        "ids", "message_ids", "reactions", "reads", "joins", "inviters", "leaves",
        "kicks", "roster", "owner",
    }
)  # fmt: skip
RECIPIENT, STREAM = 3, 2
PART = 1000  # messages, as Zulip's own export has them


def write(community: Community, folder: Path) -> Path:
    """Write the realm and its messages, part by part."""
    root = folder / "realm"
    kept = [post for post in community.posts if post.kind != "recalled"]
    stream = {"id": int(community.id), "name": community.name}
    members = {*community.members}
    realm = {
        "zerver_userprofile": [
            {"id": int(one.id), "full_name": one.name} for one in community.people
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
            for entry in _entries(change, int(community.id))
        ],
        "zerver_reaction": [
            {"user_profile": int(who), "message": int(post.id), "emoji_name": emoji}
            for post in kept
            for who, emoji in post.reactions
        ],
    }
    as_json(realm, root / "realm.json")
    for nth in range(0, max(len(kept), 1), PART):
        part = kept[nth : nth + PART]
        rows = {
            "zerver_message": [_message(post) for post in part],
            "zerver_usermessage": [
                row for post in part for row in _receipts(post, members)
            ],
        }
        as_json(rows, root / f"messages-{nth // PART + 1:06}.json")
    return root


def _entries(change: Change, stream: int) -> Iterator[dict[str, Any]]:
    for subject in change.subjects:
        yield {
            "event_type": 301 if change.kind == "join" else 303,
            "event_time": change.time_us / SECOND_US,
            "modified_user": int(subject),
            "modified_stream": stream,
            "acting_user": int(change.actor or subject),
        }


def _message(post: Post) -> dict[str, Any]:
    return {
        "id": int(post.id),
        "sender": int(post.sender),
        "recipient": RECIPIENT,
        "subject": "topic 1",
        "content": post.text if post.kind == "text" else "[a.png](/user_uploads/a.png)",
        "date_sent": post.time_us / SECOND_US,
    }


def _receipts(post: Post, members: set[str]) -> Iterator[dict[str, Any]]:
    for who in sorted({*post.readers} | members):
        mask = 1 if who in post.readers else 0
        yield {"user_profile": int(who), "message": int(post.id), "flags_mask": mask}
