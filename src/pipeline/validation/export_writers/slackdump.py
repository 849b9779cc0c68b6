"""Write a simulated group as slackdump's SQLite database."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from helpers.files import replace_file
from helpers.formats.slack import LISTS
from pipeline.validation import demo
from pipeline.validation.demo.community import Community, Writer

SCHEMA = """
PRAGMA journal_mode=WAL;
CREATE TABLE CHUNK (ID INTEGER PRIMARY KEY, SESSION_ID INTEGER, TYPE_ID INTEGER);
CREATE TABLE S_USER (ID TEXT, CHUNK_ID INTEGER, USERNAME TEXT, DATA BLOB);
CREATE TABLE CHANNEL (ID TEXT, CHUNK_ID INTEGER, NAME TEXT, DATA BLOB);
CREATE TABLE CHANNEL_USER (CHANNEL_ID TEXT, USER_ID TEXT, CHUNK_ID INTEGER);
CREATE TABLE MESSAGE (ID INTEGER, CHUNK_ID INTEGER, CHANNEL_ID TEXT, TS TEXT,
                      DATA BLOB);
INSERT INTO CHUNK VALUES (1, 1, 0);
"""


def write_export(community: Community, folder: Path) -> Path:
    """Write a simulated group as a database, with what Slack's own export has."""
    path = folder / "slackdump.sqlite"
    with (
        tempfile.TemporaryDirectory() as room,
        replace_file(path) as partial,
        closing(sqlite3.connect(partial)) as database,
    ):
        whole = demo.WRITERS["slack"].write(community, Path(room))
        database.executescript(SCHEMA)
        for list_ in sorted(whole.rglob("*.json")):
            _insert_rows(database, list_)
        database.commit()
    return path


def _insert_rows(database: sqlite3.Connection, file: Path) -> None:
    for row in json.loads(file.read_text("utf-8")):
        data = json.dumps(row).encode()
        if file.name == "users.json":
            values = (row["id"], 1, row.get("name"), data)
            database.execute("INSERT INTO S_USER VALUES (?, ?, ?, ?)", values)
        elif file.name in LISTS:
            values = (row["id"], 1, row.get("name"), data)
            database.execute("INSERT INTO CHANNEL VALUES (?, ?, ?, ?)", values)
            pairs = [(row["id"], member, 1) for member in row.get("members", ())]
            database.executemany("INSERT INTO CHANNEL_USER VALUES (?, ?, ?)", pairs)
        elif "ts" in row:
            lists = database.execute(
                "SELECT ID FROM CHANNEL WHERE NAME = ?", (file.parent.name,)
            )
            channel = (lists.fetchone() or (file.parent.name,))[0]
            number = int(row["ts"].replace(".", ""))
            database.execute(
                "INSERT INTO MESSAGE VALUES (?, ?, ?, ?, ?)",
                (number, 1, channel, row["ts"], data),
            )


WRITERS = {
    "slackdump": replace(demo.WRITERS["slack"], format="slackdump", write=write_export)
}
__all__ = ["WRITERS", "Writer"]
