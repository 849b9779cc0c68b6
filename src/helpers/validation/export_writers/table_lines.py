"""Write a plain table of messages as JSON Lines, times with the offset of a zone."""

from __future__ import annotations

import json
from pathlib import Path

from helpers import files
from helpers.validation.export_writers import Community, table_csv
from helpers.validation.export_writers.spelling import iso

FORMAT, CARRIES = table_csv.FORMAT, table_csv.CARRIES


def write(community: Community, folder: Path) -> Path:
    """Write one file, a line a message."""
    path = folder / "messages.jsonl"
    rows = table_csv.rows(community)
    for row, post in zip(rows, community.posts, strict=True):
        row["time"] = iso(post.time_us, community.zone)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    files.write_text(path, "".join(f"{line}\n" for line in lines))
    return path
