"""What is said of claims without an answer in a study of one's own groups."""

from types import SimpleNamespace

import pytest

from helpers.claims.contract.card import Text
from helpers.claims.contract.gates import Gate
from helpers.claims.evaluation.sentences import write_sentence
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.synthesis import conclusion
from helpers.synthesis.bound_numbers import Named
from helpers.synthesis.conclusion import draw_conclusion
from helpers.synthesis.synthesis import run_synthesis

CLAIM = "s0-100-fanatics"
FEW = Gate("size", passed=False, detail="0 groups, 30 needed")


def _refuse(study, *gates):
    return Verdict(
        claim=CLAIM, study=study, word=Word.UNTESTABLE, checksum="", gates=gates
    )


def _say(study, *gates):
    verdict = _refuse(study, *gates)
    line = draw_conclusion(run_synthesis(CLAIM, [verdict])).line
    return line("en"), line("zh")


def test_own_study_text_does_not_ask_owners_to_export():
    """The owner has just done so; and what is recorded is not said to be missing."""
    lacking = Gate("data", passed=False, detail="who wrote is not recorded")
    en, zh = _say("own", lacking)
    assert en.startswith("Your data do not record ")
    assert zh.startswith("你的数据里没有")
    few, _ = _say("own", Gate("data", passed=True, detail="all"), FEW)
    assert "too few" in few


def test_public_text_says_who_could_record_the_missing_data():
    """Pages of public sources stay as they were."""
    en, _ = _say("fcc_gitter", Gate("data", passed=False, detail="not recorded"))
    assert en.startswith("No source here records ")


@pytest.mark.parametrize(("study", "said"), [("own", False), ("fcc_gitter", True)])
def test_short_answers_name_an_owner_of_public_sources_only(study, said):
    """In lists of answers, too."""
    verdict = _refuse(study)
    assert ("group owner" in write_sentence(CLAIM, [verdict], "en")) == said


def test_an_interval_of_one_rounded_number_is_that_number(monkeypatch):
    """The demo's front page said "69% (69% to 69%)"."""
    numbers = {
        name: Named(value, "share")
        for name, value in (("estimate", 0.69), ("low", 0.688), ("high", 0.692))
    }
    monkeypatch.setattr(conclusion, "list_component_numbers", lambda _: numbers)
    measure = SimpleNamespace(found=Text("{} fail", "{}失败"))
    assert conclusion._format_result(None, measure, "en") == "69% fail"
    numbers["low"] = Named(0.61, "share")
    assert "61%" in conclusion._format_result(None, measure, "zh")
