"""Design sizes come from the published calibration, and a study reaches one or not."""

import pytest

from helpers.claims import build_scoreboard
from helpers.claims.claim import Claim
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study


def test_a_claim_without_calibration_has_none():
    """What is never tested is never planted."""
    assert Claim.of("s3-headache-ranking").design_size is None


@pytest.mark.usefixtures("kept_verdicts")
def test_scoreboard_compares_required_groups_with_the_estimates_n():
    """What is compared is n, not how many groups a study lists."""
    study = open_study("fcc_gitter")
    board = build_scoreboard([study]).set_index("claim")
    name = "s0-three-month-death"

    assert board.loc[name, "n"] == load_verdict(name, study).n
    enough = Claim.of(name).design_size.reached(board.loc[name, "n"])
    assert board.loc[name, "reached"] == enough
    assert board["reached"].isna()[board["n"].isna()].all()
