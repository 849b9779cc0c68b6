"""Write a plain table of messages as CSV, columns called as the reader calls them."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Community, Post, Trait
from helpers.validation.export_writers.spelling import seconds

FORMAT = "table"
CARRIES: frozenset[Trait] = frozenset(
    {"ids", "message_ids", "replies", "red_packets", "recalls"}
)
COLUMNS = ("time", "sender", "text", "group", "id", "reply_to", "kind")


def rows(community: Community) -> list[dict[str, str | int | None]]:
    """Return a row a message; what happened to the group has no place in a table."""
    return [_row(post, community) for post in community.posts]


def _row(post: Post, community: Community) -> dict[str, str | int | None]:
    values = (
        seconds(post.time_us), post.sender, post.text, community.id, post.id,
        post.reply_to, post.kind,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def write(community: Community, folder: Path) -> Path:
    """Write one CSV file."""
    path = folder / "messages.csv"
    with (
        files.whole_file(path) as partial,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows(community))
    return path
