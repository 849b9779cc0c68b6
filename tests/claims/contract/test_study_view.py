"""Every testable claim has an estimator, and a word for every study."""

import pytest

from helpers.claims import build_scoreboard, evaluate, get_claim, read_register
from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import (
    QUESTIONS,
    check_data,
)
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.claims.fixed.evidence_plan import get_missing
from helpers.claims.fixed.register import get_rule
from helpers.claims.rules.interval_rules import Word
from helpers.sentiment.labels.sample import KINDS

DUE = [c.id for c in read_register().values() if c.status == "testable"]


def test_every_claim_declares_its_needs():
    """Each has a rule, and an estimator unless nobody records what it needs."""
    assert all(Claim.of(id_).needs for id_ in DUE)
    gaps = {id_: Claim.of(id_).missing for id_ in DUE}
    assert {id_ for id_ in DUE if not gaps[id_] or gaps[id_].whom} == set(ESTIMATORS)
    assert all(get_rule(get_claim(id_)) for id_ in DUE)


@pytest.mark.parametrize("id_", ESTIMATORS)
def test_every_data_need_has_a_table_column(id_):
    """No claim waits for what a study could not bring."""
    assert not [need for need in Claim.of(id_).needs if need.recorded_nowhere]


@pytest.mark.parametrize("id_", DUE)
def test_every_claim_gets_a_verdict_with_a_reason_or_components(plant, id_):
    """A study of sixty groups gets a verdict or a reason on each."""
    verdict = evaluate(id_, plant(n=60))

    assert verdict.word is not None
    assert verdict.reason or verdict.components


def lacking(claim_id, study):
    """Return why a study cannot speak about a claim, or nothing."""
    gate = check_data(Claim.of(claim_id).needs, study)
    return "" if gate.passed else gate.detail


def test_the_data_gate_names_what_is_missing(plant):
    """The column, the field and the labels, each with the study that lacks it."""
    study = plant(n=60)

    assert lacking("s3-groups-start-with-friends", study) == (
        "needs dated joins (observability.joins_observed) and inviter of each join"
        " (arrivals.channel); planted has none of these"
    )
    assert "needs 300 hand labels of tone" in lacking("s4-link-tone-matters", study)


def test_every_labelling_question_has_a_label_kind():
    """A question of `shequn label` is a place that labels have."""
    assert set(QUESTIONS) == set(KINDS)
    (*_, tone) = Claim.of("s4-link-tone-matters").needs
    assert not tone.recorded_nowhere


def test_claim_without_any_data_source_is_untestable_with_the_missing_data(plant):
    """Also where a study brings it: no estimator was written for it."""
    study = plant(n=60, owner_share=0.5).typed(["product"] * 60, "firm purpose")
    verdict = evaluate("s1-most-firms-customer-purposes", study)

    assert verdict.word is Word.UNTESTABLE
    assert verdict.reason == str(get_missing("s1-most-firms-customer-purposes"))
    assert verdict.reason.startswith("nobody is known to record what at least 50 firms")


def test_an_empty_column_does_not_meet_a_need(plant):
    """Room for a value is not a value."""
    study = plant(n=60, owner_share=float("nan"))

    assert "windows.owner_share" in lacking("s0-owner-alone-fails", study)
    assert not lacking("s0-owner-alone-fails", plant(n=60, owner_share=0.5))


def test_unfalsifiable_verdict_does_not_depend_on_the_study(plant):
    """Their word does not depend on the study."""
    entry = get_claim("s3-headache-ranking")

    assert evaluate(entry.id, plant(n=60)).word is Word.UNFALSIFIABLE


def test_scoreboard_row_has_verdict_numbers_definition_and_reason(plant):
    """Verdict, numbers, what was counted as what, and the reason."""
    board = build_scoreboard([plant(n=60)]).set_index("claim")
    told = {"study", "verdict", "qualifiers", "estimate", "low", "high", "n"}

    assert told | {"definition", "reason"} <= set(board.columns)
    assert "silence of 60 days" in board.loc["s0-three-month-death", "definition"]
    assert board.loc["s4-core-distributes", "reason"].startswith("needs inviter")
    assert board.loc[board["priority"] < 3, "verdict"].notna().all()
