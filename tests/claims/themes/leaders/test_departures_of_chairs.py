"""Silence after last chairs and others left: planted hazards by the month."""

import numpy as np
import pandas as pd
import pytest

from helpers.records import DAY_US
from tests.claims.registers import as_of, registry
from validation.worlds.claims.subject import evaluate_in_memory

CLAIM = "s4-owner-indispensable"


def _study(hazard, *, groups=800, wrote=5):
    """Plant a departure a group; in half of them nobody is left in office."""
    rng = np.random.default_rng(2)
    last = np.arange(groups) % 2 == 0
    life = 2 + rng.geometric(np.where(last, 0.03 * hazard, 0.03))
    parts = [
        pd.DataFrame(
            {
                "group": np.arange(groups), "others": np.where(last, 0, 1),
                "time_us": 900 * DAY_US, "silent": silent, "since": since,
                "before": 9, "between": wrote, "months": np.minimum(life, 60),
                "ended": life < 60,
            }
        )
        for silent in (1, 2, 3)
        for since in (2, 4)
    ]  # fmt: skip
    listed = registry(groups, 4000)
    return as_of("w3c_chairs", registry=listed, silent_months=pd.concat(parts))


@pytest.mark.parametrize(
    ("hazard", "word"), [(2.0, "SUPPORTED"), (0.7, "CONTRADICTED")]
)
def test_hazard_after_last_chair_leaves_is_recovered(hazard, word):
    """Both the whole follow-up and the landmark say so."""
    found = evaluate_in_memory(CLAIM, _study(hazard))
    assert found.low < hazard < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_departures_without_landmark_gate_do_not_support():
    """No group wrote in the three months after: its gate fails."""
    found = evaluate_in_memory(CLAIM, _study(2.0, wrote=0))
    assert found.word == "INCONCLUSIVE"
    assert "one-sided" in found.qualifiers


def test_refusal_counts_exposed_groups():
    """The register asks for thirty exposed."""
    found = evaluate_in_memory(CLAIM, _study(2.0, groups=50))
    assert found.word == "UNTESTABLE"
    assert "25 exposed and 25 not, 30 needed" in found.reason
