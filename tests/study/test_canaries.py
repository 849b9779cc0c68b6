"""Nothing that stands in an export leaves the store: planted words prove it."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pytest

from helpers.formats import FORMATS as FORMATS_READ
from helpers.own_groups.group_facts import build_template
from helpers.own_groups.listing import list_named_groups
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.paths import ROOT, find_cache_folder
from helpers.records import DAY_US, SECOND_US
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post

START = 1_700_000_000 * SECOND_US
CANARY = "kanarie"
FORMATS = (*(f for f in WRITERS if not f.startswith("table_")), "table")
WITHOUT_IDS = [n for n, f in enumerate(FORMATS[:-1]) if "ids" not in WRITERS[f].carries]
IN_FILE_NAMES = {"memotrace_csv", "memotrace_txt", "whatsapp"}
NAMES = (
    f"{CANARY}<script>alert(1)</script>",
    f"={CANARY}cmd()",
    f"../../{CANARY}",
    f"@{CANARY}'; DROP TABLE message; --",
)
# the ids of people, groups and messages, too long to stand in a hash by chance
PERSON, GROUP, MESSAGE = "779913", "669913", "889913"
IDS = rf"{PERSON}\d{{4}}|{GROUP}\d{{3}}|{MESSAGE}\d{{6}}"
PLANTED = re.compile(f"{CANARY}|{IDS}".encode())
KEY = "07" * 32  # fixed, so that pseudonyms are the same in every run
NO_SOCKETS = """
import socket
class Local(socket.socket):
    def __init__(self, family=-1, *rest, **named):
        if family in {-1, socket.AF_INET, socket.AF_INET6} and not named.get("fileno"):
            raise OSError("no network")
        super().__init__(family, *rest, **named)
socket.socket = Local
"""
UNSHARE = ["unshare", "-rn"]
MAY_UNSHARE = shutil.which("unshare") and not subprocess.run(
    [*UNSHARE, "true"], check=False
).returncode  # fmt: skip
NO_INTERFACES = UNSHARE if MAY_UNSHARE else []


def _community(number: int, form: str) -> Community:
    people = tuple(
        Person(f"{PERSON}{number:03d}{n}", f"{name}{n}") for n, name in enumerate(NAMES)
    )
    said = [
        Post(
            id=f"{MESSAGE}{number:02d}{n:04d}",
            time_us=START + n * DAY_US,
            sender=people[n % 4].id,
            text=f"{CANARY} =1+1 <img src=x onerror={CANARY}()> {people[n % 3].name}",
            reply_to=f"{MESSAGE}{number:02d}{n - 1:04d}" if n else None,
            reactions=((people[0].id, CANARY),),
        )
        for n in range(12)
    ]
    ids = tuple(person.id for person in people)
    changes = [
        Change(time_us=START + day * DAY_US, kind=kind, **about)
        for day, kind, about in (
            (20, "rename", {"actor": ids[0], "value": NAMES[0]}),
            (21, "leave", {"subjects": (ids[1],)}),
            (22, "join", {"actor": ids[0], "subjects": (ids[1],)}),
            (23, "kick", {"actor": ids[0], "subjects": (ids[2],)}),
        )
    ]
    name = f"{NAMES[number % 4]}{number}"
    return Community(
        id=f"{GROUP}{number:03d}", people=people, owner=ids[0], members=ids,
        # a file whose name begins with a dot is hidden, and not read
        name=name.replace("/", "-").lstrip(".") if form in IN_FILE_NAMES else name,
        happenings=(*said, *changes),
    )  # fmt: skip


def _table(community: Community, folder: Path) -> None:
    rows = [["time", "sender", "text", "group", "id", "topic"]] + [
        [p.time_us // SECOND_US, p.sender, p.text, community.name, p.id, CANARY]
        for p in community.posts
    ]
    with (folder / "messages.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def write_exports(folder: Path, numbers: Iterable[int]) -> Path:
    """Write an export of each format, with canaries wherever a word can stand."""
    for number in numbers:
        room, form = folder / f"{CANARY}{number}", FORMATS[number]
        room.mkdir(parents=True)
        write = WRITERS[form].write if form in WRITERS else _table
        write(_community(number, form), room)
    return folder


ALL = range(len(FORMATS))
WITH_IDS = sorted({*ALL} - {*WITHOUT_IDS})  # others know people by their names only
WITH_NAMES = sorted({*ALL} - {FORMATS.index("matrix"), FORMATS.index("table")})


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Return the results of a run of formats with names, and of one with ids."""
    room = tmp_path_factory.mktemp("studies")
    for name, numbers in {"names": WITH_NAMES, "ids": WITH_IDS}.items():
        exports = write_exports(room / f"{CANARY} {name}", numbers)
        make_study(Plan(exports=[exports], out=room / name, terms=Terms()))
    return room / "names", room / "ids"


