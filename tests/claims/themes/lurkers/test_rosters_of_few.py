"""One roster decides within itself; a few stand each on their own (amendment D3)."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.validation.coverage.subjects import SUBJECTS

MANY, STILL = "s0-lurkers-are-many", "s0-lurkers-still-identify"


def _planted(claim, share, groups):
    return SUBJECTS[claim].way.world(share, groups, np.random.default_rng(1))


def _first(study, groups):
    study.tables["groups"] = study.tables["groups"].iloc[:groups]
    return study


def _lurkers(study, count):
    rows = study.tables["roster"]
    rows[["lurkers", "at_most_1", "at_most_3"]] = count
    return study


@pytest.mark.parametrize(("count", "word"), [(70, "SUPPORTED"), (30, "CONTRADICTED")])
def test_members_of_one_roster_are_units(count, word):
    """A hundred members say with exact limits what their roster is like."""
    study = _first(_planted(MANY, 0.5, 3), 1)
    found = evaluate(MANY, _lurkers(study, count))
    assert (found.word, found.estimate, found.n) == (word, count / 100, 100)
    assert found.interval.method.startswith("Clopper–Pearson")


@pytest.mark.parametrize(("count", "word"), [(70, "SUPPORTED"), (30, "CONTRADICTED")])
def test_four_rosters_stand_each_on_their_own(count, word):
    """Too few for a mean over groups, which is no reason to refuse."""
    study = _planted(MANY, 0.5, 4)
    found = evaluate(MANY, _lurkers(study, count))
    assert (found.word, found.qualifiers[0]) == (word, "in all 4")
    assert found.interval is None


def test_no_group_with_ten_members_is_counted_in_the_refusal():
    """The gate says how many there are."""
    study = _planted(MANY, 0.5, 4)
    study.tables["roster"]["members"] = 9
    found = evaluate(MANY, study)
    assert found.reason.startswith("groups: 0 groups with ≥ 10 such members, 1 needed")


@pytest.mark.parametrize(
    ("reads", "word"), [("person", "CONTRADICTED"), ("none", "INCONCLUSIVE")]
)
def test_reactions_without_reads_contradict_nothing(reads, word):
    """Who does not react may read; only where reading is known it is told."""
    study = _planted(STILL, 0.05, 30).seen(reads_observed=reads)
    found = evaluate(STILL, study)
    assert found.word == word
    assert ("lower bound" in found.qualifiers) is (reads == "none")
