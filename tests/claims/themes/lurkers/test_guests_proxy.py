"""Members who never answered: a least number, so that it may only support."""

from __future__ import annotations

import pytest

from helpers.claims.evaluation.evaluate import evaluate
from tests.claims.registers import as_of, facts, registry

CLAIM = "s0-lurkers-are-many"


def _study(guests, groups=30, events=20.0):
    return as_of(
        "nashville_meetup",
        registry=registry(groups, 700),
        facts=facts(groups, events=events, members=100.0, guests=guests),
    )


@pytest.mark.parametrize(
    ("guests", "word"), [(20.0, "SUPPORTED"), (80.0, "INCONCLUSIVE")]
)
def test_few_silent_members_do_not_contradict(guests, word):
    """Guests who left before the end are subtracted from members all the same."""
    found = evaluate(CLAIM, _study(guests))
    assert found.estimate == pytest.approx(1 - guests / 100)
    assert found.word == word


def test_groups_that_hardly_met_are_excluded():
    """Silence where nobody was invited is none."""
    found = evaluate(CLAIM, _study(20.0, events=5.0))
    assert found.word == "UNTESTABLE"
    assert "0 groups with 6 events, 8 needed" in found.reason
