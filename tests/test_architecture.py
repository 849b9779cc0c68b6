"""The map of the house (docs/architecture.md) is true of the house."""

import ast
import graphlib
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from helpers.paths import ROOT
from tests.keys import read_list

HOUSE = ROOT / "src" / "helpers"
PIPELINE = ROOT / "src" / "pipeline"
MAP = (ROOT / "docs" / "architecture.md").read_text("utf-8")
TABLE = MAP.split("## Packages")[1].split("## Vocabulary")[0]
USED, MAKING = (
    re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    for part in TABLE.split("| in `src/pipeline` |")
)
ROOMS = [(HOUSE, room) for room in USED] + [(PIPELINE, room) for room in MAKING]
WALKS = [
    re.findall(r"^\d+\. `([^`]+)`", part, re.MULTILINE)
    for part in MAP.split("## Packages")[0].split("## The way of ")[1:]
]
MOST_SIDE_BY_SIDE = 15
MOST_RUN = 13
ALLOWED = {  # modules side by side; may only fall
    "pipeline/corpora/sources": 48
}
LINES: dict[str, int] = {  # of Python a room may hold; see the test of budgets
    "helpers/*.py": 3460,
    "helpers/claims": 6266,
    "helpers/derive": 3993,
    "helpers/figures": 1328,
    "helpers/fonts": 39,
    "helpers/forecast": 364,
    "helpers/formats": 15417,
    "helpers/group_lives": 1175,
    "helpers/library": 2481,
    "helpers/own_groups": 6828,
    "helpers/sentiment": 1652,
    "helpers/store": 2518,
    "helpers/study": 670,
    "helpers/survival": 2346,
    "helpers/text": 737,
    "helpers/wording": 507,
    "pipeline/*.py": 1359,
    "pipeline/corpora": 4900,
    "pipeline/publish": 691,
    "pipeline/site": 3510,
    "pipeline/validation": 3206,
    "tests/*.py": 3390,
    "tests/claims": 3340,
    "tests/derive": 1674,
    "tests/faults": 513,
    "tests/figures": 79,
    "tests/fonts": 78,
    "tests/forecast": 130,
    "tests/formats": 4222,
    "tests/frame": 235,
    "tests/group_lives": 110,
    "tests/inference": 164,
    "tests/library": 1171,
    "tests/notebooks": 391,
    "tests/own_groups": 4884,
    "tests/pipeline": 3961,
    "tests/recomputation": 523,
    "tests/sentiment": 720,
    "tests/store": 942,
    "tests/study": 1119,
    "tests/survival": 2135,
    "tests/text": 309,
    "tests/tools": 256,
    "tests/wording": 293,
}
ROOT_OF_ROOMS = ("src/helpers", "src/pipeline", "tests")
UNUSED = 30  # lines that a budget may leave: what fell is written down
ON_THE_WAY = """
import sys
import helpers.cli, helpers.library.messages, helpers.own_groups.run
from helpers.claims.computation import compute_own_answers
from helpers.claims.quantity import list_quantities
list_quantities()
print(*(name for name in sys.modules if name.split(".")[0] == "pipeline"))
"""

ONE_ESTIMATE = """
import sys
from helpers.group_lives.evidence import Evidence
from helpers.claims.quantity import get_quantity
from helpers.study import open_study
share, study, ran = get_quantity("silent_by_day"), open_study("fcc_gitter"), set()
sys.setprofile(lambda frame, *_: ran.add(frame.f_globals.get("__name__", "")))
share.estimate(Evidence.of(study), day=105)
sys.setprofile(None)
print(*sorted(name for name in ran if name.startswith("helpers.")))
"""


