"""The traps of fixed-term study groups: fixed ends, marks after being out, clocks."""

from datetime import UTC, datetime, timedelta

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.sources.cn_colearning import mark_placed_notes

COURSE = pd.DataFrame({"cohort": ["c"], "key": ["k"], "first": [0], "last": [30_000]})
HOME = timedelta(hours=8)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis adds the zone
def test_weekday_and_hour_equal_pythons_calendar(at):
    """By a second route, Python's own calendar."""
    notes = pd.DataFrame({"cohort": ["c"], "time": [at.isoformat(timespec="seconds")]})
    told = mark_placed_notes(notes, COURSE).iloc[0]
    assert (told["weekday"], told["hour"]) == ((at + HOME).weekday(), (at + HOME).hour)


def test_own_clock_needs_more_than_half_of_the_notes():
    """A group has its own clock only if more than half of its notes show it."""
    times = ["2024-01-01T00:00:00+08:00", "2024-01-01T00:00:00-05:00"]
    notes = pd.DataFrame({"cohort": "c", "time": times})
    assert not mark_placed_notes(notes, COURSE)["own_clock"].any()
