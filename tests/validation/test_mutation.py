"""Every small change of the rules is tried, and what no test notices has its reason."""

from __future__ import annotations

import ast
import re
import tomllib

import pandas as pd
import pytest

from helpers import paths
from validation.mutation import __main__ as runner
from validation.mutation import mutants as tool

pytestmark = pytest.mark.long  # a report, not a gate
PUBLISHED = paths.PROCESSED / "calibration"
LEAST_KILLED = 0.95  # of the changes of survival, by the rules fixed beforehand


@pytest.fixture
def counts():
    """Return how many changes of each module were tried and killed."""
    return pd.read_csv(PUBLISHED / "mutants.csv", index_col="module")


def test_every_survivor_has_its_reason(counts):
    """None is left unexplained, and none is left out."""
    survivors = pd.read_csv(PUBLISHED / "survivors.csv")
    alive = (counts["mutants"] - counts["killed"]).loc[lambda n: n > 0]

    assert survivors["reason"].str.len().min() > 20
    assert survivors.groupby("module").size().to_dict() == alive.to_dict()


def test_of_survival_nineteen_changes_in_twenty_are_killed(counts):
    """The estimators of verdicts are held by their tests."""
    survival = counts[counts.index.str.startswith("survival/")].sum()

    assert survival["killed"] >= LEAST_KILLED * survival["mutants"]


def test_every_module_with_a_rule_is_tried():
    """What turns intervals into verdicts was tried, whichever file it stands in."""
    room = paths.ROOT / "src/helpers"
    deciding = {
        path.relative_to(room).as_posix()
        for path in (room / "claims").rglob("*.py")
        if re.search(r"def _?decide\(", path.read_text("utf-8"))
    }

    assert deciding > {"claims/rules/interval_rules.py"}
    assert deciding <= set(runner.TESTS)


def test_what_was_published_is_of_the_code_as_it_is(counts):
    """Code that changed makes this fail until ``make mutate`` is run on it."""
    now = {module: len(tool.changes(module)) for module in runner.TESTS}

    assert counts["mutants"].to_dict() == now


def test_survivors_are_changes_of_the_code_as_it_is():
    """None is listed that can no longer be made: its reason would explain nothing."""
    survivors = pd.read_csv(PUBLISHED / "survivors.csv", keep_default_na=False)
    for module, rows in survivors.groupby("module"):
        listed = set(zip(rows["function"], rows["change"], strict=True))
        assert listed <= set(tool.changes(module))


def test_every_reason_is_of_a_survivor():
    """A change that a test notices by now needs no reason any more."""
    survivors = pd.read_csv(PUBLISHED / "survivors.csv", keep_default_na=False)
    listed = survivors[["module", "function", "change"]].agg(" | ".join, axis=1)
    reasons = runner.REASONS.read_text("utf-8")

    assert set(tomllib.loads(reasons)) == set(listed)


def test_no_module_of_survival_is_left_out(counts):
    """Each is there but what only lists names and the readings that are wrong."""
    modules = {path.name for path in (paths.ROOT / "src/helpers/survival").glob("*.py")}
    tried = {name.removeprefix("survival/") for name in counts.index}

    assert modules - tried == {"__init__.py", "naive.py"}


def test_what_is_changed(monkeypatch, tmp_path):
    """Inequalities both ways, numbers both ways, signs, gates; no words."""
    source = (
        "def f(x: int = 3) -> tuple:\n    '''Say 1 < 2.'''\n    return x < 1.5, ~x\n"
    )
    (tmp_path / "m.py").write_text(source, "utf-8")
    monkeypatch.setattr(tool, "SOURCES", tmp_path)
    found = [one.change.split("  →  ")[1] for one in tool.mutants("m.py")]

    inequality, number = {"x <= 1.5", "x > 1.5"}, {"1.53", str(1.5 / 1.02)}
    gates, sign = {"return (x < 1.5,)", "return (~x,)"}, {"~~x"}
    assert set(found) == inequality | number | gates | sign | {"2", "4"}


def test_each_change_is_one():
    """A change differs from its source in one place, and compiles."""
    path = paths.ROOT / "src/helpers/claims/evaluation/standing.py"
    lines = ast.unparse(ast.parse(path.read_text("utf-8"))).splitlines()
    for one in tool.mutants("claims/evaluation/standing.py"):
        changed = ast.unparse(one.tree).splitlines()
        assert sum(a != b for a, b in zip(lines, changed, strict=True)) == 1
        compile(ast.fix_missing_locations(one.tree), "changed", "exec")
