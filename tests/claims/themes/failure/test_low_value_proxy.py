"""Groups without content told by length: planted shares, and unsettled ones."""

import numpy as np
import pandas as pd
import pytest

from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s2-low-value-majority"


def _world(value, links=0, groups=200):
    """Plant groups without an item in days 62–89; the rest have an eighth."""
    rng = np.random.default_rng(8)
    study = simulate_exponential(rng, groups, lived=90_000.0)
    low = np.arange(groups) < value * groups
    items = np.where(low, 0, 5)
    rows = {"group": np.arange(groups), "age_day": 70, "messages": 40, "items": items}
    table = pd.DataFrame(rows).assign(commented=items, links=np.where(low, 0, links))
    early = table.assign(age_day=61, items=40)
    both = pd.concat([table, early], ignore_index=True)
    return study.with_tables(
        content=both.assign(long=both["items"], half_long=both["items"])
    )


@pytest.mark.parametrize(("value", "word"), [(0.7, "SUPPORTED"), (0.3, "CONTRADICTED")])
def test_share_without_content_is_reported(value, word):
    """None of forty is too little, five are not; length decides nothing."""
    found = evaluate_in_memory(CLAIM, _world(value))

    assert found.word == "INCONCLUSIVE"
    assert found.reason == f"{word}, which this evidence may not decide"
    assert found.estimate == pytest.approx(value)
    assert "proxy" in found.qualifiers


def test_groups_full_of_links_are_unsettled():
    """They may be mostly advertisements: the limits reach to all of them."""
    found = evaluate_in_memory(CLAIM, _world(0.3, links=30))

    assert found.estimate == pytest.approx(0.3)
    assert found.high > 0.95
    assert found.word == "INCONCLUSIVE"
    assert "140 groups with content" in found.note
