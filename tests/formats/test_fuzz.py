"""Damaged exports: no crash, no hang, no silent loss, in any format."""

import random
import re
import shutil
import time

import pytest

from helpers.errors import ShequnError
from helpers.formats import FORMATS, Source
from helpers.formats.boundary import Reading
from helpers.formats.pseudonyms import Pseudonyms
from helpers.simulate.exports import WRITERS, Change, Community, Person, Post

SECONDS = 10  # for a file of a few kilobytes, on a busy machine
NUMBER = re.compile(rb"-?\d+")
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
ODD = [
    b"null", b"-1", b"1e999", b"99999999999999999999", b'""', b"[]", b"{}", b"true",
    b'"\\ud800"', b"\x00", b"\xff\xfe", b"\r", b"\n\n", b'"', b"\\", b"}", b"]", b",",
    "\u2028".encode(), b"2024-02-30 25:61:61", b"[" * 600,
]  # fmt: skip


def community():
    """Three people, twenty posts and a join, kick and rename."""
    people = tuple(Person(f"{10_001 + n}", name) for n, name in enumerate("甲乙丙"))
    happenings = []
    for n in range(20):
        time_us = (1_700_000_000 + 60 * n) * 10**6
        sender, text = people[n % 3].id, f"第{n}条 message {n}"
        happenings.append(
            Post(id=f"{900 + n}", time_us=time_us, sender=sender, text=text)
        )
    for n, kind in enumerate(("join", "kick", "rename"), 20):
        happenings.append(
            Change(
                time_us=(1_700_000_000 + 60 * n) * 10**6,
                kind=kind,
                actor="10001",
                subjects=() if kind == "rename" else ("10002",),
                value="新" if kind == "rename" else None,
            )
        )
    members = tuple(person.id for person in people)
    return Community(id="700", name="群", people=people, owner="10001",
                     members=members, happenings=tuple(happenings))  # fmt: skip


def replaced(data, pattern, random_):
    """`data` with one match of `pattern` made odd."""
    if found := list(pattern.finditer(data)):
        start, end = random_.choice(found).span()
        return data[:start] + random_.choice(ODD) + data[end:]
    return data


def cut(data, random_):
    """`data` that breaks off."""
    return data[: random_.randrange(len(data) + 1)]


def spliced(data, random_):
    """A piece of `data` deleted, doubled or moved."""
    a, b, c = sorted(random_.randrange(len(data) + 1) for _ in range(3))
    first, piece, rest = data[:a], data[a:b], data[b:]
    return random_.choice(
        [first + rest, first + piece * 2 + rest, first + data[b:c] + piece + data[c:]]
    )


def flipped(data, random_):
    """Some bytes of `data` replaced by any others."""
    changed = bytearray(data)
    for _ in range(random_.randint(1, 8) if changed else 0):
        changed[random_.randrange(len(changed))] = random_.randrange(256)
    return bytes(changed)


def inserted(data, random_):
    """Something odd in `data` anywhere."""
    at = random_.randrange(len(data) + 1)
    return data[:at] + random_.choice(ODD) + data[at:]


MUTATIONS = [
    lambda data, r: replaced(data, NUMBER, r),
    lambda data, r: replaced(data, STRING, r),
    cut,
    spliced,
    flipped,
    inserted,
]


def attempt(form, path):
    """Read an export; return the reading, and whether it was refused."""
    source, refused = Source(path), ""
    form.recognises(source.head)
    reading = Reading(source, form, Pseudonyms(bytes(32)))
    try:
        rows = sum(b.table.num_rows for b in reading if b.kind == "message")
    except ShequnError as error:
        refused, rows = str(error), 0
    return reading, refused, rows


def fuzz(name, tmp_path, rounds):
    """Damage one file of an export again and again."""
    writer = WRITERS[name]
    whole = writer.write(community(), tmp_path / "whole")
    files = (
        [f for f in sorted(whole.rglob("*")) if f.is_file()]
        if whole.is_dir()
        else [whole]
    )
    for seed in range(rounds):
        random_ = random.Random(f"{name} {seed}")  # noqa: S311  a seed, no secret
        root = tmp_path / "damaged"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(tmp_path / "whole", root)
        victim = root / random_.choice(files).relative_to(tmp_path / "whole")
        damaged = random_.choice(MUTATIONS)(victim.read_bytes(), random_)
        victim.write_bytes(damaged)
        started = time.perf_counter()
        try:
            attempt(
                FORMATS[writer.FORMAT], root / whole.relative_to(tmp_path / "whole")
            )
        except ShequnError:
            continue  # refused when it was opened
        except Exception as error:
            error.add_note(f"{name}, seed {seed}")
            raise
        assert time.perf_counter() - started < SECONDS, f"{name}, seed {seed}"


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_damaged_exports_raise_nothing_but_our_own_errors(name, tmp_path):
    """A bounded share in every run."""
    fuzz(name, tmp_path, 60)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_ten_thousand_damaged_exports_of_each_format(name, tmp_path):
    """The same, at length."""
    fuzz(name, tmp_path, 10_000)


JSON = [
    "chatlab", "chatlab_lines", "weflow", "qce", "pywxdump", "chatlog", "telegram",
    "discord", "slack", "zulip_realm", "gitter", "matrix", "mattermost",
]  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_no_message_is_lost_in_silence(name, tmp_path):
    """One spoiled message: what is read and what is entered as lost add up."""
    writer = WRITERS[name]
    path = writer.write(community(), tmp_path)
    file = next(
        f
        for f in [path, *path.rglob("*")]
        if f.is_file() and "第7条".encode() in f.read_bytes()
    )
    _, _, before = attempt(FORMATS[writer.FORMAT], path)
    file.write_bytes(file.read_bytes().replace('"第7条 message 7"'.encode(), b"[7]"))
    reading, refused, after = attempt(FORMATS[writer.FORMAT], path)
    assert not refused
    assert after + reading.losses.rows == before