def _list_imports(module):
    """Yield what a module imports, in functions and for type checking, too."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            inside = node.module != "helpers"
            names = [alias.name for alias in node.names]
            yield from [node.module] if inside else [f"helpers.{one}" for one in names]
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _list_rooms_needed(module, package):
    return {
        name.split(".")[1]
        for name in _list_imports(module)
        if name.startswith(f"{package}.")
    }


@pytest.mark.parametrize(("house", "rooms"), [(HOUSE, USED), (PIPELINE, MAKING)])
def test_architecture_map_lists_every_package(house, rooms):
    """A folder or module at the top of a package stands in its table, once."""
    there = {path.stem for path in house.iterdir() if path.suffix in ("", ".py")}
    assert there - {"__init__", "__main__", "__pycache__"} <= {*rooms}
    assert len(rooms) == len({*rooms})


@pytest.mark.parametrize(("house", "room"), ROOMS)
def test_package_imports_only_earlier_packages(house, room):
    """What is read first needs nothing of what comes later, not even its types."""
    rooms = USED if house == HOUSE else MAKING
    above = {*rooms[: rooms.index(room)], room, "__version__"}
    place = house / room
    modules = [*place.rglob("*.py")] if place.is_dir() else [house / f"{room}.py"]
    below = {
        (module.name, needed)
        for module in modules
        if module.is_file()
        for needed in _list_rooms_needed(module, house.name) - above
    }
    assert not below


def test_claims_and_lives_need_no_reading():
    """The way of a message and the way of a number meet in the tables only."""
    reading = {"formats", "store", "derive", "text"}
    for room in ("study", "survival", "inference", "group_lives", "claims", "forecast"):
        for module in (HOUSE / room).rglob("*.py"):
            assert not reading & _list_rooms_needed(module, "helpers"), module


def _list_inner_imports(house, room):
    """Yield each sub-package of a package with another that it needs when imported."""
    for module in (house / room).rglob("*.py"):
        own = module.relative_to(house / room).parts[0]
        for node in ast.parse(module.read_text("utf-8")).body:
            names = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            package, _, inner = names.partition(f".{room}.")
            other = inner.split(".")[0]
            inside = package == house.name and (house / room / other).is_dir()
            if inside and own not in {other, module.name}:
                yield own, other


@pytest.mark.parametrize(("house", "room"), ROOMS)
def test_sub_packages_do_not_import_each_other(house, room):
    """Else neither can be read without the other."""
    pairs = set(_list_inner_imports(house, room))
    assert {pair for pair in pairs if pair[::-1] in pairs} == set()


def test_no_module_needs_itself_through_others():
    """A circle, even by imports in functions, has no file to begin reading with."""
    modules = {
        ".".join(path.relative_to(HOUSE.parent).with_suffix("").parts): path
        for house in (HOUSE, PIPELINE)
        for path in house.rglob("[!_]*.py")
    }
    needed = {name: {*_list_imports(path)} for name, path in modules.items()}
    order = [*graphlib.TopologicalSorter(needed).static_order()]
    assert {*modules} <= {*order}


def test_folders_hold_few_modules():
    """Fifteen names side by side can be looked over."""
    counts = {
        folder.relative_to(HOUSE.parent).as_posix(): len([*folder.glob("[!_]*.py")])
        for house in (HOUSE, PIPELINE)
        for folder in (house, *house.rglob("[!_]*"))
        if folder.is_dir()
    }
    full = {
        folder: count
        for folder, count in counts.items()
        if count > ALLOWED.get(folder, MOST_SIDE_BY_SIDE)
    }
    assert full == {}


def test_an_estimate_runs_through_few_modules():
    """From the tables of a study to a share with its interval."""
    ran = subprocess.run(
        [sys.executable, "-c", ONE_ESTIMATE],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "helpers.group_lives.silence" in ran
    assert len(ran) <= MOST_RUN, ran


def test_ways_are_short_and_their_files_exist():
    """A message and a number are followed through twelve files at most."""
    assert len(WALKS) == 2
    for walk in WALKS:
        assert 0 < len(walk) <= 12
        assert [place for place in walk if not (ROOT / place).is_file()] == []


def test_what_users_run_loads_no_pipeline():
    """Users install `helpers` alone: an import of `pipeline` would fail there."""
    loaded = subprocess.run(
        [sys.executable, "-c", ON_THE_WAY],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == ""


def test_helpers_never_name_pipeline_in_code():
    """Nor is one hidden in a call that imports by name, or in a command."""
    named = re.compile(r"^\s*(?:from|import) pipeline\b|import_module\(.pipeline")
    for module in HOUSE.rglob("*.py"):
        lines = module.read_text("utf-8").splitlines()
        assert [line for line in lines if named.search(line)] == [], module


def test_every_listed_slow_test_exists():
    """Each line of ``tests/slow.txt`` is a room, a module or a test that exists."""
    for line in read_list():
        place, _, test = line.partition("::")
        assert (ROOT / place).exists(), line
        assert not test or f"def {test}(" in (ROOT / place).read_text("utf-8"), line


def count_lines():
    """Count lines of Python a room: a folder, or the modules beside them."""
    counts = Counter()
    for root in map(ROOT.joinpath, ROOT_OF_ROOMS):
        for module in root.rglob("*.py"):
            inside = module.relative_to(root).parts
            room = f"{root.name}/{inside[0] if len(inside) > 1 else '*.py'}"
            counts[room] += module.read_bytes().count(b"\n")
    return counts


def test_each_room_keeps_to_its_budget_of_lines():
    """9,500 lines came in a phase in which the house was to shrink."""
    counts = count_lines()
    over = {room: n for room, n in counts.items() if n > LINES.get(room, 0)}
    assert over == {}, "a room rises by what another falls: in `LINES`, in one commit"
    idle = {room for room, n in LINES.items() if n > counts[room] + UNUSED}
    assert idle == set(), "write down in `LINES` what fell"


@pytest.mark.parametrize("before", ["HEAD", "HEAD^"])
def test_the_sum_of_budgets_only_falls(before):
    """A room that grows takes its lines from another one."""
    place = f"{before}:tests/{Path(__file__).name}"
    told = subprocess.run(
        ["git", "show", place],  # noqa: S607 - whichever git is there
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if told.returncode:
        pytest.skip(f"no {before} of a checkout with git here")
    pattern = re.compile(r"^LINES: [^=]*= (\{.*?^\})", re.MULTILINE | re.DOTALL)
    written = pattern.search(told.stdout.decode())
    then = ast.literal_eval(written[1]) if written else {}
    for part in ("tests/", ""):  # of tests, and of all
        now, earlier = (
            sum(n for room, n in each.items() if room.startswith(part))
            for each in (LINES, then or LINES)
        )
        assert now <= earlier
