"""Bad input by all four ways: one sentence, nothing lost, the documented exit status.

`shequn inspect` exits with 1 if anything was not read, `shequn run` and the app if
nothing was or a list cannot be trusted; the library raises, or names what it left out.
"""

import io
import time
import zipfile
from collections import Counter

import pytest

import helpers as sq
from helpers.cli import main
from helpers.own_groups.app import open_server

CHAT = "".join(
    f"13/{month}/24, 15:{minute:02d} - {('Ann', 'Bob')[minute % 2]}: hi\n"
    for month in range(1, 9)
    for minute in range(8)
)
GOOD = "WhatsApp Chat with Good.txt"
WAYS = ["inspect", "run", "library", pytest.param("app", marks=pytest.mark.long)]


def pack(*files, locked=False):
    """Return a ZIP of files, given as names and contents; maybe behind a password."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    data = bytearray(file.getvalue())
    if locked:
        data[6] |= 1
        data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def double():
    """Return a ZIP with two files of one name."""
    whole = pack(("a/_chat.txt", CHAT), ("b/_chat.txt", CHAT.replace("Ann", "Cyd")))
    return whole.replace(b"b/_chat.txt", b"a/_chat.txt")


LOCKED = pack(("_chat.txt", CHAT), locked=True)
BAD = {
    "locked.zip": (LOCKED, "password"),
    "holds a locked one.zip": (pack(("in.zip", LOCKED)), "password"),
    "cut.zip": (pack(("_chat.txt", CHAT))[:200], "damaged"),
    "two of one name.zip": (double(), "two files called"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), "unpack"),
}


class Outcome:
    """What one of the four ways says and returns for a folder of exports."""

    def __init__(self, way, folder, capfd, *, members=None):
        self.status = None
        getattr(self, way)(folder, members)
        self.said = (
            self.said if way in {"library", "app"} else "".join(capfd.readouterr())
        )
        assert "Traceback" not in self.said
        assert self.said.count("Ann") == self.said.count("+86 138") == 0

    def inspect(self, folder, _):
        """By the command that looks."""
        self.status = main(["inspect", str(folder)])

    def run(self, folder, members):
        """By the command that computes."""
        listed = ["--members", str(members)] if members else []
        out = folder.parent / "out"
        self.status = main(["run", str(folder), "-o", str(out), *listed])

    def library(self, folder, _):
        """In a notebook."""
        try:
            table = sq.read_messages(folder, zone="UTC")
            self.said, self.status = str(table.attrs), 0
        except sq.ShequnError as error:
            self.said, self.status = str(error), 1

    def app(self, folder, members):
        """On the page in a browser."""
        with open_server(home=folder.parent / "kept") as server:
            session = server.session
            for path in folder.iterdir():
                copy = session.place(f"0/{path.name}")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
            if members:
                copy = session.place(members.name, "members")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(members.read_bytes())
            session.start({"zone": "UTC"})
            until = time.monotonic() + 240
            while session.code is None:
                assert time.monotonic() < until
                time.sleep(0.2)
            self.status, self.said = session.code, "\n".join(session.lines)
            session.end()


@pytest.fixture
def folder(tmp_path):
    """Return an empty folder for exports."""
    (tmp_path / "exports").mkdir()
    return tmp_path / "exports"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", sorted(BAD))
def test_an_archive_that_cannot_be_read_is_one_sentence(name, way, folder, capfd):
    """Alone, nothing was read."""
    content, reason = BAD[name]
    (folder / name).write_bytes(content)
    found = Outcome(way, folder, capfd)
    assert (found.status, reason in found.said) == (1, True)


@pytest.mark.parametrize("way", WAYS)
def test_beside_them_other_chats_are_read(way, folder, capfd):
    """They cost no other export, and each is named."""
    for name, (content, _) in BAD.items():
        (folder / name).write_bytes(content)
    (folder / GOOD).write_text(CHAT, "utf-8")
    found = Outcome(way, folder, capfd)
    assert found.status == int(way == "inspect")
    reasons = Counter(reason for _, reason in BAD.values())
    assert not [why for why, n in reasons.items() if found.said.count(why) < n]


LISTS = {
    "two columns of ids": "Username,Member\nAnn,Ann\nBob,Ann\nEve,Fay\nGus,Hal\n",
    "another group": "name\nEve\nFay\nGus\nHal\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["run", "app"])
@pytest.mark.parametrize("what", sorted(LISTS))
def test_a_list_that_cannot_be_trusted_is_questioned(what, way, folder, capfd):
    """No number of silent members is printed from it."""
    (folder / GOOD).write_text(CHAT, "utf-8")
    members = folder.parent / "members.csv"
    members.write_text(LISTS[what], "utf-8")
    found = Outcome(way, folder, capfd, members=members)
    assert found.status == 1
    assert "members.csv" in found.said
