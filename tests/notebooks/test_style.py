"""Notebooks are thin: a question, short cells, no definitions, an answer."""

from __future__ import annotations

import ast
import re

import nbformat
import pytest

from helpers import paths

NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("*.ipynb"))
LONGEST_CELL = 10


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    """One committed notebook."""
    return nbformat.read(request.param, as_version=4)


def cells(notebook, kind):
    """Sources of the cells of one kind."""
    return [cell["source"] for cell in notebook.cells if cell["cell_type"] == kind]


def test_notebooks_are_numbered_in_order():
    """The names sort in the order of reading, and none is missing."""
    assert NOTEBOOKS
    assert all(re.match(r"\d\d_[a-z_]+$", path.stem) for path in NOTEBOOKS)


def test_the_title_is_a_question(notebook):
    """The first line asks what the notebook answers."""
    title = cells(notebook, "markdown")[0].splitlines()[0]
    assert title.startswith("# ")
    assert title.endswith("?")


def test_it_opens_with_a_chinese_summary_and_what_it_reads(notebook):
    """Chinese readers get the gist, everyone gets the inputs and outputs."""
    opening = cells(notebook, "markdown")[0]
    assert "**摘要**" in opening
    assert re.search(r"\breads?\b", opening)
    assert re.search(r"\bwrites?\b", opening)


def test_it_closes_with_what_would_change_the_answer(notebook):
    """The last text cell names what would change the answer."""
    closing = cells(notebook, "markdown")[-1].lower()
    assert "what would change" in closing


def test_cells_are_short_and_define_nothing(notebook):
    """A cell of code has at most ten lines and no function or class."""
    for source in cells(notebook, "code"):
        assert len(source.splitlines()) <= LONGEST_CELL, source
        kinds = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef, ast.Lambda)
        assert not any(isinstance(n, kinds) for n in ast.walk(ast.parse(source)))


def test_every_code_cell_was_executed_without_error(notebook):
    """What is committed is the output of a complete run, in order."""
    code = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code]
    assert counts == list(range(1, len(code) + 1))
    kinds = {out["output_type"] for cell in code for out in cell["outputs"]}
    assert kinds <= {"execute_result", "display_data", "stream"}
