"""Damaged input costs no command more than a sentence, and gives nobody away."""

import contextlib
import http.client
import io
import json
import random
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest

from helpers import cli
from helpers.derive.inspect import inspect_exports
from helpers.formats.reading.source import Options
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import LATE, UNTIMED
from helpers.own_groups.app import HOST, open_server
from helpers.own_groups.group_facts import COLUMNS
from helpers.records import from_rows
from helpers.store.discovery import compute_fingerprint, list_candidates
from helpers.store.exports import LOST
from helpers.store.store import write_store
from helpers.study import open_study
from helpers.study.study import OF_A_RUN
from pipeline.validation.damage import corrupt_file
from pipeline.validation.export_writers import WRITERS, Change
from pipeline.validation.misplacing import damage_folder, duplicate_key, misplace_word
from tests.communities import MANY, talk

# planted words: one of them in an output shows where it came from
NAMES = tuple(f"Kanarievogel{letter}" for letter in "甲乙丙")
IDS = tuple(str(779_913_001 + n) for n in range(3))
TEXT, GROUP, FILE = "Zeisig", "Specht", "Stieglitz"
PEOPLE = (*NAMES, *IDS)
ALL = (*PEOPLE, TEXT, GROUP, FILE)
SAID = (*PEOPLE, TEXT, FILE)  # a file in an archive may be called like its group
NOT_CHOSEN = (*PEOPLE, TEXT)  # what whoever chose a file by its name did not name
FEW = 6  # of each command, where there is not
SOME = 4  # in one run: chapters, which take longest, are written of five groups
TOGETHER = 60  # exports in one run
FORMATS = sorted(WRITERS)
LIST = (
    "name,founded,last message,seen until,members,kind\n"
    + "".join(
        f"{GROUP} {n},2023-0{1 + n % 9}-01,2023-12-2{n % 8},2024-01-01,{n},work\n"
        for n in range(12)
    )
)  # fmt: skip
WORDS = ("开心", "good morning", "加V信", "讨厌", "no idea", "😀")
Draw = random.Random


def build_group(number):
    """Three people, eight posts, a join, a kick and a new name; none like another."""
    start = 1_700_000_000 + 86_400 * (number % TOGETHER)  # no two of a run are one
    changes = [
        Change(
            time_us=(start + 600 + n) * 10**6, kind=kind, actor=IDS[0],
            subjects=(IDS[1],) * (kind != "rename"),
            value=f"{GROUP}新" if kind == "rename" else None,
        )
        for n, kind in enumerate(("join", "kick", "rename"))
    ]  # fmt: skip
    return talk(
        NAMES, 8, start=start, first=9000 + 10 * number, person=int(IDS[0]),
        said="第{}条 " + TEXT, changes=changes, id=f"{700 + number}",
        name=f"{GROUP}{number}",
        more=lambda n: {"reactions": ((IDS[2], "👍"),) * (n % 3 == 0)},
    )  # fmt: skip


def write_export(number, place, draw):
    """Write a group's export and damage it; return what `shequn` needs to read it."""
    place.mkdir(parents=True)
    writer = WRITERS[FORMATS[number % len(FORMATS)]]
    path = writer.write(build_group(number), place)
    files = sorted(one for one in [path, *path.rglob("*")] if one.is_file())
    victim = draw.choice(files)
    data, whole = victim.read_bytes(), b"".join(file.read_bytes() for file in files)
    # of those who wrote more than one message: damage leaves one that names them
    told = [name for name in NAMES[:2] if name.encode() in whole]
    words = (*told, *IDS, f"第1条 {TEXT}")
    match draw.randrange(8):
        case 0 | 1:
            victim.write_bytes(corrupt_file(data, victim.name, draw))
        case 2 | 3 | 4:
            victim.write_bytes(misplace_word(data, victim.name, words, draw))
        case 5:
            victim.write_bytes(duplicate_key(data, words, draw))
        case 6:
            foreign = place.parent / f"foreign {number}"
            foreign.mkdir()
            form = WRITERS[draw.choice(FORMATS)]
            other = form.write(build_group(number + 30), foreign)
            strange = [one for one in [other, *other.rglob("*")] if one.is_file()]
            damage_folder(place, draw.choice(sorted(strange)), draw)
            shutil.rmtree(foreign)
        case _:
            data = corrupt_file(data, victim.name, draw)
            victim.write_bytes(misplace_word(data, victim.name, words, draw))
    return writer.options


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


