"""Every claim that measures itself is counted in the chapter that it names."""

import ast
import json
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import helpers as sq
from helpers.claims import store
from helpers.claims.register import read_register
from helpers.notebooks import list_chapters

CHAPTERS = {int(path.name[:2]): path for path in list_chapters()}


def list_claims() -> list[tuple[str, int]]:
    """List the claims with a number of their own, and their chapters."""
    first = sq.answers().drop_duplicates("claim").set_index("claim")
    own = first.index[first["mean"].notna() & ~first["related"].astype(bool)]
    return [(claim, read_register()[claim].row.chapter) for claim in own]


def read_code(chapter: Path) -> list[str]:
    """Read the code of a chapter, by cell."""
    cells = json.loads(chapter.read_text("utf-8"))["cells"]
    return ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]


def read_knobs(chapter: Path) -> dict[str, Any]:
    """Read the names that a chapter binds to a constant before it counts."""
    knobs: dict[str, Any] = {}
    for cell in read_code(chapter):
        for step in ast.parse(cell.rstrip(";")).body:
            if isinstance(step, ast.Assign) and isinstance(step.targets[0], ast.Name):
                name, value = step.targets[0].id, step.value
                if isinstance(value, ast.Constant):
                    knobs.setdefault(name, value.value)
                elif "sq.choose_place" in ast.unparse(value):
                    knobs.setdefault(name, knobs.get("HOME"))
    return knobs


def count_claim(chapter: Path, claim: str) -> pd.DataFrame:
    """Execute a chapter's recount of a claim, without the other cells."""
    trees = [ast.walk(ast.parse(cell.rstrip(";"))) for cell in read_code(chapter)]
    calls = (ast.unparse(node) for node in chain(*trees) if isinstance(node, ast.Call))
    first = next(call for call in calls if call.startswith(f"sq.recount('{claim}'"))
    table: pd.DataFrame = eval(first, read_knobs(chapter) | {"sq": sq})  # noqa: S307 - ours
    return table


@pytest.mark.parametrize(("claim", "number"), list_claims())
def test_a_claim_is_counted_in_its_chapter_without_stored_answers(
    claim: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16 of 28 claims named a chapter that did not hold them."""
    stored = sq.answer(claim).estimates.set_index(["reading", "study"])["estimate"]
    monkeypatch.setattr(store, "read_answers", None)
    monkeypatch.setattr("pipeline.answers.list_published", None)
    found = count_claim(CHAPTERS[number], claim).set_index(["reading", "study"])
    assert len(found)
    kept = stored[found.index]
    assert found["estimate"].to_numpy() == pytest.approx(kept.to_numpy(), abs=0.01)
