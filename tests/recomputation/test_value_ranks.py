"""Recompute from raw answers how similarly members of communities rank values."""

from __future__ import annotations

import numpy as np
import pytest

from tests.recomputation.plain_estimators import resampled, student
from tests.recomputation.register_lifetimes import raw

ANSWERS = "responses.csv.gz"
IMPORTANCE = [
    "I oppose this value",
    "Not Important",
    "Somewhat Important",
    "Important",
    "Very Important",
    "Extremely important",
]


def ranks_of_subreddits():
    """Return the ranks of nine values, where all were ranked."""
    rows = raw("reddit_values_survey", ANSWERS).set_index("group")
    return rows.filter(regex="_rank$").dropna()


def ranks_of_ecosystems():
    """Return ratings of eleven values as ranks; the mixed class is left out."""
    rows = raw("ecosystem_values_survey", ANSWERS)
    rows = rows[rows["ecosystem"] != "other"].dropna(subset="ecosystem")
    rated = rows.set_index("ecosystem").filter(regex=r"^value\.my\.")
    order = {answer: nth for nth, answer in enumerate(IMPORTANCE)}
    return rated.apply(lambda column: column.map(order)).dropna().rank(axis=1)


def average_correlations(communities, weights):
    """Return ICC(1,1), mean over values, from an analysis of variance per draw."""
    n = np.array([len(ranks) for ranks in communities])
    means = np.array([ranks.mean(axis=0) for ranks in communities])
    inside = np.array([ranks.var(axis=0) * len(ranks) for ranks in communities])
    found = []
    for times in weights:
        k, people = times.sum(), times @ n
        apart = means - (times * n) @ means / people
        between = (times * n) @ apart**2 / (k - 1)
        within = times @ inside / (people - k)
        size = (people - times @ n**2 / people) / (k - 1)
        found.append(((between - within) / (between + (size - 1) * within)).mean())
    return np.array(found)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("source", "ranks"),
    [
        ("reddit_values_survey", ranks_of_subreddits),
        ("ecosystem_values_survey", ranks_of_ecosystems),
    ],
)
def test_likeness_of_members_is_recomputed_from_raw_answers(product, source, ranks):
    """Of communities with five complete answers, resampled whole."""
    table = ranks()
    communities = [own.to_numpy() for _, own in table.groupby(level=0) if len(own) >= 5]
    count = len(communities)
    draws = np.vstack([np.ones(count), resampled(np.arange(count), draws=2000)])
    estimate, *again = average_correlations(communities, draws)
    found = product("s0-same-needs-level", source)
    assert found.n == sum(map(len, communities))
    assert found.estimate == pytest.approx(estimate, abs=1e-9)
    limits = student(estimate, np.std(again, ddof=1), count)
    assert (found.low, found.high) == pytest.approx(limits, abs=0.0015)
