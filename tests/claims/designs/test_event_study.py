"""Events against controls: by hand, and nothing where nothing happened."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.event_study import (
    Series,
    estimate_event_ratio,
    stack_events,
)
from helpers.errors import NotIdentifiableError


@pytest.fixture
def talk(plant):
    """Return the daily counts of groups that all live from day 0 on."""
    study = plant(n=30, life=9e4)
    study.tables["groups"][["origin_us", "entry_us"]] = 0
    rng = np.random.default_rng(5)
    group, day = np.repeat(np.arange(30), 400), np.tile(np.arange(400), 30)
    said = pd.DataFrame({"group": group, "day": day, "value": rng.poisson(4, 12000)})
    evidence = Evidence.of(study)
    return evidence, Series.of(evidence, said), said


def test_counts_of_a_window_include_both_end_days_only(talk):
    """Both ends included, and none beyond."""
    _, series, said = talk
    mine = said[(said["group"] == 7) & said["day"].between(103, 109)]

    assert series.between(100, 3, 9)[7] == mine["value"].sum()


def test_single_event_gives_the_ratio_of_ratios_to_controls(talk):
    """After over before, over the same of its three controls together."""
    evidence, series, _ = talk
    events = pd.DataFrame({"group": [4], "day": [200]})
    rows = stack_events(series, events, (1, 14))
    sums = rows.groupby(["treated", "post"])["value"].sum()
    by_hand = sums[1, 1] / sums[1, 0] / (sums[0, 1] / sums[0, 0])
    found = estimate_event_ratio(evidence, series, events, (1, 14))

    assert found.estimate == pytest.approx(by_hand, rel=1e-6)
    assert rows.loc[rows["treated"] == 0, "group"].nunique() == 3


def test_groups_with_an_event_nearby_are_not_used_as_controls(talk):
    """Where all have one there is nothing to compare with."""
    _, series, _ = talk
    events = pd.DataFrame({"group": range(30), "day": 200})

    with pytest.raises(NotIdentifiableError, match="compare"):
        stack_events(series, events, (1, 14))


def test_events_of_another_kind_keep_a_group_from_being_a_control(talk):
    """Who had a lesson then is nothing to compare a meeting with."""
    _, series, _ = talk
    meetings = pd.DataFrame({"group": range(10), "day": 200})
    lessons = pd.DataFrame({"group": range(10, 25), "day": 210})
    both = pd.concat([meetings, lessons])
    alone, apart = (
        set(stack_events(series, meetings, (1, 14), near)["group"])
        & set(lessons["group"])
        for near in (meetings, both)
    )

    assert alone
    assert not apart
