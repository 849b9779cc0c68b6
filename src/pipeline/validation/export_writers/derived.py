"""Write a simulated group as exports that have no template.

They hold what another one holds, otherwise; or are tables (CSV, JSON Lines, Parquet),
in which what happened to the group has no place.
"""

import csv
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.files import replace_file, write_text
from helpers.formats.reading.source import Options
from helpers.formats.rules.hooks.slack import LISTS
from pipeline.validation.export_writers.community import Community, Trait, Writer
from pipeline.validation.export_writers.rendering import (
    SIZES,
    list_templates,
    to_local,
    to_seconds,
)

PLAIN = list_templates()
SCHEMA = Path(__file__).with_name("slackdump.sql")


def _read_plain(name: str, community: Community) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as room:
        path = PLAIN[name].write(community, Path(room))
        files = [path] if path.is_file() else sorted(path.rglob("*.json"))
        return {
            file.relative_to(room).as_posix(): json.loads(file.read_text("utf-8"))
            for file in files
        }


def write_json_lines(rows: list[Any], path: Path) -> Path:
    """Write rows as a JSON Lines file and return its path."""
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    write_text(path, "".join(f"{line}\n" for line in lines))
    return path


def write_chatlab_lines(community: Community, folder: Path) -> Path:
    """Write a simulated group as ChatLab JSON Lines."""
    (whole,) = _read_plain("chatlab", community).values()
    members, messages = whole.pop("members"), whole.pop("messages")
    rows = [{"_type": "header"} | whole]
    rows += [{"_type": "member"} | member for member in members]
    rows += [{"_type": "message"} | message for message in messages]
    return write_json_lines(rows, folder / "chatlab.jsonl")


def write_qce_chunks(community: Community, folder: Path) -> Path:
    """Write a QQ export as manifest and chunks that overlap by one message."""
    root, size = folder / "qce_chunked_jsonl", SIZES["chunk"]
    (whole,) = _read_plain("qce", community).values()
    rows = whole.pop("messages")
    chunks = [rows[max(at - 1, 0) : at + size] for at in range(0, len(rows), size)]
    for number, chunk in enumerate(reversed(chunks), 1):
        write_json_lines(chunk, root / "chunks" / f"chunk_{number:04d}.jsonl")
    write_text(root / "manifest.json", json.dumps(whole, ensure_ascii=False))
    write_text(root / "avatars.json", "{}")
    return root


def write_slackdump(community: Community, folder: Path) -> Path:
    """Write a simulated group as slackdump's database, with what Slack's export has."""
    path = folder / "slackdump.sqlite"
    with replace_file(path) as partial, closing(sqlite3.connect(partial)) as database:
        database.executescript(SCHEMA.read_text("utf-8"))
        for name, rows in _read_plain("slack", community).items():
            for row in rows:
                _insert_row(database, Path(name), row)
        database.commit()
    return path


def _insert_row(database: sqlite3.Connection, file: Path, row: dict[str, Any]) -> None:
    data = json.dumps(row).encode()
    if file.name == "users.json":
        _insert(database, "S_USER", row["id"], 1, row.get("name"), data)
    elif file.name in LISTS:
        _insert(database, "CHANNEL", row["id"], 1, row.get("name"), data)
        for member in row.get("members", ()):
            _insert(database, "CHANNEL_USER", row["id"], member, 1)
    elif "ts" in row:
        name = file.parent.name
        lists = database.execute("SELECT ID FROM CHANNEL WHERE NAME = ?", (name,))
        channel = (lists.fetchone() or (name,))[0]
        number = int(row["ts"].replace(".", ""))
        _insert(database, "MESSAGE", number, 1, channel, row["ts"], data)


def _insert(database: sqlite3.Connection, table: str, *values: object) -> None:
    holes = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} VALUES ({holes})", values)  # noqa: S608 - ours


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
        replace_file(path) as partial,
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
    with replace_file(path) as partial:
        named = table.rename_columns(THEIRS)
        pq.write_table(named, partial, write_page_checksum=True)
    return path


CARRIES: frozenset[Trait] = frozenset(
    {"ids", "message_ids", "replies", "red_packets", "recalls"}
)
WRITERS = {
    "chatlab_lines": replace(PLAIN["chatlab"], write=write_chatlab_lines),
    "qce_chunks": replace(PLAIN["qce"], write=write_qce_chunks),
    "slackdump": replace(PLAIN["slack"], format="slackdump", write=write_slackdump),
    "table_csv": Writer("table", write_csv, CARRIES),
    "table_lines": Writer("table", write_lines, CARRIES),
    "table_parquet": Writer("table", write_parquet, CARRIES, Options(columns=THEIRS)),
}