def find_faults(status, said, room, *, hidden=ALL) -> Iterator[str]:
    """Yield what is wrong with the words and the status of a command."""
    if status not in {0, 1} or "Traceback" in said or "unexpected error" in said:
        yield f"status {status}: {said[-600:]}"
    if status and not said.strip():
        yield "nothing said"
    # what a command names by its path the user has named before
    plain = re.sub(re.escape(str(room)) + r".*?(?=: |\n|$)", "", said)
    for word in hidden:
        if word in plain:
            at = plain.index(word)
            yield f"said {word}: {plain[max(0, at - 200) : at + 60]}"


def find_leaks(folder, hidden=ALL) -> Iterator[str]:
    """Yield the files that hold a planted word, Parquet read as rows."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        if path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
            text = json.dumps(rows, ensure_ascii=False, default=str)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        # an id may be taken for a time
        text = re.sub(r'\b\d+0{6}\b|"timestamp": \d+', "", text)
        named = f"{path.relative_to(folder)}\n{text}"
        for word in hidden:
            if word in named:
                at = named.index(word)
                yield f"{path.name} has {word}: {named[max(0, at - 200) : at + 60]}"


def choose_columns(options):
    """Return the words that name a table's columns, if an export needs them."""
    if options is None:
        return ()
    pairs = ",".join(f"{ours}={theirs}" for ours, theirs in options.columns.items())
    return ("--columns", pairs)


def inspect(room, number, draw):
    """Describe a damaged export."""
    place = room / f"{number} {FILE}"
    columns = choose_columns(write_export(number, place, draw))
    yield from find_faults(*call("inspect", place, *columns), "no path is said")


def convert(room, number, draw):
    """Convert a damaged export; what is written can be inspected."""
    place, out = room / f"{number} {FILE}", room / "out"
    columns = choose_columns(write_export(number, place, draw))
    to = draw.choice(["chatlab", "convokit"])
    status, said = call("convert", place, "--to", to, "-o", out, *columns)
    yield from find_faults(status, said, room, hidden=SAID)
    if out.exists():
        yield from find_leaks(out, (*PEOPLE, FILE))
        if status == 0 and to == "chatlab" and call("inspect", out)[0]:
            yield "what was written cannot be inspected"
    shutil.rmtree(out, ignore_errors=True)


def groups_template(room, number, draw):
    """List the groups of a damaged export."""
    place = room / f"{number} {FILE}"
    columns = choose_columns(write_export(number, place, draw))
    template = ("groups-template", place, "-o", room / "groups.csv")
    yield from find_faults(*call(*template, *columns), room, hidden=SAID)


def run(room, numbers):
    """Run many damaged exports at once, to the page of the groups, then label them."""
    exports, out, whole = room / "in", room / "out", 0
    for number in numbers:
        place = exports / f"{number} {FILE}"
        write_export(number, place, Draw(f"run {number}"))
        whole += count_rows(place)
    words = ("run", exports, "-o", out)
    status, said = call(*words)
    yield from find_faults(status, said, room, hidden=SAID)
    for path in out.iterdir() if out.exists() else ():
        if path.is_dir():
            hidden = (*PEOPLE, FILE) if path.name == "store" else ALL
            yield from find_leaks(path, hidden)
        else:
            yield from (word for word in ALL if word.encode() in path.read_bytes())
    if status == 0:
        yield from check_ledger(out, said, whole)
        if len(numbers) > SOME:  # both take seconds
            before = take_bytes(out)
            call(*words)
            again = take_bytes(out)
            yield from (f"{one} differs" for one in before if before[one] != again[one])
            yield from label_study(room, out)


