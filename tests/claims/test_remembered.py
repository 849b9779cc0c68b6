"""One run asks an estimator once about a claim, whoever wants to know."""

from __future__ import annotations

import pytest

from helpers.claims import evaluate
from helpers.claims.estimators import ESTIMATORS
from helpers.claims.remembered import once_a_run, remembering
from helpers.study import open_study

CLAIM = "s0-three-month-death"


@pytest.fixture(scope="module")
def study():
    """Open a small study."""
    return open_study("cn_colearning")


def test_a_claim_is_evaluated_once_in_a_run(tmp_path, study):
    """And what is remembered is what was found."""
    asked = []
    find = once_a_run(lambda claim, of: (asked.append(claim), of.name)[1])
    with remembering(tmp_path):
        assert {find(CLAIM, study), find(CLAIM, study)} == {study.name}
    assert asked == [CLAIM]
    assert find(CLAIM, study) == study.name
    assert asked == [CLAIM, CLAIM]


def test_a_remembered_verdict_equals_the_one_found(tmp_path, study):
    """Word, intervals, gates and all."""
    with remembering(tmp_path):
        first, second = evaluate(CLAIM, study), evaluate(CLAIM, study)
    assert first is not second
    assert repr(first) == repr(second)
    assert not list(tmp_path.iterdir())


def test_every_estimator_can_be_remembered(tmp_path, study):
    """A verdict that could not be written down would end the run."""
    with remembering(tmp_path):
        for claim in ESTIMATORS:
            evaluate(claim, study)
