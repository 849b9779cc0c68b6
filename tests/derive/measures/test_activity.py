"""Counts agree with plain pandas, and trailing counts with their definition."""

import numpy as np
import pandas as pd

from helpers.derive.measures import activity
from helpers.derive.measures.activity import find_silences
from helpers.records import DAY_US


def test_daily_agrees_with_pandas(run, lazy, world):
    """Messages, posters and characters by day are what pandas counts."""
    days = activity.count_by_member_day(lazy(world))
    found = run.fetch(activity.count_by_day(days), "group", "day")
    expected = world.groupby(["group", "day"], as_index=False).agg(
        messages=("id", "size"), posters=("member", "nunique"), chars=("chars", "sum")
    )
    columns = list(expected)
    pd.testing.assert_frame_equal(found[columns], expected, check_dtype=False)


def test_members_agree_with_pandas(run, lazy, world):
    """First, last, messages and days of each member are what pandas counts."""
    days = activity.count_by_member_day(lazy(world))
    found = run.fetch(activity.summarise_members(days), "group", "member")
    expected = world.groupby(["group", "member"], as_index=False).agg(
        first_us=("time_us", "min"),
        last_us=("time_us", "max"),
        messages=("id", "size"),
        days=("day", "nunique"),
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_rates_equal_trailing_28_day_counts(run, lazy, world):
    """On every age day the step function equals a count over 28 days."""
    last = run.frame(pd.DataFrame({"group": range(4), "last_day": 230}))
    days = activity.count_by_member_age(lazy(world))
    found = run.fetch(activity.compute_trailing_counts(days, last), "group", "age_day")
    for group, steps in found.groupby("group"):
        mine = world[world["group"] == group]
        for day in range(231):
            inside = mine[(mine["age_day"] > day - 28) & (mine["age_day"] <= day)]
            at = steps[steps["age_day"] <= day].tail(1)
            counts = at[["messages_28", "posters_28"]].to_numpy().ravel()
            expected = [len(inside), inside["member"].nunique()]
            assert np.array_equal(counts if len(at) else [0, 0], expected)


def test_silences_agree_with_pandas(run, lazy, world):
    """Gaps of at least seven days are those of sorted times."""
    found = run.fetch(find_silences(lazy(world), 7), "group", "start_us")
    ordered = world.sort_values(["group", "time_us"])
    start = ordered.groupby("group")["time_us"].shift()
    long = ordered["time_us"] - start >= 7 * DAY_US
    gaps = ordered.assign(start=start)[long][["group", "start", "time_us"]]
    assert found.to_numpy().tolist() == gaps.to_numpy().tolist()
    assert len(found) > 9


def test_a_gap_of_exactly_28_days_is_a_silence(run, lazy):
    """The limit belongs to the silence; a microsecond less does not."""
    times = [0, 28 * DAY_US, 56 * DAY_US - 1]
    rows = pd.DataFrame({"group": 1, "time_us": times})
    found = run.fetch(find_silences(lazy(rows)), "start_us")
    assert found["start_us"].tolist() == [0]
