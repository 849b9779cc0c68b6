"""Run the tests on each mutant of a module.

Tests are collected once and run once on the module as it is. For each change the
process then forks, and the child puts the changed code into the module's functions
where they live: no file is touched. Cheap tests, and those that found changes of the
same function, go first. What runs while Python imports, as the bodies of classes do,
is changed before the import, in a process that collects the tests anew; a constant or
a default is put in place where the module holds it.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import io
import math
import mmap
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from types import CodeType, FunctionType
from typing import NamedTuple

import pandas as pd  # noqa: F401 - what every mutant needs is loaded once, before forking
import pytest
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401

from validation.mutation.mutants import SOURCES, Mutant

ROOT = SOURCES.parents[1]
OPTIONS = ("-q", "-n0", "-p", "no:cacheprovider", "-m", "not long and not r")
PATIENCE = 60  # seconds of CPU: a mutant that takes more hangs, and is noticed
EXAMPLES = 30  # of each property: the same for every mutant
ALIVE, DEAD, ELSEWHERE = "survived", "killed", "elsewhere"


class BrokenTestsError(Exception):
    """Tests fail on the unmutated code."""


def survived(changes: Sequence[Mutant], tests: Sequence[str]) -> list[bool]:
    """Return for each mutant whether all tests still pass.

    Raises
    ------
    BrokenTestsError
        If they fail on the module as it is.
    """
    outcomes = _in_place(changes, tests) if changes else []
    if len(outcomes) < len(changes):
        raise BrokenTestsError(", ".join(tests))
    return [
        _fork(partial(_imported, change, tests)) == 0
        if outcome == ELSEWHERE
        else outcome == ALIVE
        for change, outcome in zip(changes, outcomes, strict=True)
    ]


def _fork(work: Callable[[], int], patience: int = PATIENCE) -> int:
    """Run a function in a child process and return its exit code."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (patience, patience))
        os._exit(work())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _in_place(changes: Sequence[Mutant], tests: Sequence[str]) -> list[str]:
    """Test mutants in one process; return killed or alive for each."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w", buffering=1, encoding="ascii") as out:
            code = _pytest(tests, _Trials(changes, out.write))
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader, encoding="ascii") as told:
        outcomes = [line.strip() for line in told]
    os.waitpid(child, 0)
    return outcomes


def _pytest(tests: Sequence[str], plugin: _SameExamples, *options: str) -> int:
    os.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = pytest.main([*OPTIONS, *options, *tests], plugins=[plugin])
    if code and isinstance(plugin, _Trials):
        print(said.getvalue()[-3000:], file=sys.stderr)
    return int(code != 0)


class _SameExamples:
    """Pytest plugin that fixes Hypothesis examples for all mutants."""

    def pytest_configure(self) -> None:
        """Register a fixed Hypothesis profile."""
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415

        settings.register_profile(
            "mutants",
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("mutants")


class _Trials(_SameExamples):
    """Pytest plugin that runs the collected tests on each mutant."""

    def __init__(
        self, changes: Sequence[Mutant], tell: Callable[[str], object]
    ) -> None:
        self.changes, self.tell = changes, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once unchanged, then on every mutant."""
        if session.testsfailed:  # to be collected
            return True
        tests = _Tests(session)
        tests.rehearse()
        if not session.testsfailed:
            place = _Place.of(self.changes[0].module)
            none = self.changes[0]._replace(tree=place.tree)
            if tests.outcome(none, place) == ALIVE:  # they pass when they run again
                for change in self.changes:
                    self.tell(tests.outcome(change, place) + "\n")
        return True


