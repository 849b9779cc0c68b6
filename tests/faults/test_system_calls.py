"""Every open, read, write, rename, remove and mkdir of a command fails once."""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
import sys
import tempfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pyarrow.parquet as pq
import pytest

import helpers as sq
from helpers import cli, notebooks, paths
from helpers.claims.store import read_answers
from helpers.derive.measures.engine import DuckDB
from helpers.errors import ShequnError
from helpers.own_groups import app
from helpers.store import fetching
from tests.communities import MANY

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
    "claims": "claims s0-three-month-death",
    "fetch": "fetch gzlug --from ../archive -o out",
    "notebooks": "notebooks --only 0 -o out",
    "lab": "lab",
    "app": "app",
}
LIBRARY = {
    "make_study": lambda: sq.make_study("log.csv", "out", zone="UTC"),
    "read_messages": lambda: sq.read_messages("log.csv", zone="UTC"),
    "read_members": lambda: sq.read_members("members.csv"),
    "open_run": lambda: sq.open_run("out").texts(),
    "load": lambda: sq.load("out/processed/study").table("groups"),
}
AFTER_A_RUN = {"again", "label", "open_run", "load"}
GOES_ON = {"run", "again", "list", "make_study"}
READ = paths.PROCESSED / "answers"  # by `claims`, of what a user has installed
ASKED = (
    ("GET", "", b""), ("PUT", "file?name=log.csv&changed=1700000000000", b"a,b"),
    ("POST", "run", b'{"zone": "UTC"}'), ("GET", "status", b""), ("POST", "more", b""),
    ("GET", "report/your-groups.html", b""), ("POST", "delete", b""),
    ("POST", "close", b""),
)  # fmt: skip


class Counter:
    """What counts the calls on paths of a room, and fails one of them."""

    def __init__(self):
        self.room, self.calls, self.failing = None, 0, 0

    def watches(self, path):
        """Return whether a path is in the room."""
        if not self.room or not isinstance(path, str | bytes | os.PathLike):
            return False
        whole = Path(os.fsdecode(path)).absolute()
        return whole.is_relative_to(self.room) or whole.is_relative_to(READ)

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


def visit(uri):
    """Ask for all that the app's page asks for; each request has an answer."""
    room, COUNTER.room = COUNTER.room, None
    page = Path(uri.removeprefix("file://")).read_text("utf-8")
    COUNTER.room = room
    Thread(target=_ask, args=[urlsplit(re.search(r"http://[^\"]+", page)[0])]).start()
    return True


def _ask(at):
    for method, what, body in ASKED:
        link = HTTPConnection(at.netloc, timeout=20)
        try:
            headers = {"Origin": f"http://{at.netloc}"}
            link.request(method, at.path + what, body, headers)
            link.getresponse().read()
        except (HTTPException, OSError) as error:
            print("unexpected:", method, what, repr(error))  # noqa: T201 - is asserted
        link.close()


async def pretend_to_execute(chapters, *_):
    """Return chapters as they are."""
    return {one.name: "{}" for one in chapters}


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return a folder with exports in which every call is counted."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.log").write_text("hello", "utf-8")
    checksum = fetching.compute_checksum_of_all(tmp_path / "archive")
    facts = {"title": "log", "keep": "*.log", "to": "log", "sha256": checksum}
    for place, name, value in (
        (fetching, "list_archives", lambda: {"gzlug": facts}),
        (notebooks, "_execute", pretend_to_execute), (os, "execv", print),
        (app.webbrowser, "open", visit), (app, "GRACE", 0.0), (app, "COMMAND", "1"),
        (app, "ENDING", ()), (Path, "home", lambda: Path.cwd() / "home"),
        (tempfile, "tempdir", None),
    ):  # fmt: skip
        monkeypatch.setattr(place, name, value)

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
    (own / "temporary").mkdir()
    os.environ["SHEQUN_CONFIG"] = str(own / "config")
    os.chdir(own)
    paths.BUILD, tempfile.tempdir = own / "build", str(own / "temporary")
    if name in AFTER_A_RUN and nth:
        shutil.copytree(room / f"{name}0" / "out", own / "out")
    elif name in AFTER_A_RUN:
        assert cli.main(RUN.split()) == 0
    read_answers.cache_clear()
    COUNTER.room, COUNTER.calls, COUNTER.failing = str(room), 0, nth
    try:
        return call(name), COUNTER.calls
    finally:
        COUNTER.room = None


def call(name):
    """Call a command or a verb of the library; return its code."""
    if name in COMMANDS:
        return cli.main(COMMANDS[name].split())
    try:
        LIBRARY[name]()
    except ShequnError as error:
        print(error)  # noqa: T201 - is asserted
        return 1
    return 0


@pytest.mark.parametrize("most", [3, pytest.param(MANY, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", [*COMMANDS, *LIBRARY])
def test_each_call_that_fails_gives_a_sentence(room, monkeypatch, capfd, name, most):
    """A study that may only be read was an unexpected error."""
    monkeypatch.setenv("SHEQUN_CONFIG", "")
    monkeypatch.setattr(paths, "BUILD", room)
    monkeypatch.chdir(room)
    monkeypatch.setattr(sys, "stdin", io.StringIO("q\n"))
    code, calls = carry_out(room, name, 0)
    assert (code, calls > 0) == (0, True)
    whole = list_kept(room / f"{name}0")
    step = max(calls // most, 1)
    for nth in range(1 + step // 2, calls + 1, step):
        capfd.readouterr()
        code, _ = carry_out(room, name, nth)
        said = "".join(capfd.readouterr())
        assert not re.search("unexpected|Traceback", said), (nth, said)
        assert not code or "Hint: " in said, (nth, said)
        if name in GOES_ON:  # the next one does
            assert call(name) == 0
            assert list_kept(room / f"{name}{nth}") == whole
