"""Change the rules one small thing at a time: every change must make a test fail.

``python tools/mutate.py [MODULE …]`` runs the tests of each module on every mutant and
writes ``data/processed/calibration/mutants.csv``. A survivor must have its reason in
``tools/survivors.toml``; one without fails the run. Each mutant is loaded in a forked
process in place of the module, so no file is touched. ``--again`` tries only what the
report does not list as killed: tests may be added, and a change stays killed.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import csv
import importlib.abc
import importlib.machinery
import importlib.util
import io
import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd  # noqa: F401 - what every mutant needs is loaded once, before forking
import pytest
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "data" / "processed" / "calibration" / "mutants.csv"
REASONS = Path(__file__).with_name("survivors.toml")
PATIENCE = 240  # seconds: a mutant that runs longer hangs, and is noticed
TESTS = {
    "claims/rules.py": ["claims/test_rules.py", "claims/test_edges.py"],
    "claims/templates.py": ["claims/test_rules.py", "claims/test_register.py"],
    "claims/gates.py": ["claims/test_gates.py", "claims/test_edges.py"],
    "claims/agreement.py": ["claims/test_agreement.py", "claims/test_edges.py"],
    "survival/silence.py": ["survival/test_silence.py"],
}
OTHER = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
FLIPPED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
NUDGE = 1.02
EXAMPLES = 30  # of each property: the same for every mutant


class Mutant(NamedTuple):
    """One change: where, what, and the changed module."""

    module: str
    function: str
    line: int
    change: str
    tree: ast.Module

    @property
    def key(self) -> str:
        """What names it in the list of reasons; lines may move."""
        return f"{self.module} | {self.function} | {self.change}"


@dataclass(frozen=True)
class Site:
    """A place in the source that can be changed, and how."""

    index: int
    function: str
    before: ast.AST
    make: Callable[[ast.AST], None]


def mutants(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse((ROOT / "src" / "helpers" / module).read_text("utf-8"))
    for site in _sites(tree):
        changed = copy.deepcopy(tree)
        node = list(ast.walk(changed))[site.index]
        was = _text(node)
        site.make(node)
        change = f"{was}  →  {_text(node)}"
        line = getattr(node, "lineno", 0)
        yield Mutant(module, site.function, line, change, changed)


def _text(node: ast.AST) -> str:
    return ast.unparse(node.test if isinstance(node, ast.If) else node)


def _sites(tree: ast.Module) -> Iterator[Site]:
    owners = _owners(tree)
    for index, node in enumerate(ast.walk(tree)):
        if node in owners.skipped:
            continue
        for make in _changes(node):
            yield Site(index, owners.of.get(node, ""), node, make)


class _Owners:
    """Which function each node stands in, and which nodes only describe."""

    def __init__(self) -> None:
        self.of: dict[ast.AST, str] = {}
        self.skipped: set[ast.AST] = set()

    def visit(self, node: ast.AST, name: str) -> None:
        """Note where a node and what is below it stand."""
        inside = isinstance(node, ast.FunctionDef | ast.ClassDef)
        name = f"{name}.{node.name}".strip(".") if inside else name
        self.of[node] = name
        if _describes(node):
            self.skipped |= set(ast.walk(node))
        for field, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    if field in {"annotation", "returns", "decorator_list"}:
                        self.skipped |= set(ast.walk(child))
                    self.visit(child, name)


def _describes(node: ast.AST) -> bool:
    """Say whether a node is a docstring, a list of names or for type checkers only."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    return named and node.targets[0].id in {"__all__", "__slots__"}


def _owners(tree: ast.Module) -> _Owners:
    owners = _Owners()
    owners.visit(tree, "")
    return owners


def _changes(node: ast.AST) -> list[Callable[[ast.AST], None]]:  # noqa: PLR0911 - one a kind of node
    """Return the ways to change a node in place."""
    match node:
        case ast.Compare():
            return [
                _swapped_comparison(at, table[type(op)])
                for at, op in enumerate(node.ops)
                for table in (OTHER, FLIPPED)
                if type(op) in table
            ]
        case ast.BoolOp() | ast.BinOp() if type(node.op) in OTHER:
            return [_swapped_operator(OTHER[type(node.op)])]
        case ast.If() | ast.IfExp():
            return [_negated]
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub()):
            return [_unsigned]
        case ast.Constant(value=bool()):
            return [_inverted]
        case ast.Constant(value=int() | float()):
            return [_shifted(1), _shifted(-1)]
        case ast.Return(value=ast.Tuple(elts=elements)):
            return [_without(at) for at in range(len(elements))]
    return []


def _swapped_comparison(at: int, op: type[ast.cmpop]) -> Callable[[ast.AST], None]:
    def make(node: ast.AST) -> None:
        node.ops[at] = op()

    return make


