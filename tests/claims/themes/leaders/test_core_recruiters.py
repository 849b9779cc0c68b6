"""Links that core members carry in: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate

CLAIM = "s4-core-distributes"


def _carrying(plant, ratio, groups=80, *, with_links=None):
    """Plant four core members and twelve others, who carry at a ratio a head."""
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"group": np.arange(groups), "cores": 4, "others": 12})
    some = np.arange(groups) < (groups if with_links is None else with_links)
    rows["by_cores"] = rng.poisson(4 * ratio, groups) * some
    rows["by_others"] = (1 + rng.poisson(11, groups)) * some
    each = [rows.assign(least_days=days) for days in (4, 8, 12)]
    return plant(2, groups).with_tables(carriers=pd.concat(each))


@pytest.mark.parametrize(("ratio", "word"), [(6, "SUPPORTED"), (1, "CONTRADICTED")])
def test_core_share_and_rate_equal_the_simulated_ones(plant, ratio, word):
    """Two thirds by the core at six times a head; a quarter at the same."""
    found = evaluate(CLAIM, _carrying(plant, ratio))
    assert found.word == word
    assert found.components[1].low < ratio < found.components[1].high
    assert "proxy" in found.qualifiers


def test_fifty_groups_with_such_a_link(plant):
    """Groups without one tell nothing of who carries."""
    found = evaluate(CLAIM, _carrying(plant, 6, with_links=49))
    assert "49 groups, 50 needed" in found.reason
