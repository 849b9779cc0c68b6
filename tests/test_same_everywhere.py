"""Sorts and sums that print one thing here and another on the next machine.

numpy sorts numbers another way where the processor has AVX2 or AVX-512, so that equal
ones change places; Python adds floats another way since 3.12.
"""

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from helpers.paths import NOTEBOOKS, ROOT
from tests.processors import AS_IT_IS, OLDER, require_processor

MODULES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tools").glob("*.py")])
CHAPTERS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
DRAWING = ("matplotlib", "seaborn", "helpers.figures")
ASKED = re.compile(r"\b(sum|sort_values|sort_index|argsort)\(")
COUNTS = {"len", "bool"}  # what gives whole numbers, which add up the same


def _read(path):
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    code = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return "\n".join("".join(cell["source"]) for cell in code)


def _names_many(value):
    own = getattr(value, "elts", ())
    return len(own) > 1 or any(isinstance(one, ast.Starred) for one in own)


def _is_unstable(call, lists):
    """Return whether a call sorts by one key, and does not say that ties keep still."""
    name = getattr(call.func, "attr", "")
    said = {one.arg: one.value for one in call.keywords}
    if getattr(said.get("kind"), "value", "") == "stable":
        return False
    if name == "sort_values":  # by two keys pandas sorts stably whatever the kind
        key = said.get("by", call.args[0] if call.args else None)
        return not _names_many(key) and getattr(key, "id", "") not in lists
    if name == "sort_index":  # names of columns and counted values stand once each
        counted = ast.unparse(call.func.value).endswith(".value_counts()")
        return not counted and getattr(said.get("axis"), "value", 0) != 1
    return name == "argsort"


def _adds_floats(call):
    """Return whether Python's own `sum` adds what need not be whole numbers."""
    if getattr(call.func, "id", "") != "sum":
        return False
    added = getattr(call.args[0], "elt", call.args[0])
    counts = getattr(getattr(added, "func", None), "id", "") in COUNTS
    return not counts and not isinstance(added, ast.Compare | ast.Constant)


def _draws(tree):
    names = [getattr(node, "module", None) for node in ast.walk(tree)]
    names += [node.name for node in ast.walk(tree) if isinstance(node, ast.alias)]
    return any(name.startswith(DRAWING) for name in filter(None, names))


def find_places(code):
    """Return the calls of a module or chapter that are not the same everywhere."""
    tree = ast.parse(code)
    nodes, draws = [*ast.walk(tree)], _draws(tree)
    assigned = [one for one in nodes if isinstance(one, ast.Assign)]
    many = [one for one in assigned if _names_many(one.value)]
    lists = {getattr(one.targets[0], "id", None) for one in many}
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Call)
        if _is_unstable(node, lists) or (draws and _adds_floats(node))
    ]


def test_ties_and_sums_are_the_same_on_every_machine():
    """Chapter 7 printed 0.49 for 0.50, a page named others, by the processor.

    Say `kind="stable"` or sort by two keys; add with `math.fsum` in what draws.
    """
    texts = {path: _read(path) for path in (*MODULES, *CHAPTERS)}
    asked = {path: text for path, text in texts.items() if ASKED.search(text)}
    places = {path: find_places(text) for path, text in asked.items()}
    assert {path.name: own for path, own in places.items() if own} == {}


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("t.sort_values('n').head(5)", 1),
        ("t.sort_values(by=['n'], ascending=False)", 1),
        ("counts.sort_values(ascending=False).index[:51]", 1),
        ("np.argsort(-n), n.argsort(), t.sort_index()", 3),
        ("np.argsort(-n, kind='stable'), t.sort_values('n', kind='stable')", 0),
        ("order = ['a', 'b']\nt.sort_values(order), t.sort_values([*order])", 0),
        ("n.value_counts().sort_index(), t.sort_index(axis=1), n.nlargest(3)", 0),
        ("import seaborn\nsum(widths)", 1),
        ("import seaborn\nsum(len(x) for x in y) + sum(x > 1 for x in y)", 0),
        ("sum(widths), t.sum()", 0),
    ],
)
def test_what_is_refused_and_what_is_not(code, refused):
    """Two keys, counts and whole numbers need no word; one key and floats do."""
    assert len(find_places(code)) == refused


NEWCOMERS = """
import pandas as pd
from helpers.own_groups.cards.newcomers import list_people
from helpers.own_groups.private_page import describe_people
days = [("old", day) for day in range(0, 300, 3)]
days += [(f"p{one:02}", 290 + one % 3) for one in range(20)]
by = pd.DataFrame(days, columns=["person", "day"]).groupby("person")["day"]
spoke = by.agg(first="min", last="max", days="nunique").reset_index().assign(group=0)
ends = pd.DataFrame({"end": [300], "truncated": [False]})
joined = pd.DataFrame({"group": [], "person": [], "joined": []})
print(*describe_people(list_people(spoke, joined.astype(object), ends), str))
"""


def test_page_names_the_same_newcomers_on_every_processor():
    """Of twenty new people it named other five where the processor has no AVX2."""
    require_processor(OLDER[-1])
    own = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    answers = {
        subprocess.check_output(
            [sys.executable, "-c", NEWCOMERS],
            env=own | {"NPY_DISABLE_CPU_FEATURES": without},
            text=True,
        )
        for without in (AS_IT_IS, *OLDER)
    }
    assert len(answers) == 1
    assert "p00, p03, p06, p09, p12" in str(answers)
