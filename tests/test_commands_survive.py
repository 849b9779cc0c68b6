"""Damaged input costs no command more than a sentence, and gives nobody away."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
from pathlib import Path

import pytest

from helpers import cli
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.losses import UNTIMED
from helpers.study import open_study
from helpers.study.own.group_facts import COLUMNS
from helpers.study.publish.study import OF_A_RUN
from helpers.study.store.exports import LOST
from tests.communities import talk
from validation.damage import corrupt_file
from validation.export_writers import WRITERS

CANARY = "Kanarievogel"  # in every name, so that a name in an output is found
NAMES = tuple(f"{CANARY}{letter}" for letter in "甲乙丙")
ID = "77991300"  # as the ids of people begin
WHOLE = 11_000  # inputs of all commands, where there is time for them
FEW = 24  # of each command, where there is not
TOGETHER = 60  # exports in one run
FORMATS = sorted(name for name in WRITERS if WRITERS[name].options is None)
LIST = (
    "name,founded,last message,seen until,members,kind\n"
    + "".join(
        f"{CANARY} {n},2023-0{1 + n % 9}-01,2023-12-2{n % 8},2024-01-01,{n},work\n"
        for n in range(12)
    )
)  # fmt: skip
WORDS = ("开心", "good morning", "加V信", "讨厌", "no idea", "😀")


def write_export(number, place, draw):
    """Write a group's export and damage one of its files; return the folder."""
    about = {"id": f"{700 + number}", "name": f"群{number}"}
    start = 1_700_000_000 + 86_400 * (number % TOGETHER)  # no two of a run are one
    group = talk(NAMES, 8, start=start, first=9000 + 10 * number, **about)
    place.mkdir(parents=True)
    name = FORMATS[number % len(FORMATS)]
    path = WRITERS[name].write(group, place)
    damage_one([one for one in [path, *path.rglob("*")] if one.is_file()], draw)
    return place


def damage_one(paths, draw):
    """Damage one of several files, or in one of ten cases rename it."""
    victim = draw.choice(sorted(paths))
    victim.write_bytes(corrupt_file(victim.read_bytes(), victim.name, draw))
    if draw.random() < 0.1:
        odd = draw.choice(["x.bak", "x.txt", "no ending", "CON.json", "群 聊.csv"])
        victim.rename(victim.with_name(odd))


def call(*words, typed=""):
    """Run one command in this process; return its status and what it printed."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(typed))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                status = cli.main([str(word) for word in words])
            except SystemExit as stop:  # of the parser of arguments
                status = stop.code
    return status, out.getvalue()


def check(status, said, *, hides=True):
    """Fail on a traceback, on a fault of ours, and on a name in the output."""
    assert status in {0, 1}
    assert "Traceback" not in said
    assert "unexpected error" not in said, said
    if hides:
        for planted in (CANARY, ID):
            assert planted not in said, said
    if status:
        assert said.strip()


def check_files(folder):
    """Fail on a name in a file that may be shown to others."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".html", ".csv", ".json", ".md"}:
            assert CANARY.encode() not in path.read_bytes(), path


def inspect(room, numbers, draw):
    """Describe one damaged export at a time."""
    for number in numbers:
        place = write_export(number, room / f"{number}", draw)
        check(*call("inspect", place))


def convert(room, numbers, draw):
    """Convert one damaged export at a time; what is written can be inspected."""
    for number in numbers:
        place, out = write_export(number, room / f"{number}", draw), room / "out"
        status, said = call("convert", place, "--to", "chatlab", "-o", out)
        check(status, said)
        if status == 0:
            assert call("inspect", out)[0] == 0
        shutil.rmtree(out, ignore_errors=True)


def run(room, numbers, draw):
    """Run many damaged exports at once, to the page of the groups."""
    for start in range(0, len(numbers), TOGETHER):
        exports, whole = room / f"in{start}", 0
        for number in numbers[start : start + TOGETHER]:
            place = write_export(number, exports / f"{number}", draw)
            whole += count_rows(place)
        out = room / f"out{start}"
        status, said = call("run", exports, "-o", out, "--no-claims")
        check(status, said)
        if status == 0:
            assert (out / "your-groups.html").is_file()
            check_ledger(out, said, whole)
        check_files(out)


def count_rows(place):
    """Return the rows that `inspect` counts in an export."""
    told = json.loads(call("inspect", "--json", place)[1])
    return sum(sum(export["kinds"].values()) for export in told["exports"])


