"""slackdump's database: as the program leaves it, and cut off."""

import contextlib
import gzip
import json
import sqlite3
import zipfile

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.store.discovery import list_candidates
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk


@pytest.mark.some(2)
@pytest.mark.parametrize("tenths", range(1, 10))
def test_cut_database_is_told(tenths, tmp_path):
    """A cut one was read as empty, or called a text to be saved as UTF-8."""
    path = WRITERS["slackdump"].write(talk(("Ann", "Bob"), 400), tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * tenths // 10])
    (found,) = inspect_exports([path]).exports
    assert found.form == "slackdump database"
    assert "damaged" in found.error


def test_database_with_a_write_ahead_log_is_read(tmp_path):
    """Slackdump's own always has one; none was recognised."""
    path = WRITERS["slackdump"].write(talk(("Ann", "Bob"), 12), tmp_path)
    assert path.read_bytes()[18:20] == b"\2\2"
    (found,) = inspect_exports([path]).exports
    assert (found.messages, found.error) == (12, None)


def test_two_databases_in_one_folder_are_two_archives(tmp_path):
    """The second would be left out in silence."""
    for number in range(2):
        path = WRITERS["slackdump"].write(
            talk(("Ann", "Bob"), 6, id=f"70{number}"), tmp_path
        )
        path.rename(tmp_path / f"{number}.sqlite")
    found = inspect_exports(list_candidates([tmp_path])).exports
    assert [one.messages for one in found] == [6, 6]


def write_chunks(*chunks):
    """Return chunks as slackdump writes them: a compressed line for each."""
    lines = "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in chunks)
    return gzip.compress(lines.encode())


def say(number, user, **more):
    """Return one message of Slack's."""
    ts = f"{1_700_000_000 + 100 * number}.000100"
    return {"type": "message", "user": user, "text": f"m{number}", "ts": ts} | more


ROOT = say(1, "U1")["ts"]
IN_THREAD = {"thread_ts": ROOT}
CHUNKS = {
    "users.json.gz": [{"t": 3, "ts": 1, "u": [{"id": f"U{n}"} for n in range(1, 4)]}],
    "channels.json.gz": [{"t": 4, "ts": 1, "ch": [{"id": "C0BBBB1", "name": "empty"}]}],
    "workspace.json.gz": [{"t": 6, "ts": 1, "w": {"url": "x"}}],
    "D0AAAA1.json.gz": [{"t": 0, "ts": 2, "id": "D0AAAA1", "m": [say(9, "U1")]}],
    "C0AAAA1.json.gz": [
        {"t": 5, "ts": 1, "id": "C0AAAA1", "ci": {"id": "C0AAAA1", "name": "talk"}},
        {"t": 7, "ts": 1, "id": "C0AAAA1", "cu": ["U1", "U2", "U3"]},
        {"t": 0, "ts": 2, "id": "C0AAAA1", "m": [say(1, "U1"), say(2, "U2")]},
        {"t": 1, "ts": 3, "id": "C0AAAA1", "r": ROOT, "p": say(1, "U1"),
         "m": [say(1, "U1", **IN_THREAD, reply_count=1), say(5, "U2", **IN_THREAD)]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("zipped", [False, True])
def test_an_archive_of_chunks_is_read(zipped, tmp_path):
    """Before its databases slackdump wrote these; they were of no format."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for name, chunks in CHUNKS.items():
        (folder / name).write_bytes(write_chunks(*chunks))
    path = folder
    if zipped:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file in folder.iterdir():
                archive.write(file, f"archive/{file.name}")
    (found,) = inspect_exports(list_candidates([path])).exports
    assert (found.groups, found.messages, found.speakers) == (2, 3, 2)
    assert (found.members, found.others) == (3, {"direct": 1})


def test_chunks_that_are_cut_off_are_told(tmp_path):
    """The other files are read all the same."""
    for name, chunks in CHUNKS.items():
        (tmp_path / name).write_bytes(write_chunks(*chunks))
    (tmp_path / "C0AAAA2.json.gz").write_bytes(
        write_chunks(*CHUNKS["C0AAAA1.json.gz"])[:-40]
    )
    (found,) = inspect_exports(list_candidates([tmp_path])).exports
    assert found.messages == 3
    assert "C0AAAA2" not in found.error
    assert "damaged" in found.error


def test_messages_in_no_known_encoding_are_told(tmp_path):
    """A flipped bit in a database's text ended the whole run with a traceback."""
    path = WRITERS["slackdump"].write(talk(("Ann", "Bob"), 6), tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as database:
        (ts,) = database.execute("SELECT MIN(TS) FROM MESSAGE").fetchone()
        broken = b'{"type":"\xbc"}'
        database.execute("UPDATE MESSAGE SET DATA = ? WHERE TS = ?", (broken, ts))
        database.commit()
    (found,) = inspect_exports([path]).exports
    told = {reason: rows for _, reason, rows in found.doubts}
    assert (found.messages, told["not JSON of Slack's"]) == (5, 1)
