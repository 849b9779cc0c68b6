"""Hazards compared: planted effects, few events, arms that are too small."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.designs.hazards import (
    Landmark,
    compare_at_landmark,
    estimate_ratio_of_lives,
    mark_terciles,
)
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.group_lives.ends import Ends
from helpers.survival.lifetimes import Lifetimes
from tests.claims.planted import list_groups, plant


def _plant_lives(ratio, *, number=600, seed=3, network="one"):
    """Plant lives whose hazard rises with size, and by a ratio in the first half."""
    rng = np.random.default_rng(seed)
    exposed = np.arange(number) < number / 2
    size = rng.normal(size=number) + exposed  # larger groups are exposed more often
    days = 28 + rng.exponential(200 / np.where(exposed, ratio, 1.0) / np.exp(size / 2))
    evidence = plant(list_groups(number, network=network))
    ended = days < 300
    every = np.zeros(number)
    lives = Lifetimes(
        group=np.arange(number),
        network=evidence.groups["network"].to_numpy(object),
        batch=evidence.groups["batch"].to_numpy(object),
        durations=np.minimum(days, 300.0),
        ended=ended,
        entry=every,
        potential=every + 300,
        waited=every + 60,
        slow=every > 0,
        never_active=every > 0,
        last_age=np.minimum(days, 300.0),
        revived=every > 0,
        listed=number,
        born_late=0,
        gone_before_entry=0,
        definition="planted",
    )
    ends = Ends(lives, every > 0)
    adjust = pd.DataFrame({"size": size})
    return evidence, pd.Series(exposed.astype(float)), adjust, ends


def test_planted_hazard_ratio_is_recovered_beside_a_confounder():
    """Unadjusted it is too high; adjusted it is what statsmodels gives."""
    evidence, exposed, adjust, ends = _plant_lives(1.5)
    found = compare_at_landmark(
        evidence, exposed, 28, adjust=adjust, define=lambda _: ends
    )
    assert found.low < 1.5 < found.high
    alone = compare_at_landmark(
        evidence, exposed, 28, adjust=adjust[[]], define=lambda _: ends
    )
    assert alone.estimate > found.estimate + 0.3
    model = sm.PHReg(
        ends.lives.durations,
        np.column_stack([exposed, adjust["size"]]),
        status=ends.lives.ended,
        entry=np.full(600, 28.0),
        ties="efron",
    )
    expected = np.exp(model.fit(disp=0).params[0])
    assert found.estimate == pytest.approx(expected, rel=1e-6)


def test_groups_that_ended_before_the_landmark_are_not_at_risk():
    """A later landmark drops those that ended; what is no death is censored."""
    evidence, exposed, adjust, ends = _plant_lives(1.5)
    later = Landmark(
        evidence=evidence,
        exposure=exposed,
        adjust=adjust,
        day=100.0,
        define=lambda _: ends,
    )
    data = later.select_at_risk()
    assert len(data) == int((ends.lives.durations > 100).sum())
    spared = Ends(ends.lives, ends.lives.ended)
    none_died = replace(later, define=lambda _: spared)
    assert not none_died.select_at_risk()["ended"].any()


def test_too_small_arms_and_too_few_networks_refuse():
    """With the count that is lacking, or to be estimated by network."""
    evidence, exposed, adjust, ends = _plant_lives(1.0)
    few = exposed.where(exposed.index.isin(range(25)) | exposed.eq(0))
    with pytest.raises(NotIdentifiableError, match="25 units in the smaller arm"):
        compare_at_landmark(evidence, few, 28, adjust=adjust, define=lambda _: ends)
    evidence, exposed, adjust, ends = _plant_lives(1.0, network=["a", "b"] * 300)
    with pytest.raises(FewNetworksError):
        compare_at_landmark(evidence, exposed, 28, adjust=adjust, define=lambda _: ends)


def test_few_events_in_an_arm_are_compared_as_rates_within_fifths():
    """Three events against sixty: a ratio near theirs, with a lower limit of 0."""
    rng = np.random.default_rng(5)
    number = 400
    arm = np.arange(number) < 100
    size = rng.normal(size=number)
    ended = np.where(arm, np.arange(number) < 3, np.arange(number) % 5 == 0)
    data = pd.DataFrame({"entry": 28.0, "duration": 84.0, "ended": ended})
    table = pd.DataFrame({"arm": arm.astype(float), "size": size})
    found = estimate_ratio_of_lives(data, table, np.arange(number))
    assert found.estimate == pytest.approx(0.03 / 0.2, abs=0.03)
    assert found.low == 0 < found.estimate < found.high < 0.6


def test_terciles_leave_the_middle_out():
    """Where nearly all have one value there is no third to compare."""
    marked = mark_terciles(pd.Series([0.0, 1, 2, 3, 4, 5]))
    assert marked.dropna().tolist() == [0, 0, 1, 1]
    assert mark_terciles(pd.Series([1.0] * 5 + [2.0])).isna().all()
