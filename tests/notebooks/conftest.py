"""Chapters run in this process, cell by cell; figures are closed and not saved."""

import ast
import json
import os
import re

import matplotlib.pyplot as plt
import pytest

from helpers import figures, paths
from helpers.site.figure_pages import explain_columns
from helpers.site.languages import Words

PLACE, PRINTED = "# change me", "tabulate_values("
QUERIED = re.compile(r"@(\w+)")


@pytest.fixture
def run_chapter(monkeypatch):
    """Return a function that runs a chapter on studies: what it shows and what fails.

    Both are lists: of texts, titles of figures included, and of errors.
    """
    said, failed = [], []

    close_figures(monkeypatch, said)

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


@pytest.fixture
def draw_title(draw_titles):
    """Return a function that draws one figure of a chapter and returns its title."""
    return lambda name, figure, *studies: draw_titles(name, figure, " ".join(studies))[
        0
    ]


@pytest.fixture
def draw_titles(monkeypatch):
    """Return a function that draws figures of a chapter and returns their titles.

    It is given the names of studies and, by name, settings that differ.
    """
    titles = {}

    def show(_, figure, *__, title, **___):
        titles[figure] = title
        plt.close("all")

    monkeypatch.setattr(figures, "show_figure", show)
    monkeypatch.setattr("helpers.notebooks.forests.show_figure", show)

    def run(name, wanted, studies, **values):
        folders = [str(paths.PROCESSED / study) for study in studies.split()]
        monkeypatch.setenv("SHEQUN_STUDIES", os.pathsep.join(folders))
        book, room = cells(name), {"display": repr}
        names = [f'"{figure}"' for figure in wanted.split()]
        drawn = {k for k, cell in enumerate(book) if any(one in cell for one in names)}
        for cell in keep_needed(book, drawn):
            shown(changed(cell, values), room)
        return [titles[figure] for figure in wanted.split()]

    return run


@pytest.fixture
def try_values(monkeypatch):
    """Return a function that tries settings of a chapter, each in a run of its own.

    It runs the cells before the first setting once, and after it only those that a
    setting changes. It yields what was tried, printed values first, and the error.
    """
    close_figures(monkeypatch, [])

    def run(name, folders, values=()):
        monkeypatch.setenv("SHEQUN_STUDIES", os.pathsep.join(map(str, folders)))
        room, printed = {"display": repr}, []
        book = cut(cells(name))
        first = next(k for k, cell in enumerate(book) if places(cell))
        for k, cell in enumerate(book):
            if k == first:
                before = dict(room)
            if k < first or any(PRINTED in other for other in book[k:]):
                told = shown(cell, room)
                printed += list_printed(told) if PRINTED in cell else []
        for one in [*printed, *values]:
            yield one, find_error(book[first:], one, dict(before))
            plt.close("all")

    return run


def close_figures(monkeypatch, said):
    """Keep the titles of figures in a list, in both languages, and save none.

    Their pages have to explain every column of their data.
    """

    def show(_, figure, *, data, title, zh, **__):
        explained = {name for name, _ in explain_columns(figure, data, Words("en"))}
        assert explained == set(data), figure
        said.extend([title, zh])
        plt.close("all")

    monkeypatch.setattr(figures, "show_figure", show)
    monkeypatch.setattr("helpers.notebooks.forests.show_figure", show)


def list_printed(table):
    """Return the printed values of settings, each as one change of a chapter."""
    rows = table.frame.itertuples()
    return [{row.setting: repr(value)} for row in rows for value in row.values]


def find_error(book, values, room):
    """Return the first error of cells that run with other values, or None."""
    for cell in book:
        try:
            shown(changed(cell, values), room)
        except Exception as error:  # noqa: BLE001 - a test says which may be
            return error
    return None


def cut(book):
    """Return cells with settings, those that settings change, and what they need."""
    told, kept = set(), set()
    for k, cell in enumerate(book):
        reads, writes = list_names(cell)
        if places(cell) or reads & told:
            kept.add(k)
            told |= writes
        else:
            told -= writes
    printed = {k for k, cell in enumerate(book) if PRINTED in cell}
    return keep_needed(book, kept | printed)


def keep_needed(book, wanted):
    """Return the cells of given places, and those before that set what they read."""
    kept, needed = set(), set()
    for k in reversed(range(len(book))):
        reads, writes = list_names(book[k])
        if k in wanted or writes & needed:
            kept.add(k)
            needed |= reads
    return [book[k] for k in sorted(kept)]


def list_names(cell):
    """Return the names that a cell reads and those that it sets, as two sets."""
    nodes = list(ast.walk(ast.parse(cell)))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    reads = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    # pandas reads names in its queries
    reads |= {name for node in nodes for name in QUERIED.findall(get_text(node))}
    writes = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    writes |= {
        node.asname or node.name for node in nodes if isinstance(node, ast.alias)
    }
    inner = [node for node in nodes if isinstance(node, ast.Subscript | ast.Attribute)]
    writes |= {
        node.value.id
        for node in inner
        if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }
    return reads, writes


def get_text(node):
    """Return the text of a string in code, or an empty one."""
    text = getattr(node, "value", "") if isinstance(node, ast.Constant) else ""
    return text if isinstance(text, str) else ""


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