def upload(room, numbers):
    """Send many damaged exports to the app's page by odd names, and let it run."""
    draw, answers = Draw(f"upload {numbers}"), []
    with open_server(home=room / "kept") as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def ask(method, path, body=None, **headers):
            port = server.server_address[1]
            line = http.client.HTTPConnection(HOST, port, timeout=60)
            own = {"Origin": f"http://{HOST}:{port}"} | headers
            with contextlib.closing(line):
                line.request(method, f"/{server.session.secret}/{path}", body, own)
                answer = line.getresponse()
                answers.append(answer.read().decode())
                return answer.status

        for number in numbers:
            place = room / "in" / f"{number} {FILE}"
            write_export(number, place, draw)
            for path in sorted(one for one in place.rglob("*") if one.is_file()):
                name = path.relative_to(room / "in").as_posix()
                odd = [name, f"../{name}", f"{name}/{name}", "", "/", "x" * 300, "\0"]
                chosen = draw.choice([name] * 20 + odd)
                headers = {} if draw.random() < 0.95 else {"Content-Length": "-1"}
                target = f"file?{urlencode({'name': chosen})}"
                status = ask("PUT", target, path.read_bytes(), **headers)
                if status not in {200, 400, 507}:
                    yield f"{number}: status {status}"
        options = {"zone": "UTC", "mine": draw.random() < 0.5, "exported": ""}
        body = corrupt_file(json.dumps(options).encode(), "o.json", draw)
        if (status := ask("POST", "run", body)) not in {200, 400}:
            yield f"run: status {status}"
        if status == 400:
            ask("POST", "run", json.dumps(options).encode())
        while server.session.code is None and thread.is_alive():
            ask("GET", "status")
            time.sleep(0.2)
        said = "\n".join(server.session.lines)
        yield from find_faults(server.session.code, said, room, hidden=NOT_CHOSEN)
        ask("GET", "status")
        ask("GET", "report/your-groups.html")
        server.shutdown()
        server.session.end()
    answered = "\n".join(answers)
    yield from (f"answered {word}" for word in NOT_CHOSEN if word in answered)
    outside = [
        one for one in room.iterdir() if one.name not in {"in", "kept", "config"}
    ]
    yield from (f"wrote {one}" for one in outside)
    shutil.rmtree(room / "in")


