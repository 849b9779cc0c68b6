"""Sources as strata of one estimate."""

import pytest

from helpers.claims.evaluation.registry import STRATIFIED
from helpers.claims.evaluation.strata import evaluate_together
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_studies


@pytest.mark.parametrize("claim_id", sorted(STRATIFIED))
def test_what_another_estimator_answers_is_no_stratum(claim_id):
    """Sources that only another stand-in can be asked of take no answer away."""
    verdict = evaluate_together(claim_id, open_studies())

    assert verdict is not None
    assert verdict.word is not Word.UNTESTABLE, verdict.reason
    assert verdict.legs[0] is not None


def test_a_pooled_estimate_names_its_sources():
    """How many sources it rests on can be counted."""
    verdict = evaluate_together("s0-size-10-30-best", open_studies())

    assert verdict is not None
    assert len(set(verdict.sources)) == len(verdict.sources) > 1
