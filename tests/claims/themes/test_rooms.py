"""A claim's code is found by its theme: folder, docstring and names say the same."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections import defaultdict
from importlib.resources import files

import pytest

import helpers.claims.themes
from helpers.claims.contract.card import read_cards
from helpers.claims.contract.finding import ESTIMATORS
from helpers.claims.evaluation.registry import list_claims_of
from helpers.claims.fixed.evidence_plan import get_missing
from helpers.claims.fixed.register import read_register
from helpers.discovery import import_modules_in

ROOT = helpers.claims.themes.__name__
MODULES = {
    module.__name__.removeprefix(f"{ROOT}."): module
    for module in import_modules_in(ROOT)
}
ROOMS = {name.partition(".")[0] for name in MODULES}
FOLDERS = {  # a folder is named by one of the words of its theme
    theme: next(word for word in re.split("[ /]", theme) if word in ROOMS)
    for theme in sorted({entry.theme for entry in read_register().values()})
}


def contents(theme: str) -> str:
    """Return what the docstring of a theme's folder has to list."""
    at = defaultdict(list)
    for name, module in MODULES.items():
        own = {claim for claim, _ in ESTIMATORS.get(module.__name__, ())}
        for claim in list_claims_of(module.__name__):
            place = 0 if claim in own else len(at[claim])
            at[claim].insert(place, f"`{name.rpartition('.')[2]}`")
    claims = [one.id for one in read_register().values() if one.theme == theme]
    lines = [f"- {claim}: {', '.join(at[claim])}" for claim in claims if at[claim]]
    for claim in claims:
        if not at[claim]:
            nobody = (gap := get_missing(claim)) and not gap.whom
            why = "nobody records what it needs" if nobody else "no data could tell"
            lines.append(f"- {claim}: {why}")
    return "\n".join(lines)


@pytest.mark.parametrize("name", MODULES)
def test_estimator_is_in_the_folder_of_its_claims_theme(name: str) -> None:
    """Estimators, stand-ins and cards are where the register puts the claim."""
    folder = name.partition(".")[0]
    themes = {
        read_register()[claim].theme for claim in list_claims_of(MODULES[name].__name__)
    }
    assert {FOLDERS[theme] for theme in themes} <= {folder}


@pytest.mark.parametrize("theme", FOLDERS)
def test_folder_docstring_lists_its_claims(theme: str) -> None:
    """Every claim of the theme and the modules that estimate it, in order."""
    doc = inspect.getdoc(importlib.import_module(f"{ROOT}.{FOLDERS[theme]}")) or ""
    assert doc.partition("\n\n")[2].split() == contents(theme).split()


def test_card_is_in_the_folder_of_its_claim() -> None:
    """`cards.toml` of a folder is of its theme alone."""
    folder = files(ROOT)
    for claim in read_cards():
        theme = FOLDERS[read_register()[claim].theme]
        text = folder.joinpath(theme, "cards.toml").read_text("utf-8")
        assert f"[{claim}]" in text


@pytest.mark.parametrize("name", MODULES)
def test_themes_do_not_import_each_other(name: str) -> None:
    """What several themes need lies in `quantities` or `designs`."""
    tree = ast.parse(inspect.getsource(MODULES[name]))
    of = [
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    ]
    themes = {
        one.removeprefix(f"{ROOT}.").partition(".")[0] for one in of if ROOT in one
    }
    assert themes <= {name.partition(".")[0]}