def take_bytes(folder):
    """Return the bytes of all files of a run."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def count_rows(place):
    """Return the rows that `inspect` counts, those of two same files once."""
    candidates = {}
    for path in list_candidates([place]):
        with contextlib.suppress(Exception):
            candidates.setdefault(compute_fingerprint(path), path)
    report = inspect_exports(candidates.values(), Options())
    return sum(sum(export.kinds.values()) for export in report.exports)


def check_ledger(out, said, whole):
    """Yield rows that `inspect` counts and are neither used nor named as left out."""
    ledger = open_study(out / OF_A_RUN).ledger
    others = [f"of {chats}" for chats in OTHER_CHATS.values()]  # counted by themselves
    unread = sum(ledger.set_aside.get(why, 0) for why in (LOST, UNTIMED, LATE, *others))
    if (read := ledger.total("read") - unread) != whole:
        yield f"read {read} rows of {whole}"
    for reason, rows in ledger.set_aside.items():
        if f"not counted: {rows:,} row" not in said or str(reason) not in said:
            yield f"does not say {reason}: {rows}"


def label_study(room, out):
    """Label messages of a run: texts are shown, no name; the labels hold neither."""
    labels = room / "labels.csv"
    words = ("label", out, "-o", labels, "--size", "9")
    yield from find_faults(*call(*words, typed="p\nn\n0\n" * 3), room, hidden=PEOPLE)
    if labels.exists():
        held = labels.read_text("utf-8")
        yield from (f"labels have {word}" for word in ALL if word in held)
        yield from find_faults(*call(*words, "--compare"), room)
        labels.unlink()


def run_list(room, _, draw):
    """Run a damaged list of groups; its cells are quoted where they are wrong."""
    path, out = room / "list.csv", room / "out"
    damage = draw.choice(
        [corrupt_file, lambda *one: misplace_word(*one[:2], WORDS, draw)]
    )
    path.write_bytes(damage(LIST.encode(), path.name, draw))
    words = ("run", "--list", path, "-o", out)
    yield from find_faults(*call(*words), room, hidden=())
    if out.exists():
        yield from find_leaks(out)
    shutil.rmtree(out, ignore_errors=True)


def score(room, number, draw):
    """Score damaged files of one message a line."""
    path = room / "lines.txt"
    lines = "\n".join(draw.choices([*WORDS, TEXT, *NAMES], k=9)).encode()
    path.write_bytes(corrupt_file(lines, path.name, draw))
    yield from find_faults(*call("score", path, *["--raw"] * (number % 2)), room)


def label(room, _, draw):
    """Label messages of a run, with a damaged file of earlier labels."""
    labels, rows = room / "labels.csv", []
    for n in range(30):
        rows.append({"kind": "text", "group": GROUP, "id": str(n), "time_us": n})
        rows[-1]["text"] = f"{draw.choice(WORDS)} {TEXT} {n}"
    write_store([from_rows("message", rows)], room / "store" / "1", Counter())
    typed = "".join(draw.choices(["p\n", "n\n", "0\n", "q\n", "?\n"], k=6))
    words = ("label", room, "--kind", "tone", "-o", labels, "--size", "4")
    yield from find_faults(*call(*words, typed=typed), room, hidden=())
    held = labels.read_bytes()
    if TEXT.encode() in held:
        yield "labels have texts"
    damage = draw.choice(
        [corrupt_file, lambda *one: misplace_word(*one[:2], NAMES, draw)]
    )
    labels.write_bytes(damage(held, labels.name, draw))
    yield from find_faults(*call(*words, typed="q\n"), room, hidden=(GROUP,))
    yield from find_faults(*call(*words, "--compare"), room)
    labels.unlink()


def facts(room, number, draw):
    """Run a whole export with a damaged table of facts."""
    exports, out = room / "in", room / "out"
    if not exports.exists():
        exports.mkdir()
        WRITERS["chatlab"].write(build_group(0), exports)
        assert call("groups-template", exports, "-o", room / "groups.csv")[0] == 0
        assert call("run", exports, "-o", out)[0] == 0
    whole = (room / "groups.csv").read_bytes()
    assert all(name.encode() in whole for name in COLUMNS)
    given = room / f"given {number}.csv"
    given.write_bytes(corrupt_file(whole, given.name, draw))
    words = ("run", exports, "--groups", given, "-o", out)
    yield from find_faults(*call(*words), room, hidden=PEOPLE)


COMMANDS = {  # with the share of all inputs
    inspect: 0.6, convert: 0.25, groups_template: 0.1, score: 0.05, label: 0.05,
    run_list: 0.04, facts: 0.03,
}  # fmt: skip
RUNS, UPLOADS = 0.2, 0.11


def list_faults(command, numbers, room) -> list[str]:
    """Return all faults of a command on so many inputs, each with its number."""
    found = []
    for number in numbers:
        draw: Any = Draw(f"{command.__name__} {number}")
        found += [f"{number}: {fault}" for fault in command(room, number, draw)]
    return found


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return a folder with a key of its own."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    return Path(tmp_path)


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if one is not facts], ids=lambda c: c.__name__
)
def test_damaged_input_gives_one_sentence(command, room):
    """A bounded number in every run; facts about groups take seconds each."""
    few = FEW // 2 if command is run_list else FEW
    assert not list_faults(command, range(few), room)


def list_ranges(share):
    """Return the numbers of a short test, and at length those of long ones."""
    starts, long = range(0, int(MANY * share), TOGETHER), pytest.mark.long
    return [
        range(SOME),
        *(pytest.param(range(n, n + TOGETHER), marks=long) for n in starts),
    ]


@pytest.mark.parametrize("numbers", list_ranges(UPLOADS), ids=str)
def test_damaged_uploads_name_nobody(numbers, room):
    """The app's page takes whatever a folder holds, under any name."""
    assert not list(upload(room, numbers))


@pytest.mark.parametrize("numbers", list_ranges(RUNS), ids=str)
def test_a_run_on_damaged_exports_names_nobody(numbers, room):
    """Some formats together, or sixty exports; again, it writes the same bytes."""
    assert not list(run(room, numbers))


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_many_damaged_inputs_give_one_sentence_each(command, part, room):
    """The same at length, in parts."""
    each = int(MANY * COMMANDS[command] / 4)
    assert not list_faults(command, range(part * each, (part + 1) * each), room)
