"""Exercises have solutions that run, and that assert what their text says."""

import ast
import re

import pytest

from helpers import paths
from helpers.site.execution import stable

SOLUTIONS = sorted((paths.EDITIONS / "solutions").glob("*.ipynb"))
EXERCISE = re.compile(r"^\d\. ", re.MULTILINE)
LEAST_CHAPTERS = 8

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]


def list_texts(path, start):
    """Return English and Chinese cells of a notebook that begin with a heading."""
    cells = stable.read_notebook(path).cells
    return [cell.source for cell in cells if cell.source.startswith(start)]


def test_every_exercise_has_a_solution_in_both_languages():
    """Three a chapter, each under a heading with its number."""
    assert len(SOLUTIONS) >= LEAST_CHAPTERS
    for path in SOLUTIONS:
        chapter = paths.NOTEBOOKS / path.name
        asked = list_texts(chapter, ("## Exercises", "## 练习"))
        solved = list_texts(path, ("## 1.", "## 2.", "## 3."))
        assert [len(EXERCISE.findall(text)) for text in asked] == [3, 3], path.stem
        assert len(solved) == 6, path.stem


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_a_solution_runs_and_asserts(path):
    """A text that the data do not bear out fails here."""
    cells = stable.read_notebook(path).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert sum(isinstance(n, ast.Assert) for n in ast.walk(ast.parse("\n".join(code))))
    room = {}
    for cell in code:
        exec(compile(cell, path.name, "exec"), room)  # noqa: S102 - our own
