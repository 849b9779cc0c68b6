"""Chapters run in this process, cell by cell; figures are closed and not saved."""

import ast
import json
import os

import matplotlib.pyplot as plt
import pytest

from helpers import figures, paths

PLACE = "# change me"


@pytest.fixture
def run_chapter(monkeypatch):
    """Return a function that runs a chapter on studies: what it shows and what fails.

    Both are lists: of texts, titles of figures included, and of errors.
    """
    said, failed = [], []

    def show(*_, title, zh, **__):
        said.extend([title, zh])
        plt.close("all")

    monkeypatch.setattr(figures, "show_figure", show)
    monkeypatch.setattr("helpers.notebooks.forests.show_figure", show)

    def run(name, folders, values=()):
        monkeypatch.setenv("SHEQUN_STUDIES", os.pathsep.join(map(str, folders)))
        room = {"display": repr}  # which Jupyter knows
        for cell in cells(name):
            try:
                told = shown(changed(cell, dict(values)), room)
            except Exception as error:  # noqa: BLE001 - a test says which may be
                failed.append(error)
            else:
                said.append(getattr(told, "markdown", ""))
        plt.close("all")
        return said, failed

    return run


def cells(name):
    """Return the code cells of a chapter."""
    book = json.loads((paths.NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    return ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]


def places(cell):
    """Return the assignments that a reader is asked to change, by their names."""
    lines = cell.splitlines()
    found = [one for one in ast.parse(cell).body if isinstance(one, ast.Assign)]
    asked = [one for one in found if PLACE in lines[one.lineno - 1]]
    return {ast.unparse(one.targets[0]).strip("()"): one for one in asked}


def changed(cell, values):
    """Return a cell in which what a reader is asked to change has other values."""
    lines = cell.splitlines()
    for name, one in places(cell).items():
        if name in values:
            blank = [""] * (one.end_lineno - one.lineno)
            new = [f"{name} = {values[name]}", *blank]
            lines[one.lineno - 1 : one.end_lineno] = new
    return "\n".join(lines)


def shown(cell, room):
    """Run a cell; return the value of its last expression, as Jupyter does."""
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), room)  # noqa: S102 - our own
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), room)  # noqa: S307
