"""Groups without set times of content: planted hazards."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.definitions.content_counts import DEFINITIONS
from helpers.validation.worlds.claims.subject import verdict
from helpers.validation.worlds.claims.tabled import planted

CLAIM = "s0-no-plan-dies"


def _world(hazard, groups=900, planned=0.5):
    """Plant another hazard of groups without set times; some have no row at all."""
    rng = np.random.default_rng(6)
    times = rng.random(groups) < planned
    study = planted(rng, groups, life=np.where(times, 300.0, 300.0 / hazard))
    rows = pd.DataFrame({"group": np.arange(groups), "scheduled": times})
    rows = rows.assign(scheduled_narrow=times, other_posters=1)
    kept = rows[times | (rows.index % 2 == 0)]
    tables = [kept.assign(definition=name) for name in DEFINITIONS.values()]
    return study.with_tables(supply=pd.concat(tables, ignore_index=True))


@pytest.mark.parametrize(
    ("hazard", "word"), [(2.0, "SUPPORTED"), (0.9, "CONTRADICTED")]
)
def test_hazard_without_set_times_is_told(hazard, word):
    """Who has no item has no set time, and both are one arm."""
    found = verdict(CLAIM, _world(hazard))

    assert found.word == word, found.reason
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_few_with_set_times_are_refused():
    """Thirty groups in each arm are asked for, and both counts are told."""
    found = verdict(CLAIM, _world(2.0, 300, planned=0.03))

    assert found.word == "UNTESTABLE"
    assert "30 needed in each" in found.reason
