"""Write a simulated group as a table: CSV, JSON Lines or Parquet.

What happened to the group has no place in it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers import files
from helpers.formats.reading.source import Options
from pipeline.validation.export_writers.community import Community, Trait, Writer
from pipeline.validation.export_writers.derived import write_json_lines
from pipeline.validation.export_writers.rendering import to_local, to_seconds

THEIRS = {  # columns called as somebody liked
    "time": "发送时间", "sender": "who", "text": "内容", "group": "room", "id": "nr",
    "reply_to": "answers", "kind": "sort",
}  # fmt: skip


def build_rows(community: Community) -> list[dict[str, str | int | None]]:
    """Build one table row per message of a simulated group."""
    return [
        {
            "time": to_seconds(post.time_us), "sender": post.sender, "text": post.text,
            "group": community.id, "id": post.id, "reply_to": post.reply_to,
            "kind": post.kind,
        }
        for post in community.posts
    ]  # fmt: skip


def write_csv(community: Community, folder: Path) -> Path:
    """Write a simulated group's messages as CSV."""
    path = folder / "messages.csv"
    with (
        files.replace_file(path) as partial,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        csv.writer(file).writerows(
            [THEIRS, *(row.values() for row in build_rows(community))]
        )
    return path


def write_lines(community: Community, folder: Path) -> Path:
    """Write a simulated group's messages as JSON Lines."""
    both = zip(build_rows(community), community.posts, strict=True)
    rows = [
        row | {"time": to_local(post.time_us, community.zone).isoformat()}
        for row, post in both
    ]
    return write_json_lines(rows, folder / "messages.jsonl")


def write_parquet(community: Community, folder: Path) -> Path:
    """Write a simulated group's messages as Parquet."""
    path = folder / "messages.parquet"
    kinds = dict.fromkeys(THEIRS, pa.string()) | {"time": pa.timestamp("s", "UTC")}
    table = pa.Table.from_pylist(build_rows(community), pa.schema(kinds))
    with files.replace_file(path) as partial:
        named = table.rename_columns(THEIRS)
        pq.write_table(named, partial, write_page_checksum=True)
    return path


CARRIES: frozenset[Trait] = frozenset(
    {"ids", "message_ids", "replies", "red_packets", "recalls"}
)
WRITERS = {
    "table_csv": Writer("table", write_csv, CARRIES),
    "table_lines": Writer("table", write_lines, CARRIES),
    "table_parquet": Writer("table", write_parquet, CARRIES, Options(columns=THEIRS)),
}
