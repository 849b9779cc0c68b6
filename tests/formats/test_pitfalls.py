"""The list of what is known to go wrong with formats, and the tests that say it."""

import ast
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LISTED = tomllib.loads((HERE / "pitfalls.toml").read_text(encoding="utf-8"))
NAMED = [(room, what) for room, part in LISTED.items() for what in part]
TESTS = {
    node.name
    for room in ("formats", "study", "frame", "faults", "own_groups")
    for file in (HERE.parent / room).rglob("test_*.py")
    for node in ast.parse(file.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}


@pytest.mark.parametrize(("room", "what"), NAMED)
def test_every_pitfall_has_a_test_whose_name_says_it(room, what):
    """A test that goes or is renamed takes its line along."""
    assert LISTED[room][what] in TESTS
