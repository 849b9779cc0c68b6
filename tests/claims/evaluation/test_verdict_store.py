"""A run computes a verdict once, whoever wants to know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.claims import evaluate
from helpers.claims.evaluation import verdict_store
from helpers.claims.evaluation.verdict_store import (
    keep_verdicts_in,
    load_verdict,
    make_verdicts,
    report_together,
)
from helpers.study import open_study

CLAIM = "s0-three-month-death"


@pytest.fixture(scope="module")
def study():
    """Open a small study."""
    return open_study("cn_colearning")


def test_stored_verdict_equals_the_computed_one(tmp_path, study):
    """Word, intervals, gates and all; and it is read, not computed again."""
    with keep_verdicts_in(tmp_path):
        make_verdicts([study])
        kept = load_verdict(CLAIM, study)
        assert load_verdict(CLAIM, study) is kept
    assert repr(kept) == repr(evaluate(CLAIM, study))


def test_verdicts_are_shared_between_notebooks(tmp_path, monkeypatch):
    """In the lab every chapter had evaluated all of its claims again."""
    asked, study = [], open_study("so_survey_2017")
    claim = "s0-lurkers-still-identify"
    monkeypatch.setattr(
        verdict_store, "_evaluate", lambda *of: asked.append(of) or evaluate(*of)
    )
    with keep_verdicts_in(tmp_path):
        for _ in range(2):  # a second process remembers nothing
            verdict_store._remember_verdict.cache_clear()
            verdict_store._read_rows.cache_clear()
            kept = load_verdict(claim, study)
    verdict_store._remember_verdict.cache_clear()
    assert len(asked) == 1
    assert repr(kept) == repr(evaluate(claim, study))


def test_changed_code_uses_a_separate_verdict_store(tmp_path, study):
    """What an earlier version left is thrown away."""
    (tmp_path / "of an earlier version").mkdir()
    with keep_verdicts_in(tmp_path):
        make_verdicts([study])
    assert len(list(tmp_path.iterdir())) == 1


def test_changed_tables_are_recomputed(tmp_path, study):
    """A study of the same name whose manifest differs has verdicts of its own."""
    other = replace(study, manifest=replace(study.manifest, looked_at=False))
    with keep_verdicts_in(tmp_path):
        make_verdicts([study])
        assert load_verdict(CLAIM, study).looked_at
        assert not load_verdict(CLAIM, other).looked_at


def test_combined_verdict_is_computed_once(tmp_path, monkeypatch):
    """Each chapter reads the same; fewer sources are another question."""
    studies = [open_study(name) for name in ("cn_colearning", "houston_slack")]
    asked = []

    def together(claim_id, of):
        asked.append((claim_id, len(of)))

    with keep_verdicts_in(tmp_path):
        make_verdicts(studies)
        monkeypatch.setattr(verdict_store, "evaluate_together", together)
        report_together(CLAIM, studies)
        assert asked == []
        report_together(CLAIM, studies[:1])
        assert asked == [(CLAIM, 1)]
