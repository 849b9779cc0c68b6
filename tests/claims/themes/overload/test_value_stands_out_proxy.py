"""Pulls of content from sums over pairs of groups: planted, and told apart."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities.activity import DEFINITIONS
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s2-value-stands-out"


def _world(ratio, *, people=5, written=120, seed=4):
    """Plant shares of pairs whose log odds rise with content and with its product."""
    rng = np.random.default_rng(seed)
    cells = pd.MultiIndex.from_product(
        [range(60), [2, 4, 8], range(1, 31, 3)],
        names=["people_class", "groups", "points"],
    ).to_frame(index=False)
    tens, doublings = cells["points"] / 10, np.log2(cells["groups"])
    odds = np.exp(tens * (0.1 + np.log(ratio) * doublings))
    total = rng.poisson(written, len(cells))
    cells["more"] = rng.binomial(total, odds / (1 + odds))
    cells["less"] = total - cells["more"]
    cells = cells.assign(people=people)
    ways = [(name, 1) for name in DEFINITIONS.values()] + [("items", 2), ("items", 4)]
    tables = [cells.assign(definition=name, lag=lag) for name, lag in ways]
    study = simulate_exponential(rng, 20, lived=90_000.0)
    return study.with_tables(choices=pd.concat(tables, ignore_index=True))


@pytest.mark.parametrize(
    ("ratio", "word"), [(1.15, "SUPPORTED"), (1.0, "CONTRADICTED")]
)
def test_indirect_effect_of_content_is_estimated_but_does_not_decide(ratio, word):
    """Own messages are part of the content: the number stays, the verdict does not."""
    found = evaluate_in_memory(CLAIM, _world(ratio))

    assert found.word == "INCONCLUSIVE"
    assert found.reason == f"{word}, which this evidence may not decide"
    assert "a person's own messages are part" in found.note
    assert found.low < ratio < found.high
    assert "proxy" in found.qualifiers


def test_few_people_in_three_groups_are_refused():
    """A hundred are asked for; the classes' people are counted once each."""
    found = evaluate_in_memory(CLAIM, _world(1.15, people=1))

    assert found.word == "UNTESTABLE"
    assert "60" in found.reason
    assert "people in 3 groups and more, 100 needed" in found.reason
