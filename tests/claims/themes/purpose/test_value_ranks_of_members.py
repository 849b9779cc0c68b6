"""Likeness of members: shown with the count of founding years that refused a slope."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry
from tests.raw_corpora import SHARED, needs_raw

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


@needs_raw
def test_similarity_of_members_is_recomputed_from_raw_responses():
    """Independent recomputation: variance components of one value from rows."""
    raw = pd.read_csv(SHARED / "reddit_values_survey" / "responses.csv.gz")
    names = [name for name in raw if name.endswith("_rank")]
    whole = raw.dropna(subset=names)
    size = whole.groupby("group")["trust_rank"].transform("size")
    own = whole[size >= 5]
    by = own.groupby("group")["trust_rank"]
    n, k = by.size(), by.ngroups
    between = (n * (by.mean() - own["trust_rank"].mean()) ** 2).sum() / (k - 1)
    within = (by.var() * (n - 1)).sum() / (len(own) - k)
    mean_size = (len(own) - (n**2).sum() / len(own)) / (k - 1)
    icc = (between - within) / (between + (mean_size - 1) * within)
    found = evaluate(CLAIM, open_study("reddit_values_survey"))
    (trust,) = (one for one in found.beside if one.name == "rank of trust")
    assert trust.interval.estimate == pytest.approx(icc)
    assert np.isfinite(trust.interval.low)
