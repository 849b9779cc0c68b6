"""Randomised sources have a synthesis of their own, whose certainty starts at high."""

from helpers.synthesis.record import record_of
from helpers.synthesis.synthesis import run_synthesis
from tests.synthesis.planted import RATIO, verdict

RANDOM = ("randomised",)


def _run(*studies):
    found = [
        verdict(name, 2.0, claim_id=RATIO, qualifiers=qualifiers)
        for name, qualifiers in studies
    ]
    return run_synthesis(RATIO, found)


def test_a_trial_among_associations_is_graded_alone():
    """It does not inherit the low start of what was only observed."""
    mixed = _run(("trial", RANDOM), ("seen", ("association",)))
    assert mixed.grade.reasons[0].code == "observed"
    assert mixed.trials.grade.reasons[0].code == "randomised"
    assert mixed.trials.grade.level > mixed.grade.level
    assert [one.study for one in mixed.trials.deciding.readings] == ["trial"]


def test_trials_alone_are_not_repeated():
    """Where all sources are randomised, the synthesis is of them."""
    alone = _run(("trial", RANDOM), ("other", RANDOM))
    assert alone.trials is None
    assert record_of(alone)["trials"] is None


def test_no_trial_synthesis_without_a_trial():
    """Counted sources are not compared at random."""
    assert _run(("one", ()), ("two", ("association",))).trials is None