class _Tests:
    """Collected tests, how long each takes and which mutants it kills."""

    def __init__(self, session: pytest.Session) -> None:
        self.session, self.items = session, list(session.items)
        self.seconds: Counter[str] = Counter()
        self.noticed: Counter[tuple[str, str]] = Counter()
        self.failed = mmap.mmap(-1, 4)  # which test, told by the child
        self.names = {
            item: dict(item.dtest.globs) for item in self.items if _is_doctest(item)
        }

    def rehearse(self) -> None:
        """Run all tests on the unmutated code and store how long each takes."""
        for item in self.items:
            begun = time.process_time()
            self._passes(item, None)
            self.seconds[item.nodeid] = time.process_time() - begun + 0.001

    def _passes(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        if item in self.names:  # a doctest forgets its names once it ran
            item.dtest.globs.update(self.names[item])
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self.session.testsfailed

    def outcome(self, change: Mutant, place: _Place) -> str:
        """Return whether tests kill a mutant, miss it, or cannot run it in place."""
        if (changed := place.changed(change.tree)) is None:
            return ELSEWHERE
        self.items.sort(key=lambda item: self._turn(item.nodeid, change.function))
        patience = math.ceil(3 * self.seconds.total()) + 10
        code = _fork(lambda: self._run(place, changed), patience)
        if code == 1:
            at = int.from_bytes(self.failed[:4], "little")
            self.noticed[self.items[at].nodeid, change.function] += 1
        if code == 0 and place.held(changed):  # somebody else may hold a copy
            return ELSEWHERE
        return DEAD if code else ALIVE

    def _turn(self, test: str, function: str) -> float:
        return self.seconds[test] / (1 + 20 * self.noticed[test, function])

    def _run(self, place: _Place, changed: CodeType) -> int:
        place.put(changed)
        for at, item in enumerate(self.items):
            self.failed[:4] = at.to_bytes(4, "little")
            try:
                if not self._passes(item, (*self.items, None)[at + 1]):
                    return 1
            except BaseException:  # noqa: BLE001 - whatever stops the tests, a change did
                return 1
        return 0


def _is_doctest(item: pytest.Item) -> bool:
    return isinstance(item, pytest.DoctestItem)


class _Place(NamedTuple):
    """A module's code objects and its functions in this process."""

    path: str
    tree: ast.Module
    code: CodeType
    functions: tuple[FunctionType, ...]

    @classmethod
    def of(cls, module: str) -> _Place:
        """Find a module's code objects and functions in this process."""
        path = SOURCES / module
        tree = ast.parse(path.read_text("utf-8"))
        return cls(
            str(path),
            tree,
            compile(tree, str(path), "exec"),
            tuple(f for f in _functions() if f.__code__.co_filename == str(path)),
        )

    def changed(self, tree: ast.Module) -> CodeType | None:
        """Return the compiled mutant if it can replace running functions, or None."""
        changed = compile(ast.fix_missing_locations(tree), self.path, "exec")
        try:
            pairs = list(_pairs(self.code, changed))
        except ValueError:  # a function more or less
            return None
        here = [old for old, new in pairs if _own(old) != _own(new)]
        fits = all(old is self.code or _callable(old) for old in here)
        live = {function.__code__ for function in self.functions}
        lives = any(old in live for old, new in pairs if old != new)
        return changed if fits and (lives or here in ([], [self.code])) else None

    def put(self, changed: CodeType) -> None:
        """Replace the code of the module's functions by mutated code."""
        codes = dict(_pairs(self.code, changed))
        if self.held(changed):
            self._put_constants(changed)
        for function in self.functions:
            function.__code__ = codes.get(function.__code__, function.__code__)

    def held(self, changed: CodeType) -> bool:
        """Return whether a mutant changes code that runs at import."""
        return _own(self.code) != _own(changed)

    def _put_constants(self, changed: CodeType) -> None:
        live = self.functions[0].__globals__
        made = {"__name__": live["__name__"], "__file__": self.path}
        exec(changed, made)  # noqa: S102 - a module of ours, one number changed
        new = {f.__qualname__: f for f in _functions() if f.__globals__ is made}
        for function in self.functions:
            if (other := new.get(function.__qualname__)) is not None:
                function.__defaults__ = other.__defaults__
                function.__kwdefaults__ = other.__kwdefaults__
        live.update({k: v for k, v in made.items() if isinstance(v, int | float)})


def _functions() -> list[FunctionType]:
    return [found for found in gc.get_objects() if isinstance(found, FunctionType)]


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    yield old, new
    for pair in zip(_inner(old.co_consts), _inner(new.co_consts), strict=True):
        yield from _pairs(*pair)


def _inner(constants: Iterable[object]) -> list[CodeType]:
    return [each for each in constants if isinstance(each, CodeType)]


def _callable(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)


def _own(code: CodeType) -> tuple[object, ...]:
    """Return a code object's instructions and constants, without inner functions."""
    own = [repr(each) for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_code, own, code.co_names, code.co_freevars, code.co_cellvars


class _Loader(importlib.machinery.SourceFileLoader):
    """Import loader that returns a mutated module."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, _: str) -> CodeType:
        """Compile the mutated module."""
        return compile(ast.fix_missing_locations(self.tree), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.name = "helpers." + mutant.module.removesuffix(".py").replace("/", ".")
        self.path = str(SOURCES / mutant.module)
        self.tree = mutant.tree

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the import specification of the mutated module."""
        if name != self.name:
            return None
        loader = _Loader(name, self.path, self.tree)
        return importlib.util.spec_from_file_location(name, self.path, loader=loader)


def _imported(mutant: Mutant, tests: Sequence[str]) -> int:
    """Import a mutant as a module and run the tests on it."""
    finder = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    try:
        importlib.import_module(finder.name)  # before pytest, which would read the file
    except BaseException:  # noqa: BLE001 - whatever stops it, the change did
        return 1
    return _pytest(tests, _SameExamples(), "-x")
