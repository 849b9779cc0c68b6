"""The traps of fixed-term study groups: fixed ends, marks after being out, clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.sources import cn_colearning
from pipeline.corpora.sources.cn_colearning import mark_placed_notes

COHORTS = """cohort,start,end,columns,registration_start,registration_end,\
leaves_per_week,deposit_words,chinese_chars
Org/one,2024-07-15,2024-07-19,5,2024-07-01,2024-07-14,2,0,9
Org/two,2025-01-01,2025-01-05,5,,,,0,9
"""
MARKS = "cohort,member,day_index,day,mark\n" + "\n".join(
    f"{cohort},{member},{day},,{mark}"
    for cohort, member, marks in (
        ("Org/one", "p", "111X"),
        ("Org/one", "q", "01011"),
        ("Org/one", "r", "00X"),
        ("Org/two", "p", "11000"),
    )
    for day, mark in enumerate(marks, 1)
)
NOTES = """cohort,time,author,member_file
Org/one,2024-07-16T01:30:00+08:00,p,p
Org/one,2024-07-15T12:00:00-05:00,q,q
Org/one,2024-07-16T02:10:00+08:00,q,q
Org/one,2024-08-16T02:10:00+08:00,q,q
Org/two,2025-01-02T01:30:00+12:00,bot,p
"""
COURSE = pd.DataFrame({"cohort": ["c"], "key": ["k"], "first": [0], "last": [30_000]})
HOME = timedelta(hours=8)


@pytest.fixture
def found(counted):
    """Count two courses of five days."""
    return counted(
        cn_colearning,
        cohorts__csv=COHORTS,
        checkins__csv__gz=MARKS,
        note_commits__csv__gz=NOTES,
    )


def test_a_course_that_is_over_is_completed(found):
    """No group of a fixed term fails by ending."""
    groups = found.groups.set_index("key")
    assert set(groups["closed_kind"]) == {"completed"}
    assert "one" not in " ".join(groups.index)
    assert (groups["end_us"] - groups["origin_us"] == 5 * 86_400_000_000).all()


def test_activity_hours_use_the_members_time_zone(found):
    """A platform's clock says nothing; others are brought to +08:00."""
    rhythm = found.tables["rhythm"]
    assert set(rhythm["key"]) == {"Org/2024-07-15"}
    hours = rhythm[["weekday", "hour", "items"]].to_numpy().tolist()
    assert hours == [[1, 1, 2], [1, 2, 1]]
    assert found.became["a note outside its course"] == 1


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
