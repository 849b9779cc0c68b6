"""The tables of mutation testing name code and tests that exist."""

from __future__ import annotations

import tomllib

from helpers import paths
from validation.mutation import __main__ as runner
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
