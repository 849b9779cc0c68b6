"""Every open, read, write, rename, remove and mkdir of a command fails once."""

from __future__ import annotations

import builtins
import errno
import io
import os
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from helpers.cli import main
from helpers.derive.measures.engine import DuckDB

pytestmark = [
    pytest.mark.fault,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
CALLS = {
    "open", "os.chmod", "os.listdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.scandir", "os.truncate", "os.utime",
}  # fmt: skip
ROWS = "".join(
    f"2024-0{1 + n // 28}-{1 + n % 28:02d}T10:00:00Z,{'abcdef'[n % 6]},hello {n}\n"
    for n in range(140)
)
FILES = {
    "log.csv": f"time,sender,text\n{ROWS}",
    "chat.txt": "".join(f"0{n}/01/2024, 10:00 - Ann: hi {n}\n" for n in range(1, 10)),
    "members.csv": "handle\na\nb\nc\nquiet\n",
    "groups.csv": "name,founded,last message,seen until\n"
    "a,2023-01-10,2023-04-02,2024-01-01\nb,2023-02-01,2023-12-28,2024-01-01\n",
}
RUN = "run log.csv -o out --zone UTC --exported 2024-12-01 --no-chapters"
COMMANDS = {
    "run": f"{RUN} --mine --picture --names --members members.csv --counts c.csv",
    "again": RUN,
    "list": "run --list groups.csv -o out",
    "inspect": "inspect log.csv chat.txt --date-order dmy",
    "convert": "convert chat.txt --date-order dmy --to chatlab -o out",
    "template": "groups-template log.csv -o facts.csv --zone UTC",
    "score": "score lines.txt",
    "label": "label out --kind question -o labels.csv --size 5",
}


class Counter:
    """What counts the calls on paths of a room, and fails one of them."""

    def __init__(self):
        self.room, self.calls, self.failing = None, 0, 0

    def watches(self, path):
        """Return whether a path is in the room."""
        if not self.room or not isinstance(path, str | bytes | os.PathLike):
            return False
        return Path(os.fsdecode(path)).absolute().is_relative_to(self.room)

    def count(self, path):
        """Count a call, and fail it if its turn has come."""
        if self.watches(path):
            self.calls += 1
            if self.calls == self.failing:
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))


COUNTER = Counter()


@pytest.fixture(scope="module", autouse=True)
def _watch():
    """Hear of each call of Python; an audit hook stays for ever, and counts nothing."""
    sys.addaudithook(
        lambda event, args: COUNTER.count(args[0]) if event in CALLS else None
    )


class File(io.FileIO):
    """A file whose reads and writes are calls."""

    def readinto(self, buffer):
        """Read into a buffer."""
        COUNTER.count(self.name)
        return super().readinto(buffer)

    def readall(self):
        """Read all."""
        COUNTER.count(self.name)
        return super().readall()

    def write(self, data):
        """Write bytes."""
        COUNTER.count(self.name)
        return super().write(data)


def open_counted(real):
    """Return what opens files of a room as those whose reads and writes count."""

    def opening(file, mode="r", buffering=-1, *how, **more):
        if not COUNTER.watches(file):
            return real(file, mode, buffering, *how, **more)
        raw = File(os.fspath(file), mode.replace("b", "").replace("t", ""))
        kind = io.BufferedReader if "r" in mode else io.BufferedWriter
        kind = io.BufferedRandom if "+" in mode else kind
        if "b" in mode:
            return kind(raw) if buffering else raw
        names = ("encoding", "errors", "newline")
        text = dict(zip(names, how, strict=False)) | more
        return io.TextIOWrapper(kind(raw), **{one: text.get(one) for one in names})

    return opening


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return a folder with exports in which every call is counted."""

    def count(real):
        def counted(*args, **more):
            COUNTER.count(COUNTER.room)
            return real(*args, **more)

        return counted

    for place, name in (
        (pq, "read_table"), (pq, "write_table"), (pq, "ParquetFile"),
        (pq.ParquetWriter, "__init__"), (pq.ParquetWriter, "write_batch"),
        (DuckDB, "scan"), (DuckDB, "keep"),
    ):  # fmt: skip
        monkeypatch.setattr(place, name, count(getattr(place, name)))
    for module in (io, builtins):
        monkeypatch.setattr(module, "open", open_counted(module.open))
    yield tmp_path
    COUNTER.room = None


def list_kept(own):
    """Return the bytes of the tables of a run."""
    files = sorted((own / "out" / "processed" / "study").glob("*.parquet"))
    return {path.name: path.read_bytes() for path in files}


def carry_out(room, name, nth):
    """Carry out a command with its nth call failing; return code, calls, words."""
    own = room / f"{name}{nth}"
    own.mkdir()
    for file, text in FILES.items():
        (own / file).write_text(text, "utf-8")
        os.utime(own / file, (1_733_000_000,) * 2)
    (own / "lines.txt").write_text("hello\nbad\n", "utf-8")
    (own / "config").mkdir()
    (own / "config" / "pseudonyms.key").write_text("07" * 32, "ascii")
    os.environ["SHEQUN_CONFIG"] = str(own / "config")
    os.chdir(own)
    if name in {"again", "label"}:
        assert main(RUN.split()) == 0
    COUNTER.room, COUNTER.calls, COUNTER.failing = str(own), 0, nth
    try:
        return main(COMMANDS[name].split()), COUNTER.calls
    finally:
        COUNTER.room = None


@pytest.mark.parametrize("most", [3, pytest.param(10_000, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", COMMANDS)
def test_each_call_that_fails_gives_a_sentence(room, monkeypatch, capfd, name, most):
    """A study that may only be read was an unexpected error."""
    monkeypatch.setenv("SHEQUN_CONFIG", "")
    monkeypatch.chdir(room)
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    code, calls = carry_out(room, name, 0)
    assert code == 0
    whole = list_kept(room / f"{name}0")
    step = max(calls // most, 1)
    for nth in range(1 + step // 2, calls + 1, step):
        capfd.readouterr()
        code, _ = carry_out(room, name, nth)
        said = "".join(capfd.readouterr())
        assert "unexpected" not in said, (nth, said)
        assert "Traceback" not in said
        assert not code or "Hint: " in said, (nth, said)
        if name in {"run", "again", "list"}:  # the next one goes on
            assert main(COMMANDS[name].split()) == 0
            assert list_kept(room / f"{name}{nth}") == whole
