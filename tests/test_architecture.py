"""The map of the house (docs/architecture.md) is true of the house."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from helpers.paths import ROOT

HOUSE = ROOT / "src" / "helpers"
MAP = (ROOT / "docs" / "architecture.md").read_text("utf-8")
ROOMS = re.findall(r"^\| `(\w+)` \|", MAP.split("## One claim")[0], re.MULTILINE)
WALK = re.findall(r"^\d+\. `([^`]+)`", MAP, re.MULTILINE)

MOST_MODULES = 24  # of one verdict; may only fall
MOST_TO_PAGE = 85  # and on to the finished page of its claim; may only fall
TRACED = """
import sys
import helpers.claims.evaluation.registry
from helpers.claims import evaluate
from helpers.study import open_studies, open_study
if sys.argv[1] == "page":  # what runs while Python imports does not count
    from helpers.site.answers.evidence import build_board
    from helpers.site.answers.quotable import Numbers, list_headline_numbers
    from helpers.site.claim_pages import Surroundings, render_claim_page
claim, study, ran = "s0-three-month-death", open_study("fcc_gitter"), set()
def note(frame, event, _):
    if event == "call" and frame.f_code.co_name != "<module>":
        ran.add(frame.f_globals.get("__name__", ""))
sys.setprofile(note)
evaluate(claim, study)
if sys.argv[1] == "page":
    board = build_board(open_studies([]), [claim])
    (answer,), numbers = board.answers, Numbers(list_headline_numbers(board))
    around = Surroundings(board, {}, {}, ("13.html", "Verdicts"))
    assert answer.said("en") in render_claim_page(answer, numbers, around, "en")
sys.setprofile(None)
print(*sorted(name for name in ran if name.startswith("helpers.")))
"""
ON_THE_WAY = """
import pkgutil, sys
from importlib import import_module
from pathlib import Path
from helpers import cli, notebooks, paths, site
from helpers.claims import evaluate
from helpers.study import open_study
from helpers.own_groups.user_metadata import UserMetadata
from helpers.own_groups.user_study import publish_tables
from helpers.study.store.ingest import Terms, ingest_exports
room = Path(sys.argv[1])
exports = sorted((paths.RAW / "demo").glob("*-0?.zip"))  # one of each format at least
done = ingest_exports(exports, room / "store", Terms(key=room / "key"))
publish_tables(done.exports, room / "own", UserMetadata())
evaluate("s0-three-month-death", open_study(room / "own"))
for package in (notebooks, site):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        import_module(module.name)
print(*(name for name in sys.modules if name.split(".")[0] == "validation"))
print(*(name for name in sys.modules if name.startswith("helpers.demo")))
"""


def _rooms_imported(module):
    """Yield the rooms that a module needs to be imported, top level only."""
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = []
        yield from (n.split(".")[1] for n in names if n.startswith("helpers."))


def test_architecture_map_lists_every_package():
    """A folder or module at the top of the package stands in the table, once."""
    there = {path.stem for path in HOUSE.iterdir() if path.suffix in ("", ".py")}
    assert sorted(ROOMS) == sorted(there - {"__init__", "__pycache__"})


@pytest.mark.parametrize("room", ROOMS)
def test_package_imports_only_earlier_packages(room):
    """What is read first needs nothing of what comes later."""
    above = {*ROOMS[: ROOMS.index(room)], room, "__version__"}
    place = HOUSE / room
    modules = place.rglob("*.py") if place.is_dir() else [HOUSE / f"{room}.py"]
    below = {
        (module.name, needed)
        for module in modules
        for needed in _rooms_imported(module)
        if needed not in above
    }
    assert not below


def _list_inner_imports(room):
    """Yield each sub-package of a package with another that it imports."""
    for module in (HOUSE / room).rglob("*.py"):
        own = module.relative_to(HOUSE / room).parts[0]
        for node in ast.parse(module.read_text("utf-8")).body:
            names = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            helpers, _, inner = names.partition(f".{room}.")
            other = inner.split(".")[0]
            inside = helpers == "helpers" and (HOUSE / room / other).is_dir()
            if inside and own not in {other, module.name}:
                yield own, other


@pytest.mark.parametrize("room", ROOMS)
def test_sub_packages_do_not_import_each_other(room):
    """Else neither can be read without the other."""
    pairs = set(_list_inner_imports(room))
    assert {pair for pair in pairs if pair[::-1] in pairs} == set()


def test_guided_reading_path_is_short_and_its_files_exist():
    """A claim is followed from a raw file to its page through at most 25 files."""
    assert 0 < len(WALK) <= 25
    assert [place for place in WALK if not (ROOT / place).is_file()] == []


@pytest.mark.parametrize(
    ("end", "most", "known"),
    [
        ("verdict", MOST_MODULES, "helpers.claims.evaluation.standing"),
        ("page", MOST_TO_PAGE, "helpers.site.claim_pages"),
    ],
)
def test_one_verdict_runs_code_in_few_modules(end, most, known):
    """Whoever follows a verdict opens each of them; the number may only fall."""
    run = [sys.executable, "-c", TRACED, end]
    done = subprocess.run(run, capture_output=True, check=True, encoding="utf-8")
    names = done.stdout.split()
    assert known in names
    assert len(names) <= most, names


def test_a_run_loads_neither_validation_nor_demo(tmp_path):
    """Exports are read, evaluated and shown without simulated data."""
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    loaded = subprocess.run(
        [sys.executable, "-c", ON_THE_WAY, tmp_path],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == ""


def test_the_product_never_imports_its_validation():
    """Users install `helpers` alone: an import of `validation` would fail there."""
    named = re.compile(r"^\s*(?:from|import) validation\b", re.MULTILINE)
    modules = HOUSE.rglob("*.py")
    assert [one for one in modules if named.search(one.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    ("module", "unneeded", "there"),
    [
        # a parser of addresses, for formats that no notebook's schema asks for
        ("helpers.site.build", "lark", "nbformat"),
        # every public source, where exports of one's own are read
        ("helpers.own_groups.run", "helpers.corpora", "helpers.formats"),
    ],
)
def test_unneeded_modules_are_not_imported(module, unneeded, there):
    """Loading takes as long as a small export does."""
    told = (
        f"import sys, {module}; print(*{{'{unneeded}', '{there}'}} & {{*sys.modules}})"
    )
    words = [sys.executable, "-c", told]
    done = subprocess.run(words, capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.split() == [there]


def test_every_listed_slow_test_exists():
    """Each line of ``tests/slow.txt`` is a room, a module or a test that exists."""
    for line in (ROOT / "tests" / "slow.txt").read_text("utf-8").split():
        place, _, test = line.partition("::")
        assert (ROOT / place).exists(), line
        assert not test or f"def {test}(" in (ROOT / place).read_text("utf-8"), line