def list_leaks(folder: Path) -> list[str]:
    """Return the files that hold a canary, or an id, in any encoding we write."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [
        path.relative_to(folder).as_posix()
        for path in files
        if CANARY in path.name or PLANTED.search(path.read_bytes())
    ]


def test_every_format_has_a_privacy_test():
    """A format without a canary would be one that nobody checks."""
    by_rule = {"by_rule", "kakaotalk", "line", "signal"}  # tests/formats/rules
    written = {WRITERS[f].format for f in WRITERS} | {"table"}
    assert written | by_rule == set(FORMATS_READ)


@pytest.mark.parametrize("which", [0, 1])
def test_no_planted_word_leaves_the_store(studies, which):
    """Names, ids, texts, titles and file names: none is in tables or manifests."""
    out = studies[which]
    assert len(pd.read_csv(out / "tables" / "groups.csv")) > len(FORMATS) / 2
    assert list_leaks(out / "processed") == list_leaks(out / "tables") == []


def test_in_the_store_text_is_masked_and_ids_are_hashed(studies):
    """Even there nobody's name stands that the export ties to a person.

    The Matrix export and the table written here carry ids alone: they tell no names.
    """
    import pyarrow.parquet as pq

    parts = sorted((studies[0] / "store").glob("*/*/*.parquet"))
    assert len(parts) > len(WITH_NAMES)
    for part in parts:
        rows = pq.read_table(part).to_pylist()
        said = json.dumps(rows, ensure_ascii=False)
        assert "script>alert" not in said
        assert not re.search(IDS, said)


def test_exported_tables_hold_no_formula_no_person_and_no_small_count(studies):
    """Counts of people below five read <5; groups with fewer have no label."""
    out = studies[1]
    names = {path.stem for path in (out / "tables").iterdir()}
    assert not names & {"members", "member_days", "memberships"}
    kinds = set(pd.read_csv(out / "tables" / "events.csv")["kind"])
    assert "rename" in kinds
    assert not kinds & {"join", "leave", "kick"}
    for path in (out / "tables").iterdir():
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        cells = [cell for row in rows for cell in row]
        assert not [c for c in cells if c[:1] in "=+@" and c], path.name
    groups = list(
        csv.DictReader((out / "tables/groups.csv").read_text("utf-8").splitlines())
    )
    assert {row["posters"] for row in groups} == {"<5"}
    assert {row["label"] for row in groups} == {"–"}
    assert "key" not in groups[0]


def test_threshold_of_one_shows_all_counts(tmp_path):
    """For the user's own eyes."""
    exports = write_exports(tmp_path / "in", WITH_IDS[:2])
    out = tmp_path / "out"
    make_study(Plan(exports=[exports], out=out, terms=Terms(), k=1))
    groups = list(
        csv.DictReader((out / "tables/groups.csv").read_text("utf-8").splitlines())
    )
    assert "4" in {row["posters"].removesuffix(".0") for row in groups}
    assert all(row["label"].startswith("group ") for row in groups)


def test_template_contains_no_spreadsheet_formula(tmp_path):
    """It alone holds names, and a spreadsheet takes none for a formula."""
    exports = write_exports(tmp_path / "in", ALL[:4])  # each of the names
    text = build_template(list_named_groups([exports], Terms())[0])
    assert CANARY in text
    assert not [c for row in csv.reader(text.splitlines()) for c in row if c[:1] == "="]


def build_sandbox(room: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a Python that can't reach any network, loopback included.

    No interface is up where the system lets us say so; everywhere Python itself
    refuses to make a socket for the internet, so that not even an attempt passes.
    """
    home, refusal = room / "home", room / "refusal"
    for folder in ("tmp", "config"):
        (home / folder).mkdir(parents=True)
    (home / "config" / "pseudonyms.key").write_text(KEY, encoding="ascii")
    refusal.mkdir()
    (refusal / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": os.pathsep.join([str(refusal), str(ROOT / "src")]),
        "SHEQUN_CONFIG": str(home / "config"), "SHEQUN_CACHE": str(find_cache_folder()),
    }  # fmt: skip

    def python(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*NO_INTERFACES, sys.executable, *map(str, words)], env=environment,
            cwd=room, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return python


@pytest.fixture
def without_network(tmp_path):
    """Return a Python without a network that works in the test's folder."""
    return build_sandbox(tmp_path)


def test_network_is_blocked_in_the_sandbox(without_network):
    """Else the run below would prove nothing."""
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    assert "no network" in without_network("-c", code).stderr


# what `_community` gives people and groups to be called by, and all ids
CALLED = re.compile(rf"script>alert|cmd\(\)\d|DROP TABLE|{IDS}".encode())


@pytest.mark.parametrize("target", ["chatlab", "convokit"])
def test_a_conversion_leaks_nothing_and_needs_no_network(
    tmp_path, without_network, target
):
    """Of every format: no name that an export ties to somebody, and no id."""
    exports = write_exports(tmp_path / f"{CANARY} exports", WITH_NAMES)
    out = tmp_path / "out"
    words = ("convert", exports, "--to", target, "-o", out)
    done = without_network("-m", "helpers.cli", *words)
    assert done.returncode == 0, done.stderr
    assert not PLANTED.search((done.stdout + done.stderr).encode())
    files = [path for path in out.rglob("*") if path.is_file()]
    assert files
    assert not [f.name for f in files if CALLED.search(f.read_bytes())]
    assert list_leaks(tmp_path / "home") == []
