"""What is said of many claims at once agrees with what stands beside each verdict."""

import pytest

from helpers.claims import claim, evaluate
from helpers.claims.evaluation.multiplicity import families
from helpers.notebooks.trust import multiplicity_table
from helpers.study import open_study

CLAIMS = ("s0-three-month-death", "s0-novelty-decay", "s1-over-90-fail")
STUDIES = ("fcc_gitter", "houston_slack")


@pytest.fixture(scope="module")
def verdicts():
    """Return some claims in two studies."""
    studies = [open_study(name) for name in STUDIES]
    return [evaluate(name, study) for name in CLAIMS for study in studies]


def test_each_answered_claim_counts_once_in_its_theme(verdicts):
    """The table's sums are those of the families, none lost between themes."""
    frame, found = multiplicity_table(verdicts).frame, families(verdicts)

    assert set(frame["theme"]) == {claim(name).theme for name, _ in found}
    assert frame["answered"].sum() == len(found)
    assert frame["decided"].sum() == sum(one.decided for one in found.values())


def test_kept_are_decided_and_selected(verdicts):
    """A verdict that the threshold leaves open can not be kept."""
    frame = multiplicity_table(verdicts).frame

    assert (frame["decided and kept"] <= frame["decided"]).all()
    assert (frame["decided and kept"] <= frame["threshold excluded"]).all()


def test_without_an_answer_there_is_no_family():
    """One export of one group answers nothing: a table without rows, no error."""
    assert multiplicity_table([]).frame.empty
