"""Set times of the week, planted and by chance."""

import numpy as np
import pandas as pd

from helpers.derive.measures.timetables import WEEKS, find_kept_slots


def _items(week, weekday, hour) -> pd.DataFrame:
    slots = {"week": week, "weekday": weekday, "hour": hour}
    return pd.DataFrame({"group": 0, **slots}, index=range(len(week)))


def test_the_same_evening_every_week_is_a_timetable():
    """And it is far beyond chance."""
    row = find_kept_slots(_items(np.arange(WEEKS), 2, 20)).iloc[0]

    assert row["scheduled"]
    assert row["scheduled_narrow"]
    assert row["by_chance"] <= 0.02


def test_three_hours_off_is_another_slot_but_sunday_is_next_to_monday():
    """Days go round, hours do not."""
    off = _items(np.array([0, 1, 2]), 2, np.array([10, 15, 20]))
    round_ = _items(np.array([0, 1, 2]), np.array([6, 0, 6]), 9)

    assert not find_kept_slots(off).iloc[0]["scheduled"]
    assert find_kept_slots(round_).iloc[0]["scheduled"]


def test_busy_groups_keep_every_slot_by_chance():
    """A message in each hour is no timetable beyond chance."""
    grid = np.indices((WEEKS, 7, 24)).reshape(3, -1)
    row = find_kept_slots(_items(*grid)).iloc[0]

    assert row["scheduled"]
    assert row["by_chance"] == 1.0
