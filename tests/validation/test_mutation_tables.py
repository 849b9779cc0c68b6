"""The tables of mutation testing name code and tests that exist."""

from __future__ import annotations

import tomllib

from helpers import paths
from validation.mutation import __main__ as runner
from validation.mutation import mutants as tool
from validation.mutation.mutants import SOURCES, changes


def test_modules_and_their_tests_exist():
    """A merged or renamed module would end the run before its first change."""
    places = [SOURCES / module for module in runner.TESTS]
    places += [paths.ROOT / test for tests in runner.TESTS.values() for test in tests]

    assert [place for place in places if not place.is_file()] == []


def test_every_reason_names_a_change_that_can_be_made():
    """A renamed function would leave its surviving changes without a reason."""
    reasons = tomllib.loads(runner.REASONS.read_text("utf-8"))
    possible = {
        " | ".join((module, *change))
        for module in runner.TESTS
        for change in changes(module)
    }

    assert sorted(reasons.keys() - possible) == []


def test_new_change_in_the_words_of_a_killed_one_is_tried(monkeypatch, tmp_path):
    """A second 1 in a function counted as killed because the first had been."""
    (tmp_path / "m.py").write_text("def f(x):\n    return g(x, 1) % h(1)\n", "utf-8")
    tried = []

    def notice_all(open_, _):
        tried.append(len(open_))
        return [False] * len(open_)

    monkeypatch.setattr(tool, "SOURCES", tmp_path)
    monkeypatch.setattr(runner, "KEPT", tmp_path / "kept.csv")
    monkeypatch.setattr(runner, "TESTS", {"m.py": []})
    monkeypatch.setattr(runner, "survived", notice_all)
    once = [("m.py", "f", change, "killed") for change in ("1  →  2", "1  →  0")]
    for rows in (once, once * 2):
        runner._write(runner.KEPT, runner.COLUMNS, rows)
        runner._try("m.py", runner._killed())

    assert tried == [4, 0]