def check_ledger(out, said, whole):
    """Fail if a row that `inspect` counts is neither used nor named as left out."""
    ledger = open_study(out / OF_A_RUN).ledger
    others = [f"of {chats}" for chats in OTHER_CHATS.values()]  # counted by themselves
    unread = sum(ledger.set_aside.get(why, 0) for why in (LOST, UNTIMED, *others))
    assert ledger.total("read") - unread == whole
    for reason, rows in ledger.set_aside.items():
        assert f"not counted: {rows:,} row" in said
        assert reason in said


def run_list(room, numbers, draw):
    """Run one damaged list of groups at a time."""
    path = room / "list.csv"
    for number in numbers:
        path.write_bytes(corrupt_file(LIST.encode(), path.name, draw))
        out = room / f"out{number}"
        check(*call("run", "--list", path, "-o", out, "--no-claims"), hides=False)
        check_files(out)
        shutil.rmtree(out, ignore_errors=True)


def groups_template(room, numbers, draw):
    """List the groups of one damaged export at a time."""
    for number in numbers:
        place = write_export(number, room / f"{number}", draw)
        check(*call("groups-template", place, "-o", room / "groups.csv"))


def score(room, numbers, draw):
    """Score damaged files of one message a line."""
    path = room / "lines.txt"
    for _ in numbers:
        lines = "\n".join(draw.choices(WORDS, k=9)).encode()
        path.write_bytes(corrupt_file(lines, path.name, draw))
        check(*call("score", path))


def label(room, numbers, draw):
    """Label damaged tables of messages, with a damaged file of earlier labels."""
    table, labels = room / "messages.csv", room / "labels.csv"
    lines = "text,group\n" + "".join(f"{draw.choice(WORDS)} {n},g\n" for n in range(30))
    for number in numbers:
        table.write_bytes(corrupt_file(lines.encode(), table.name, draw))
        typed = "".join(draw.choices(["1\n", "2\n", "3\n", "q\n", "?\n"], k=6))
        words = ("label", table, "--kind", "tone", "-o", labels, "--size", "4")
        check(*call(*words, typed=typed), hides=False)
        if labels.exists() and number % 2:
            damaged = corrupt_file(labels.read_bytes(), labels.name, draw)
            labels.write_bytes(damaged)
            check(*call(*words, typed="q\n"), hides=False)
            check(*call(*words, "--compare"), hides=False)
        labels.unlink(missing_ok=True)


def facts(room, numbers, draw):
    """Run a whole export with a damaged table of facts."""
    exports = room / "in"
    exports.mkdir()
    WRITERS["chatlab"].write(talk(NAMES, 8), exports)
    assert call("groups-template", exports, "-o", room / "groups.csv")[0] == 0
    whole = (room / "groups.csv").read_bytes()
    assert all(name.encode() in whole for name in COLUMNS)
    for number in numbers:
        table = room / f"groups{number}.csv"
        table.write_bytes(corrupt_file(whole, table.name, draw))
        words = ("run", exports, "--groups", table, "-o", room / "out", "--no-claims")
        check(*call(*words), hides=False)


COMMANDS = (  # with the share of all inputs; a run with tables takes seconds
    (inspect, 0.27), (convert, 0.27), (run, 0.2), (groups_template, 0.1),
    (score, 0.05), (label, 0.05), (run_list, 0.03), (facts, 0.03),
)  # fmt: skip


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return a folder with a key of its own."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return Path(tmp_path)


@pytest.mark.parametrize("command", [c for c, _ in COMMANDS], ids=lambda c: c.__name__)
def test_damaged_input_gives_one_sentence(command, room):
    """A bounded number in every run; a run on a list or with facts is slow."""
    slow = command in {run_list, facts}
    numbers = range(FEW // 8 if slow else FEW)
    command(room, numbers, random.Random(command.__name__))  # noqa: S311


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize(
    ("command", "share"), COMMANDS, ids=[c.__name__ for c, _ in COMMANDS]
)
def test_ten_thousand_damaged_inputs_give_one_sentence_each(command, share, part, room):
    """The same at length, in parts; SHEQUN_FUZZ sets the number."""
    whole = int(os.environ.get("SHEQUN_FUZZ", WHOLE))
    each = int(whole * share / 4)
    numbers = range(part * each, (part + 1) * each)
    command(room, numbers, random.Random(f"{command.__name__} {part}"))  # noqa: S311
