"""One roster decides within itself; a few stand each on their own (amendment D3)."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from validation.coverage.subjects import SUBJECTS

MANY, STILL = "s0-lurkers-are-many", "s0-lurkers-still-identify"


def _planted(claim, share, groups):
    return SUBJECTS[claim].way.world(share, groups, np.random.default_rng(1))


def _lurkers(study, count):
    rows = study.tables["roster"]
    rows[["lurkers", "at_most_1", "at_most_3"]] = count
    return study


def test_members_known_only_from_joins_do_not_support():
    """Where no leaving is recorded, leavers pass for lurkers: the share errs upward."""
    study = _planted(MANY, 0.7, 30)
    listed = evaluate(MANY, study.seen(members_source="roster"))
    joined = evaluate(MANY, study.seen(members_source="events", leaves_observed=False))
    assert (listed.word, joined.word) == ("SUPPORTED", "INCONCLUSIVE")
    assert listed.estimate == joined.estimate


@pytest.mark.parametrize(("count", "word"), [(70, "SUPPORTED"), (30, "CONTRADICTED")])
def test_single_roster_gives_a_verdict_within_itself(count, word):
    """A hundred members with exact limits; four are too few for a mean over groups."""
    four = evaluate(MANY, _lurkers(_planted(MANY, 0.5, 4), count))
    study = _lurkers(_planted(MANY, 0.5, 3), count)
    study.tables["groups"] = study.tables["groups"].iloc[:1]
    one = evaluate(MANY, study)
    assert (one.word, one.estimate, one.n) == (word, count / 100, 100)
    assert one.interval.method.startswith("Clopper–Pearson")
    assert (four.word, four.qualifiers[0], four.interval) == (word, "in all 4", None)


def test_refusal_counts_groups_with_ten_members():
    """The gate says how many there are."""
    study = _planted(MANY, 0.5, 4)
    study.tables["roster"]["members"] = 9
    found = evaluate(MANY, study)
    assert found.reason.startswith("groups: 0 groups with ≥ 10 such members, 1 needed")


@pytest.mark.parametrize(
    ("reads", "word"), [("person", "CONTRADICTED"), ("none", "INCONCLUSIVE")]
)
def test_reactions_without_reads_do_not_contradict(reads, word):
    """Who does not react may read; only where reading is known it is told."""
    study = _planted(STILL, 0.05, 30).seen(reads_observed=reads)
    found = evaluate(STILL, study)
    assert found.word == word
    assert ("lower bound" in found.qualifiers) is (reads == "none")


def test_leavers_who_wrote_enter_only_the_bounds():
    """Of 100 members 50 wrote and left, 30 of the 50 who stayed are silent: 0.6."""
    study = _varied(30)
    study.tables["roster"]["gone_spoke"] = 50
    found = evaluate(MANY, study)
    weighted = next(one.interval for one in found.beside if "weighted" in one.name)
    assert found.estimate == pytest.approx(0.6)
    assert weighted.estimate == pytest.approx(0.6)
    assert found.low == pytest.approx(0.3, abs=0.01)
    variant = next(one for one in found.specifications if "at most 3" in one.name)
    assert variant.components[0].estimate == pytest.approx(0.6)


def test_group_without_remaining_members_has_no_share():
    """It is no group in which nobody is silent."""
    study = _varied(60)
    rows = study.tables["roster"]
    left = rows["group"] < 20
    rows.loc[left, ["lurkers", "at_most_1", "at_most_3"]] = 0
    rows.loc[left, "gone_spoke"] = 100
    assert evaluate(MANY, study).estimate == pytest.approx(0.6)


def _varied(count):
    """Return sixty groups of a hundred, one more or less than so many silent."""
    study = _planted(MANY, 0.5, 60)
    more = 1 - 2 * (study.tables["roster"]["group"] % 2)
    for column in ("lurkers", "at_most_1", "at_most_3"):
        study.tables["roster"][column] = count + more
    return study
