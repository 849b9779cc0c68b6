"""Nothing that stands in an export leaves the store: planted words prove it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from helpers.paths import ROOT
from helpers.records import DAY_US, SECOND_US
from helpers.simulate.exports import WRITERS, Change, Community, Person, Post
from helpers.study.group_facts import template
from helpers.study.group_names import named_groups
from helpers.study.ingest import Terms
from helpers.study.run import Plan, run, studied

if TYPE_CHECKING:
    from pathlib import Path

START = 1_700_000_000 * SECOND_US
CANARY = "kanarie"
FORMATS = ("chatlab", "telegram", "whatsapp", "discord", "qce", "mattermost", "matrix")
NAMES = (
    f"{CANARY}<script>alert(1)</script>",
    f"={CANARY}cmd()",
    f"../{CANARY}",
    f"@{CANARY}",
)
KEY = "07" * 32


@pytest.fixture
def terms(tmp_path):
    """Return terms with a key of their own."""
    key = tmp_path / "pseudonyms.key"
    key.write_text(KEY, encoding="ascii")
    return Terms(key=key)


def _community(number: int) -> Community:
    people = tuple(
        Person(f"77{number}{n}0001", f"{name}{n}") for n, name in enumerate(NAMES)
    )
    said = [
        Post(
            id=f"88{number:02d}{n:04d}",
            time_us=START + n * DAY_US,
            sender=people[n % 4].id,
            text=f"{CANARY} =1+1 <img src=x onerror={CANARY}()> {people[n % 3].name}",
            reply_to=f"88{number:02d}{n - 1:04d}" if n else None,
            reactions=((people[0].id, CANARY),),
        )
        for n in range(12)
    ]
    renamed = Change(
        time_us=START + 20 * DAY_US, kind="rename", actor=people[0].id, value=NAMES[0]
    )
    ids = tuple(person.id for person in people)
    return Community(
        id=f"66{number}0001", name=f"{NAMES[number % 2]}{number}".replace("/", "-"),
        people=people, owner=ids[0], members=ids, happenings=(*said, renamed),
    )  # fmt: skip


@pytest.fixture
def with_ids(exports):
    """Leave out the format that knows people by their names only."""
    shutil.rmtree(exports / f"{CANARY}{FORMATS.index('whatsapp')}")
    return exports


@pytest.fixture
def exports(tmp_path):
    """Write one export of each format, with canaries wherever a word can stand."""
    folder = tmp_path / f"{CANARY} exports"
    for number, form in enumerate(FORMATS):
        room = folder / f"{CANARY}{number}"
        room.mkdir(parents=True)
        WRITERS[form].write(_community(number), room)
    return folder


def _leaks(folder: Path) -> list[str]:
    """Return the files that hold a canary, or an id, in any encoding we write."""
    ids = [f"{kind}{n}" for n in range(7) for kind in ("77", "66")]
    words = [CANARY, *(f"{one}0001" for one in ids)]
    marks = [word.encode() for word in words]
    files = (path for path in folder.rglob("*") if path.is_file())
    return [
        path.relative_to(folder).as_posix()
        for path in files
        if CANARY in path.name or any(mark in path.read_bytes() for mark in marks)
    ]


def test_no_planted_word_leaves_the_store(tmp_path, exports, terms):
    """Names, ids, texts, titles and file names: none is in tables or manifests."""
    out = tmp_path / "out"
    studied(Plan(exports=[exports], out=out, terms=terms))
    assert _leaks(out / "processed") == _leaks(out / "tables") == []


def test_in_the_store_text_is_masked_and_ids_are_hashed(tmp_path, exports, terms):
    """Even there nobody's name stands that the export ties to a person.

    The Matrix export written here carries ids alone, so its reader knows no names.
    """
    import pyarrow.parquet as pq

    shutil.rmtree(exports / f"{CANARY}{FORMATS.index('matrix')}")

    out = tmp_path / "out"
    studied(Plan(exports=[exports], out=out, terms=terms))
    for part in sorted((out / "store").glob("*/*/*.parquet")):
        rows = pq.read_table(part).to_pylist()
        said = json.dumps(rows, ensure_ascii=False)
        assert "script>alert" not in said
        assert not any(
            person.id in said for n in range(7) for person in _community(n).people
        )


def test_exported_tables_hold_no_formula_no_person_and_no_small_count(
    tmp_path, with_ids, terms
):
    """Counts of people below five read <5; groups with fewer have no label."""
    out = tmp_path / "out"
    studied(Plan(exports=[with_ids], out=out, terms=terms))
    names = {path.stem for path in (out / "tables").iterdir()}
    assert not names & {"members", "member_days", "memberships", "labels"}
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


def test_with_k_1_all_is_shown(tmp_path, with_ids, terms):
    """For the user's own eyes."""
    out = tmp_path / "out"
    studied(Plan(exports=[with_ids], out=out, terms=terms, k=1))
    groups = list(
        csv.DictReader((out / "tables/groups.csv").read_text("utf-8").splitlines())
    )
    assert "4" in {row["posters"].removesuffix(".0") for row in groups}
    assert all(row["label"].startswith("group ") for row in groups)


def test_the_template_is_no_formula(exports, terms):
    """It alone holds names, and a spreadsheet takes none for a formula."""
    text = template(named_groups([exports], terms))
    assert CANARY in text
    assert not [c for row in csv.reader(text.splitlines()) for c in row if c[:1] == "="]


@pytest.mark.notebook
def test_no_planted_word_is_in_the_site(tmp_path, exports, terms):
    """One export of one group too has its site, which says why there is no rate."""
    out = tmp_path / "out"
    done = run(Plan(exports=[exports / f"{CANARY}0"], out=out, terms=terms))
    assert done.site.is_file()
    shutil.rmtree(out / "store")
    assert _leaks(out) == []
    pages = "".join(path.read_text("utf-8") for path in (out / "site").glob("*.html"))
    assert "1 group" in pages
    assert "needed" in pages


@pytest.mark.notebook
@pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(["unshare", "-rn", "true"], check=False).returncode != 0,  # noqa: S607
    reason="no network namespace may be made here",
)
def test_a_run_needs_no_network_and_writes_nowhere_else(tmp_path, exports):
    """With every interface down, loopback too; home and temporary folder stay clean."""
    home = tmp_path / "home"
    (home / "tmp").mkdir(parents=True)
    out = tmp_path / "out"
    scripts = f"{ROOT / 'src'}{os.pathsep}"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": scripts, "SHEQUN_CONFIG": str(home / "config"),
    }  # fmt: skip
    command = ["unshare", "-rn", sys.executable, "-m", "helpers.cli", "run"]
    done = subprocess.run(
        [*command, str(exports), "-o", str(out)],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "site" in done.stdout
    assert CANARY not in done.stdout
    assert _leaks(home) == []
    assert not list((home / "tmp").rglob("*.parquet"))
    assert {path.name for path in tmp_path.iterdir()} <= {
        "home", "out", exports.name, "pseudonyms.key",
    }  # fmt: skip
