"""What exports of groups with known truth come to, through the whole of a run."""

import pytest

from helpers.claims import evaluate
from tests.simulated import groups, study_of

END = 1000  # days after the first births


@pytest.fixture(scope="module")
def hibernating(tmp_path_factory):
    """Return groups that never die: two weeks of talk, then 75 to 130 days of none."""
    world = groups(70, END, rate=2, pauses=(75, 130), born_days=500)
    return study_of(world, tmp_path_factory.mktemp("hibernating"))


def test_groups_that_pause_are_not_dead(hibernating):
    """A silence that ended is no death, by any definition that votes."""
    found = evaluate("s0-three-month-death", hibernating)

    assert found.word == "CONTRADICTED", found.reason
    assert found.estimate < 0.1


def test_groups_that_pause_do_not_support_failure(hibernating):
    """All failed once, for few posters; nearly all came back, and that is printed."""
    found = evaluate("s1-over-90-fail", hibernating)
    beside = {one.name: one.interval for one in found.beside}

    assert found.low > 0.9
    assert found.word == "INCONCLUSIVE"
    assert found.reason.startswith("SUPPORTED, but not by failed for good")
    assert beside["silence alone"].high < 0.5
    assert beside["failed for good"].high < 0.5
    assert "recovered" in found.note
