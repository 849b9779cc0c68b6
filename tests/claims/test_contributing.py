"""CONTRIBUTING's example adds a claim by one register entry and one function."""

import importlib
import re

import pytest

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.evaluation.curves import StoredCurves
from helpers.claims.fixed.register import REGISTER, read_register
from helpers.files import compute_checksum
from helpers.paths import ROOT

NAME = "s9-early-starters"
EVALUATE = importlib.import_module("helpers.claims.evaluation.evaluate")


def example(language):
    """Return the example in one language."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Add the example's entry and function, and return what evaluates it."""
    register = tmp_path / "register.toml"
    text = REGISTER.read_text("utf-8") + example("toml")
    register.write_text(text, encoding="utf-8")
    register.with_suffix(".sha256").write_text(compute_checksum(register), "ascii")
    entry = read_register(register)[NAME]
    module = {}
    exec(example("python"), module)  # noqa: S102 - the text of our own document
    known = {**EVALUATE.ESTIMATORS, NAME: module["early_starters"]}
    monkeypatch.setattr(EVALUATE, "ESTIMATORS", known)
    return lambda study: EVALUATE.evaluate_claim(
        Claim(entry), study, StoredCurves({}, "")
    )


@pytest.mark.parametrize(
    ("posters", "word"), [(9, Word.SUPPORTED), (1, Word.CONTRADICTED)]
)
def test_contributing_example_decides_simulated_data_correctly(
    plant, added, posters, word
):
    """It holds where groups have nine posters, and not where they have one."""
    verdict = added(plant(n=200, posters=posters))

    assert verdict.word is word
    assert [one.name for one in verdict.specifications] == ["3 posters", "8 posters"]


def test_contributing_example_refuses_few_groups(plant, added):
    """A gate says which."""
    verdict = added(plant(n=20, posters=9))

    assert verdict.word is Word.UNTESTABLE
    assert "50 needed" in verdict.reason
