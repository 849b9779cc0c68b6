"""Design sizes come from the published calibration, and a study reaches one or not."""

import pandas as pd
import pytest

from helpers import paths
from helpers.claims import build_scoreboard
from helpers.claims.claim import Claim
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study

PUBLISHED = paths.PROCESSED / "calibration" / "design.csv"


def test_required_groups_equal_the_published_calibration():
    """A claim's size is the table's; an empty one stays empty, not zero."""
    table = pd.read_csv(PUBLISHED).query("kind == 'claim'").set_index("subject")

    for name, row in table.iterrows():
        size = Claim.of(str(name)).design_size
        assert size.tried == row["tried"]
        assert (size.groups is None) == pd.isna(row["groups"])
        assert size.groups is None or size.groups == row["groups"]


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
