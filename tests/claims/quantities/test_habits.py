"""Hours, load and age: planted ratios and what could be taken for them."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import habits
from helpers.errors import NotIdentifiableError
from tests.claims.planted import list_groups, plant


def _plant_rhythm(rate, *, number=30):
    """Plant groups with so many messages an hour of the week."""
    rng = np.random.default_rng(1)
    group, weekday, hour = (axis.ravel() for axis in np.indices((number, 7, 24)))
    items = rng.poisson(rate(weekday, hour))
    rows = pd.DataFrame({"group": group, "weekday": weekday, "hour": hour})
    return rows.assign(items=items)


def test_rates_an_hour_are_compared_not_numbers_of_messages():
    """Spare time has 48 hours a week, working time 35: equal rates are a ratio of 1."""
    rhythm = _plant_rhythm(lambda _, hour: np.full(hour.shape, 4.0))
    found = habits.compare_hours(plant(list_groups(30), rhythm=rhythm))
    assert found.low < 1 < found.high
    assert found.high - found.low < 0.2


def test_evenings_and_weekends_are_told_apart():
    """Twice the messages on evenings of working days, half on weekends."""

    def rate(weekday, hour):
        evening = (weekday < 5) & (hour >= 19) & (hour < 23)
        return 4.0 * np.where(evening, 2.0, np.where(weekday >= 5, 0.5, 1.0))

    evidence = plant(list_groups(30), rhythm=_plant_rhythm(rate))
    evening = habits.compare_hours(evidence, weekend=False)
    weekend = habits.compare_hours(evidence, evening=False)
    assert evening.low < 2 < evening.high
    assert weekend.low < 0.5 < weekend.high


def test_groups_of_a_strangers_clock_do_not_count():
    """Where a source says whose clock is people's own."""
    facts = pd.DataFrame({"group": range(30), "fact": "own_clock", "value": 0})
    evidence = plant(
        list_groups(30),
        rhythm=_plant_rhythm(lambda _, hour: np.full(hour.shape, 4.0)),
        facts=facts.assign(value=[1] * 7 + [0] * 23),
    )
    with pytest.raises(NotIdentifiableError, match="7 groups"):
        habits.compare_hours(evidence)


def _plant_quarters(slope, *, number=60):
    """Plant groups whose hosts write so many times as much each quarter."""
    rng = np.random.default_rng(2)
    group, quarter = (axis.ravel() for axis in np.indices((number, 5)))
    level = rng.gamma(5, 4, number)[group]
    rows = pd.DataFrame({"group": group, "quarter": quarter})
    rows["host"] = rng.poisson(level * slope**quarter)
    rows["messages"] = rng.poisson(200, len(rows))
    share = 0.5 - 0.04 * quarter + 0.2 * (group % 2)
    rows["replies"] = rng.binomial(rows["messages"], share)
    return rows.assign(replies_explicit=rows["replies"], with_link=10)


def test_hosts_and_answers_are_followed_within_groups():
    """Groups differ in level; the planted slopes are within them."""
    evidence = plant(list_groups(60), quarters=_plant_quarters(0.8))
    host, replies = habits.follow_hosts(evidence), habits.follow_replies(evidence)
    assert host.low < 0.8 < host.high < 0.9
    assert replies.low < -0.04 < replies.high < -0.03


def test_groups_of_one_quarter_tell_no_slope():
    """Twenty-nine groups of two quarters are too few."""
    rows = _plant_quarters(0.8)
    rows = rows[(rows["group"] < 29) | (rows["quarter"] == 0)]
    with pytest.raises(NotIdentifiableError, match="29 groups"):
        habits.follow_hosts(plant(list_groups(60), quarters=rows))


def test_messages_of_the_whole_place_are_not_the_effect_of_load():
    """All write more in busy weeks; what one's groups said adds nothing."""
    rng = np.random.default_rng(3)
    members, weeks = 240, 30
    season = np.exp(0.5 * np.sin(np.arange(weeks) / 3))
    home = np.arange(members) % 12
    cells = [
        (member, group, 7 * week + 1, rng.poisson(2 * season[week]) + 1)
        for member in range(members)
        for week in range(weeks)
        for group in (home[member], (home[member] + 1) % 12)
        if rng.random() < 0.8
    ]
    days = pd.DataFrame(cells, columns=["member", "group", "day", "messages"])
    found = habits.compare_loads(plant(list_groups(12), member_days=days))
    assert found.low < 1.1
    assert found.high > 0.9