def _swapped_operator(op: type[ast.AST]) -> Callable[[ast.AST], None]:
    def make(node: ast.AST) -> None:
        node.op = op()

    return make


def _negated(node: ast.AST) -> None:
    node.test = ast.fix_missing_locations(
        ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    )


def _unsigned(node: ast.AST) -> None:
    node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
    if isinstance(node.op, ast.Not):  # not not x: the bare truth
        inner = ast.UnaryOp(ast.Not(), node.operand)
        node.operand = ast.fix_missing_locations(ast.copy_location(inner, node))


def _shifted(by: int) -> Callable[[ast.AST], None]:
    """Shift a whole number by one, another by two percent."""

    def make(node: ast.AST) -> None:
        whole = isinstance(node.value, int) or node.value == 0
        node.value = node.value + by if whole else node.value * NUDGE**by

    return make


def _inverted(node: ast.AST) -> None:
    node.value = not node.value


def _without(at: int) -> Callable[[ast.AST], None]:
    """Drop one of what is returned: a gate among gates."""

    def make(node: ast.AST) -> None:
        del node.value.elts[at]

    return make


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads one module from a changed tree."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, _: str) -> types.CodeType:
        """Compile the changed tree, whatever bytecode may lie about."""
        return compile(ast.fix_missing_locations(self.tree), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.name = "helpers." + mutant.module.removesuffix(".py").replace("/", ".")
        self.path = str(ROOT / "src" / "helpers" / mutant.module)
        self.tree = mutant.tree

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find the mutant under the module's name."""
        if name != self.name:
            return None
        loader = _Loader(name, self.path, self.tree)
        return importlib.util.spec_from_file_location(name, self.path, loader=loader)


def survives(mutant: Mutant | None, tests: Sequence[str]) -> bool:
    """Run the tests in a forked process, on a mutant or on the module as it is."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, tests))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _run(mutant: Mutant | None, tests: Sequence[str]) -> int:
    signal_alarm()
    if mutant:
        sys.meta_path.insert(0, _Finder(mutant))
    os.chdir(ROOT)
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider"]
    with contextlib.redirect_stdout(io.StringIO()):
        places = [f"tests/{test}" for test in tests]
        return int(pytest.main([*options, *places], plugins=[_SameExamples()]) != 0)


class _SameExamples:
    """Gives every mutant the same examples of each property."""

    def pytest_configure(self) -> None:
        """Set Hypothesis up, which pytest itself must import first."""
        from hypothesis import settings  # noqa: PLC0415

        settings.register_profile("mutants", max_examples=EXAMPLES, derandomize=True)
        settings.load_profile("mutants")


def signal_alarm() -> None:
    """Let a mutant that hangs die."""
    import signal  # noqa: PLC0415 - only where it exists

    signal.alarm(PATIENCE)


def main(words: Sequence[str]) -> int:
    """Run all mutants; survivors without a reason fail."""
    reasons = tomllib.loads(REASONS.read_text("utf-8"))
    modules = [word for word in words if not word.startswith("-")]
    killed = _killed() if "--again" in words else frozenset()
    rows, unexplained = [], 0
    for module in modules or TESTS:
        tests = TESTS[module]
        if not survives(None, tests):
            print(f"{module}: its tests fail without any change", file=sys.stderr)
            return 1
        for mutant in mutants(module):
            alive = mutant.key not in killed and survives(mutant, tests)
            reason = reasons.get(mutant.key, "") if alive else ""
            unexplained += alive and not reason
            rows.append((*mutant[:4], "survived" if alive else "killed", reason))
            if alive and not reason:
                print(f"survived: {mutant.line}: {mutant.key}", flush=True)
        _report([row for row in rows if row[0] == module], [module])
    dead = sum(row[4] == "killed" for row in rows)
    print(f"{dead} of {len(rows)} killed, {unexplained} survivors without a reason")
    return int(unexplained > 0)


def _rows() -> list[tuple[str, ...]]:
    if not REPORT.exists():
        return []
    with REPORT.open(encoding="utf-8", newline="") as opened:
        return [tuple(row) for row in list(csv.reader(opened))[1:]]


def _killed() -> frozenset[str]:
    """Return the keys of the changes that a test noticed before, wherever they stand.

    Two changes that read alike count as killed only if both were.
    """
    found = [(f"{row[0]} | {row[1]} | {row[3]}", row[4]) for row in _rows()]
    alive = {key for key, outcome in found if outcome == "survived"}
    return frozenset(key for key, _ in found) - alive


def _report(rows: Sequence[tuple[object, ...]], modules: Sequence[str]) -> None:
    """Write what became of every mutant; modules that were not asked for stay."""
    kept = [row for row in _rows() if row[0] not in modules]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    order = list(TESTS)
    both = sorted([*kept, *rows], key=lambda row: order.index(str(row[0])))
    with REPORT.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["module", "function", "line", "change", "outcome", "reason"])
        writer.writerows(both)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
