"""Negative controls: which verdicts they stop, and that each verdict has one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Finding, Specification
from helpers.claims.evaluation import controls
from helpers.claims.evaluation.controls import (
    FAILS,
    LACKS,
    EstimatesToCheck,
    Simulated,
)
from helpers.claims.evaluation.standing import apply_standings, limit_by_controls
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.claims.fixed.negative_controls import list_claim_controls, list_controls
from helpers.claims.fixed.register import read_register
from helpers.claims.rules.interval_rules import DECIDING, Word
from helpers.claims.rules.templates import parse_rule
from helpers.errors import NotIdentifiableError
from helpers.site.languages import Words
from helpers.study import open_studies
from helpers.survival import Interval
from helpers.survival.interval import Wald

RULE = parse_rule("HR>(1.25)")
OWNER = "s4-owner-indispensable"


def ratio(estimate, se=0.1):
    """Return a ratio with its 95 % limits."""
    rule = Wald(estimate, se, "log")
    return Interval.of(estimate, rule, method="", n=100, clusters=100)


def found(estimate, control, se=0.1):
    """Return a finding with one placebo."""
    return Finding(
        components=(ratio(estimate, se),), definition="", gates=(),
        controls=(Specification.tried("another regular", control),),
    )  # fmt: skip


def word_after(finding):
    """Return what the rule and the controls make of a finding."""
    decision = RULE.decide(*finding.components)
    checks = EstimatesToCheck(Claim.of(OWNER), "planted", finding).check(decision)
    limit = limit_by_controls(decision.word, checks, required=False)
    return apply_standings(decision, [limit])


def test_effect_shown_by_placebo_stops_verdict():
    """The placebo is SUPPORTED itself."""
    decision = word_after(found(2.0, lambda: ratio(1.8)))
    assert decision.word is Word.INCONCLUSIVE
    assert decision.qualifiers == (FAILS,)
    assert "another regular" in decision.reason


def test_effect_is_kept_when_the_placebo_shows_none():
    """Its limits enclose no effect."""
    assert word_after(found(2.0, lambda: ratio(1.05))).word is Word.SUPPORTED


def test_effect_is_kept_when_the_placebo_points_the_other_way():
    """It errs against the claim."""
    assert word_after(found(2.0, lambda: ratio(0.5))).word is Word.SUPPORTED


def test_placebo_as_large_as_effect_stops_verdict_though_rule_says_less():
    """Small, beyond no effect, and its limits hold the estimate."""
    near = found(1.3, lambda: ratio(1.22, 0.05), se=0.05)
    assert RULE.decide(ratio(1.22, 0.05)).word is not Word.SUPPORTED
    assert word_after(near).word is Word.INCONCLUSIVE


def test_contradiction_is_kept_when_the_placebo_shows_no_effect():
    """A placebo without an effect is CONTRADICTED too; that is no failure."""
    finding = found(1.02, lambda: ratio(1.0))
    assert RULE.decide(ratio(1.0)).word is Word.CONTRADICTED
    assert word_after(finding).word is Word.CONTRADICTED


def test_control_without_data_is_skipped():
    """The calibrated one is left."""

    def refused():
        raise NotIdentifiableError("nothing to count")

    finding = found(2.0, refused)
    checks = EstimatesToCheck(Claim.of(OWNER), "planted", finding).check(
        RULE.decide(*finding.components)
    )
    assert [one.control.name for one in checks] == ["calibrated"]


@pytest.mark.parametrize(
    ("times", "word"), [(6, Word.SUPPORTED), (7, Word.INCONCLUSIVE)]
)
def test_verdict_that_more_than_a_tenth_of_null_studies_give_is_stopped(
    times, word, monkeypatch
):
    """Six of sixty are a tenth."""
    monkeypatch.setattr(
        controls, "read_calibration", lambda _, __: Simulated(times, 60)
    )
    assert word_after(found(2.0, lambda: ratio(1.0))).word is word


def test_verdict_without_any_control_does_not_decide_in_public():
    """A user's own study decides."""
    decision = RULE.decide(ratio(2.0))
    required = limit_by_controls(decision.word, (), required=True)
    assert apply_standings(decision, [required]).qualifiers == (LACKS,)
    assert limit_by_controls(decision.word, (), required=False).refused == ()


def test_undecided_verdict_is_not_checked_by_controls():
    """INCONCLUSIVE stays what it is."""
    finding = replace(found(1.3, lambda: ratio(2.0)), components=(ratio(1.3, 0.5),))
    assert word_after(finding) == RULE.decide(ratio(1.3, 0.5))


def test_controls_name_claims_and_sources_that_exist():
    """A misspelt name would guard nothing."""
    claims = {one.claim for one in list_controls()} - {"*"}
    sources = {name for one in list_controls() for name in one.sources} - {"*"}
    assert claims <= set(read_register())
    assert sources <= {study.name for study in open_studies()}


def test_claim_specific_controls_precede_the_general_one():
    """They are named first in a reason."""
    assert [one.name for one in list_claim_controls(OWNER, "x")] == [
        "another regular",
        "calibrated",
    ]


@pytest.mark.parametrize("control", list_controls(), ids=lambda one: one.name)
def test_every_control_has_a_chinese_sentence(control):
    """Claim pages print it."""
    assert Words("zh").sentence(control.what)


def parts_of(verdict):
    """Yield a verdict and those of its units."""
    yield verdict
    for part in verdict.parts:
        yield from parts_of(part)


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize("study", open_studies(), ids=lambda one: one.name)
def test_every_public_verdict_has_passed_a_control(study):
    """What has estimates and decides has a control that it passed, and none failed."""
    verdicts = [load_verdict(name, study) for name in read_register()]
    decided = [
        one
        for verdict in verdicts
        for one in parts_of(verdict)
        if one.word in DECIDING and any(one.components)
    ]
    without = [f"{one.claim} in {one.study}" for one in decided if not one.controls]
    assert without == []
    assert not any(check.failed for one in decided for check in one.controls)
