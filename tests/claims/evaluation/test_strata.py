"""Sources as strata of one estimate."""

from dataclasses import replace

import pytest

from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.evaluation import curves as source
from helpers.claims.evaluation.evaluate import evaluate, evaluate_together
from helpers.claims.evaluation.registry import STRATIFIED
from helpers.claims.evaluation.standing import apply_standings, limit_by_places
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_studies, open_study
from tests.claims.intervals import around

SEVERAL = sorted(set(STRATIFIED) - {"s0-owner-alone-fails", "s4-teachers-and-learners"})


@pytest.fixture(autouse=True)
def _without_curves(monkeypatch):
    """Leave specifications out: what is asked here is the estimate."""
    monkeypatch.setattr(source, "ON_THE_RUN", 0)


@pytest.mark.parametrize("claim_id", SEVERAL)
def test_sources_of_another_estimator_do_not_make_the_pooled_one_untestable(claim_id):
    """Sources that only another stand-in can be asked of take no answer away."""
    verdict = evaluate_together(claim_id, open_studies())

    assert verdict is not None
    assert verdict.word is not Word.UNTESTABLE, verdict.reason
    assert verdict.components[0] is not None


def test_a_pooled_estimate_names_its_sources():
    """How many sources it rests on can be counted."""
    verdict = evaluate_together("s0-size-10-30-best", open_studies())

    assert verdict is not None
    assert len(set(verdict.sources)) == len(verdict.sources) > 1


def test_arm_too_small_in_the_pooled_sources_is_refused():
    """Twelve one-sided groups in two sources are no thirty."""
    verdict = evaluate_together("s4-teachers-and-learners", open_studies())

    assert verdict.word is Word.UNTESTABLE
    assert "12 not, 30 needed" in verdict.reason


def test_small_networks_are_strata_of_one_estimate():
    """Leads of three communities: none has thirty groups in each arm alone."""
    verdict = evaluate("s0-owner-alone-fails", open_study("zh_sig_roles"))

    assert {part.word for part in verdict.parts} == {Word.UNTESTABLE}
    assert verdict.word is not Word.UNTESTABLE, verdict.reason
    assert "within 3 strata" in verdict.components[0].method


def test_stratum_that_decides_the_other_way_prevents_a_common_effect():
    """Half the hazard in one place, twice in another: nothing is decided."""
    rule = get_rule(get_claim("s0-seed-users-needed"))
    places = (Supplement("a", around(0.4, 0.05)), Supplement("b", around(1.5, 0.05)))
    finding = Finding(
        components=(around(0.7, 0.02),), definition="", gates=(), places=places
    )
    decision = rule.decide(*finding.components)
    found = apply_standings(decision, [limit_by_places(rule, finding)])

    assert found.word is Word.INCONCLUSIVE
    assert found.qualifiers == ("corpora disagree",)
    alike = replace(finding, places=places[:1])
    assert Word.SUPPORTED in limit_by_places(rule, alike).allowed


def test_each_stratum_estimate_is_reported_with_the_pooled_one():
    """Ratio to each other size, source by source, with the groups behind it."""
    verdict = evaluate_together("s0-size-10-30-best", open_studies())

    assert len(verdict.places) > 2
    names = [one.name for one in verdict.beside]
    for name in ("fcc_gitter", "zulip_archives/rust"):
        assert any(one.startswith(f"within {name}, 10–30 over < 10") for one in names)
