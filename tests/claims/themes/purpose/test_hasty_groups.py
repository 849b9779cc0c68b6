"""Groups that were counted full at once, planted to die sooner, or not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.records import DAY_US
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s0-hasty-copycat-dies"
N = 400


def _study(hazard, *, groups=N, counted=True):
    """Plant groups of 40 members; the more there were by day 2, the sooner they die."""
    rng = np.random.default_rng(31)
    share = rng.uniform(0.1, 1.0, groups)
    life = np.where(share > 0.5, 300.0 / hazard, 300.0)
    study = simulate_exponential(rng, groups, life=28 + rng.exponential(life))
    born = study.tables["groups"]["origin_us"] // DAY_US
    rows = {"group": np.arange(groups), "day": born + 1, "members": 40 * share}
    later = {"group": np.arange(groups), "day": born + 27, "members": 40.0}
    both = pd.concat([pd.DataFrame(rows) if counted else None, pd.DataFrame(later)])
    study = study.with_tables(snapshots=both.sort_values(["group", "day"]))
    return replace(study.seen(members_source="count"), name="own")


@pytest.mark.parametrize(
    ("hazard", "word"), [(3.0, "SUPPORTED"), (1.0, "CONTRADICTED")]
)
def test_simulated_hazard_of_hasty_groups_is_recovered(hazard, word):
    """And contradicted, limits doubled, where it was not."""
    found = evaluate_in_memory(CLAIM, _study(hazard, groups=1500 if hazard == 1 else N))
    assert found.word == word
    assert "proxy" in found.qualifiers


def test_group_without_an_early_count_is_excluded():
    """The gate counts what is left: nothing."""
    found = evaluate_in_memory(CLAIM, _study(3.0, counted=False))
    assert found.word == "UNTESTABLE"
    assert "0 exposed and 0 not, 30 needed" in found.reason
