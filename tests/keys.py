"""What rests on files that are as they were when it passed is not run again.

`tests/slow.txt` lists slow tests, the longest first. A second word is the checksum of
all that the test rested on when it last passed: the modules that it imports, by way of
others as well, stored tables, chapters, locked packages. While that is still so, `make
test` leaves it out; `pytest --record` writes it down.
"""

import re
import sys
from collections import defaultdict
from functools import cache
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIST = Path(__file__).with_name("slow.txt")
KEY = 16  # signs
JOIN = "{}.{}".format
DATA = ("data/processed", "data/raw/demo", "data/raw/souring", "notebooks", "src")
DATA += ("requirements/test.txt", "pyproject.toml", "CITATION.cff", "tests/data")
DATA += ("tests/pipeline/corpora/cases",)
REST = ("docs", "tools", "src", "*.md", "*.yml", "Makefile", "requirements", ".ci/run")
IMPORT = re.compile(
    r"^[ \t\"']*(?:from (\S+) )?import (\([^)]*\)|[^\n]*)"  # code within texts, too
    r"|import_modules?(?:_in)?\(f?\"([\w.]+)|\"((?:helpers|pipeline|tests)\.[\w.]+)\"",
    re.MULTILINE,
)
UNCOMMITTED = re.compile(r"/\.(?!/)|/__pycache__/|egg-info|/build/|\.png$")
BY_PATH = re.compile(r"^(?!from|import).*\bROOT\b", re.MULTILINE)


def read_list() -> dict[str, str]:
    """Return the key of each listed test; none where it always runs."""
    rows = (line.split() for line in LIST.read_text("utf-8").splitlines())
    return {place: "".join(key) for place, *key in rows}


def find_row(nodeid: str, rows: dict[str, str]) -> str | None:
    """Return the first row that holds a test."""
    return next((row for row in rows if nodeid.startswith(row)), None)


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


class Tree:
    """The files of a checkout, and what a test of it rests on."""

    def __init__(self, root: Path = ROOT) -> None:
        """Find all modules; read no file before it is asked for."""
        self.root = root
        found = {
            ".".join(path.relative_to(root / base).with_suffix("").parts): path
            for base, house in (("src", "*"), (".", "tests"))
            for path in (root / base).glob(f"{house}/**/*.py")
        }
        self.modules = {n.removesuffix(".__init__"): p for n, p in found.items()}
        self.read = cache(lambda name: self.modules[name].read_text("utf-8"))
        self.hash_module = cache(lambda name: _hash(self.read(name).encode()))
        self.name_imports = cache(self._name_imports)
        self.goes_by_path = cache(self._goes_by_path)
        self.hash_files = cache(self._hash_files)

    def _name_imports(self, name: str) -> set[str]:
        found: set[str] = set()
        for base, names, by_name, said in IMPORT.findall(self.read(name)):
            own = re.findall(r"([\w.]+)(?: as \w+)?", names)
            own = [f"{base}.{one}" if base else one for one in own]
            found |= {said, *own}
            if not self.modules.keys() >= {*own}:
                found.add(base)
            if by_name and (by_name != "helpers." or name == "helpers"):
                found |= {one for one in self.modules if one.startswith(by_name)}
        above = {one for name in found for one in accumulate(name.split("."), JOIN)}
        return (found | above - {"helpers"}) & self.modules.keys()

    def find_reached(self, place: str) -> set[str]:
        """Find the modules that a test rests on, its conftests among them."""
        path = self.root / place.partition("::")[0]
        own = [path] if path.is_file() else path.rglob("*.py")
        ways = {".".join(p.relative_to(self.root).with_suffix("").parts) for p in own}
        for folder in [path, *path.parents]:
            if folder.is_relative_to(self.root / "tests"):
                ways.add(".".join([*folder.relative_to(self.root).parts, "conftest"]))
        return self.follow(ways & self.modules.keys())

    def follow(self, names: set[str]) -> set[str]:
        """Find all modules that these import, by way of others as well."""
        reached: set[str] = set()
        todo = [*names]
        while todo:
            name = todo.pop()
            if name not in reached:
                reached.add(name)
                todo += self.name_imports(name)
        return reached

    def _hash_files(self, *places: str) -> str:
        """Hash all files in folders but modules, which count where they are reached."""
        files = sorted(
            path
            for found in {one for place in places for one in self.root.glob(place)}
            for path in ([found] if found.is_file() else found.rglob("*"))
            if path.is_file()
            and not UNCOMMITTED.search(f"/{path.relative_to(self.root)}")
            if path.suffix != ".py" or places == REST
        )
        told = [f"{p.relative_to(self.root)} {_hash(p.read_bytes())}" for p in files]
        return _hash("\n".join(told).encode())

    def _goes_by_path(self, name: str) -> bool:
        known = name.startswith(("helpers", "tests.keys", "tests.conftest"))
        return not known and bool(BY_PATH.search(self.read(name)))

    def compute_key(self, place: str) -> str:
        """Compute the checksum of all that a test rests on."""
        reached = sorted(self.find_reached(place))
        parts = [f"{name} {self.hash_module(name)}" for name in reached]
        parts += [self.hash_files(*DATA), f"{sys.version_info[:2]}"]
        if any(map(self.goes_by_path, reached)):
            parts.append(self.hash_files(*REST))
        return _hash("\n".join(parts).encode())[:KEY]

    def is_kept(self, row: str) -> bool:
        """Return whether a test passed when all was as it is."""
        key = read_list()[row]
        return len(key) == KEY and key == self.compute_key(row)


class Recorder:
    """Writes the key of each listed test that ran whole and passed."""

    def __init__(self) -> None:
        """Compute the keys first: what changes meanwhile has not passed."""
        self.rows, tree = read_list(), Tree()
        self.keys = {row: tree.compute_key(row) for row in self.rows}
        self.outcomes: defaultdict[str | None, set[str]] = defaultdict(set)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test went; `make test` runs no long one, which may fail only."""
        if "long" not in report.keywords or report.outcome == "failed":
            self.outcomes[find_row(report.nodeid, self.rows)].add(report.outcome)

    def pytest_terminal_summary(self, terminalreporter) -> None:
        """Say what was not run."""
        known = {row for row, key in self.rows.items() if key == self.keys[row]}
        left = sum(not self.outcomes[row] for row in known)
        terminalreporter.line(
            f"not run: {left} of {len(self.rows)} slow tests: they passed with all"
            " that they rest on as it is (tests/slow.txt; `make test-all` runs them)"
        )

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the list again, unless the run was broken off."""
        if exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            return
        for row, key in self.rows.items():
            ran = self.outcomes[row]
            if key and ran:
                self.rows[row] = self.keys[row] if ran == {"passed"} else "-"
        lines = (f"{row} {key}".rstrip() for row, key in self.rows.items())
        LIST.write_text("\n".join(lines) + "\n", "utf-8")
