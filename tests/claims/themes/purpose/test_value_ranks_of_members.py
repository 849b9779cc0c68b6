"""Likeness of members: shown with the count of founding years that refused a slope."""

from __future__ import annotations

import pandas as pd

from helpers.claims.evaluation.evaluate import evaluate
from tests.claims.registers import as_of, facts, registry

CLAIM = "s0-same-needs-level"


def _study(people, communities=40):
    rows = pd.DataFrame(
        [
            {
                "group": group,
                "value": value,
                "people": people,
                "total": float(group % 3),
            }
            for group in range(communities)
            for value in ("trust", "size")
        ]
    )
    return as_of(
        "reddit_values_survey",
        registry=registry(communities, 300),
        value_ranks=rows.assign(squares=people * 4.0),
        facts=facts(communities, founded=2008.0),
    )


def test_similarity_of_members_does_not_decide_a_trend():
    """One founding year has enough communities: no slope."""
    found = evaluate(CLAIM, _study(8))
    assert found.word == "INCONCLUSIVE"
    assert not found.decides
    assert "1 founding years with 30 communities, 3 needed for a slope" in found.note


def test_communities_with_few_responses_are_refused():
    """Four responses are one too few."""
    found = evaluate(CLAIM, _study(4))
    assert found.word == "UNTESTABLE"
    assert "0 communities with 5 responses, 10 needed" in found.reason
