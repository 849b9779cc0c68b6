"""Published numbers come out again, and the committed table is what the code gives."""

from helpers import paths
from validation.coverage.anchors import _compare_anchor, compute_anchors

DATA = paths.ROOT / "tests" / "data"
COMMITTED = paths.PROCESSED / "calibration" / "anchors.csv"


def test_every_used_anchor_is_reproduced():
    """No published number is missed by more than its stated tolerance."""
    table = compute_anchors(DATA)
    used = table[table["published"].notna()]

    assert len(used) > 30
    assert set(used["status"]) == {"reproduced"}


def test_a_missed_anchor_is_reported():
    """A number off by more than its tolerance does not pass for reproduced."""
    off = {"published": {"male": 271}, "data": "lung", "what": "", "tolerance": 0.0}
    (row,) = _compare_anchor("3", off, DATA)

    assert row["status"] == "missed"


def test_committed_table_is_live():
    """What is published is what the estimators give today."""
    text = compute_anchors(DATA).to_csv(index=False, lineterminator="\n")

    assert COMMITTED.read_text("utf-8") == text
