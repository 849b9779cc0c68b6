"""Rates of two arms, one of which hardly ended: by hand and by statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from helpers.claims.designs.hazards.two_arms import (
    estimate_rate_ratio_by_month,
    estimate_relative_rate,
)
from helpers.errors import NotIdentifiableError
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory

RNG = np.random.default_rng(8)


def _rows(n=600, of=(0.02, 0.1)):
    arm = RNG.integers(0, 2, n)
    volume = RNG.normal(size=n)
    ended = RNG.random(n) < np.where(arm, *of)
    return ended, pd.DataFrame({"arm": arm, "volume": volume})


def test_mantel_and_haenszel_over_strata():
    """Rows of one day each: with equal days the weights are those of risks."""
    ended, exposures = _rows()
    fifth = np.ceil(exposures["volume"].rank(pct=True) * 5)
    tables = [
        [
            [(ended & (exposures["arm"] == arm) & (fifth == nth)).sum(),
             (~ended & (exposures["arm"] == arm) & (fifth == nth)).sum()]
            for arm in (1, 0)
        ]
        for nth in range(1, 6)
    ]  # fmt: skip
    found = estimate_relative_rate(ended, np.ones(600), exposures, np.arange(600))

    assert found.estimate == pytest.approx(
        StratifiedTable([np.array(t) for t in tables]).riskratio_pooled, abs=1e-6
    )


def test_rate_ratio_does_not_depend_on_the_time_unit():
    """A ratio of rates knows no unit of time."""
    ended, exposures = _rows()
    days = RNG.uniform(1, 28, 600)
    one, two = (
        estimate_relative_rate(ended, unit * days, exposures, np.arange(600))
        for unit in (1, 30)
    )

    assert (two.estimate, two.low, two.high) == pytest.approx(
        (one.estimate, one.low, one.high)
    )


def test_lifetimes_are_split_by_month_of_age():
    """A group that lived sixty days ended in its third month, after four days."""
    data = pd.DataFrame(
        {"entry": 0.0, "duration": [60.0, 84.0] * 9, "ended": [1, 0] * 9}
    )
    arm = pd.DataFrame({"arm": [1.0] * 9 + [0.0] * 9})
    found = estimate_rate_ratio_by_month(data, arm, np.arange(18))
    one, other = 5 / (5 * 60 + 4 * 84), 4 / (4 * 60 + 5 * 84)

    assert found.estimate == pytest.approx(one / other)


def test_arms_without_overlap_in_volume_are_refused():
    """Nothing is carried beyond the volume at which both arms were seen."""
    arm = np.repeat([1, 0], [40, 60])
    apart = pd.DataFrame({"arm": arm, "volume": arm + RNG.uniform(0, 0.01, 100)})
    with pytest.raises(NotIdentifiableError, match="compares the two arms"):
        estimate_relative_rate(
            np.arange(100) % 9 == 0, np.ones(100), apart, np.arange(100)
        )


@pytest.mark.parametrize(("value", "word"), [(1e-4, "SUPPORTED"), (1.0, None)])
def test_a_core_that_hardly_ever_dies(value, word):
    """Planted: groups with a core end ten thousand times more seldom, or as often."""
    world = SUBJECTS["s4-core-members-needed"].way.world
    study = world(value, 300, np.random.default_rng(2))
    found = evaluate_in_memory("s4-core-members-needed", study)

    assert (found.word == "SUPPORTED") is (word == "SUPPORTED")
    if word:
        assert "under 5 ended" in found.components[0].method
        assert found.low <= value <= found.high


def test_rates_are_compared_within_communities():
    """Rows of one day each in two places: the weights are those of risks."""
    rng = np.random.default_rng(4)
    place = np.repeat(["brief", "lasting"], 300)
    arm = rng.random(600) < np.where(place == "brief", 0.2, 0.8)
    ended = rng.random(600) < np.where(place == "brief", 0.3, 0.02)
    tables = [
        np.array([
            [(own & (arm == side) & (ended == end)).sum() for end in (True, False)]
            for side in (True, False)
        ])
        for own in (place == "brief", place == "lasting")
    ]  # fmt: skip
    exposures = pd.DataFrame({"arm": arm.astype(float)})
    found = estimate_relative_rate(
        ended, np.ones(600), exposures, np.arange(600), place
    )

    assert found.estimate == pytest.approx(StratifiedTable(tables).riskratio_pooled)


def test_volume_quintiles_are_computed_within_each_community():
    """A place of large groups is no stratum of its own by being large."""
    rng = np.random.default_rng(9)
    place = np.repeat(["small", "large"], 200)
    volume = rng.normal(size=400) + 100 * (place == "large")
    exposures = pd.DataFrame(
        {"arm": rng.random(400) < 0.5, "volume": volume}, dtype=float
    )
    ended = rng.random(400) < 0.2
    found = estimate_relative_rate(
        ended, np.ones(400), exposures, np.arange(400), place
    )

    assert "10 of 10 strata compare" in found.method
