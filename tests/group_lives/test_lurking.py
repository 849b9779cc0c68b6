"""Who joins and says nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.group_lives.lurking import (
    WITHIN_DAYS,
    Sums,
    count_lurkers,
    count_members_elsewhere,
)

TALK = [(0, 9, day, 1) for day in range(0, 200, 7)]  # somebody writes every week


def _roster(joined, said, until=200, **more):
    columns = ["group", "member", "joined_day", "gone_day", "dated", "reactions"]
    members = pd.DataFrame(joined, columns=columns)
    talk = pd.DataFrame(said, columns=["group", "member", "day", "messages"])
    rows = count_lurkers(members, talk, pd.Series({0: until}), **more)
    return rows.set_index("within_days").loc[28]


@pytest.mark.parametrize(
    ("person", "said", "counted"),
    [
        ((0, 1, 10, np.nan, True, 0), [], "lurkers"),
        ((0, 1, 10, 37, True, 0), [], "gone_silent"),  # left on the last of 28 days
        ((0, 1, 10, 37, True, 0), [(0, 1, 12, 2)], "gone_spoke"),
        ((0, 1, 10, 38, True, 0), [], "lurkers"),
        ((0, 1, 10, np.nan, True, 2), [], "engaged"),
        ((0, 1, 10, np.nan, False, 0), [], "undated"),
        ((0, 1, 10, np.nan, True, 0), [(0, 1, 38, 5)], "lurkers"),  # too late
        ((0, 1, 10, np.nan, True, 0), [(0, 1, 37, 1)], "at_most_1"),
        ((0, 1, 10, np.nan, True, 0), [(0, 1, 10, 3)], "at_most_3"),
    ],
)
def test_each_fate_is_counted(person, said, counted):
    """A member of 28 days, by what was written and when they left."""
    row = _roster([person], TALK + said)
    assert (row["members"], row[counted]) == (1, 1)
    assert row["lurkers"] == (not said or said[0][2] >= 38) - row["gone_silent"]


def test_silence_in_a_silent_group_is_not_lurking():
    """Others wrote in two of four weeks: counted; in one: quiet."""
    joined = [(0, 1, 10, np.nan, True, 0)]
    two, one = [(0, 9, 10, 1), (0, 9, 37, 1)], [(0, 9, 10, 1), (0, 9, 16, 1)]
    assert _roster(joined, two)["members"] == 1
    assert _roster(joined, one)[["members", "quiet"]].tolist() == [0, 1]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 150)), max_size=30),
    st.lists(st.integers(0, 199), min_size=1, max_size=5, unique=True),
)
def test_counts_agree_with_a_loop(said, starts):
    """Members and lurkers of 28 days, counted one by one."""
    joined = [(0, n, day, np.nan, True, 0) for n, day in enumerate(starts)]
    row = _roster(joined, [(0, who, day, 1) for who, day in said])
    members = lurkers = 0
    for who, start in enumerate(starts):
        weeks = {(d - start) // 7 for p, d in said if p != who and 0 <= d - start < 28}
        if start + 28 <= 200 and len(weeks) >= 2:
            members += 1
            lurkers += not any(p == who and 0 <= d - start < 28 for p, d in said)
    assert (row["members"], row["lurkers"]) == (members, lurkers)
    assert WITHIN_DAYS[0] == 28


def test_who_is_silent_here_may_write_elsewhere():
    """In the same 84 days, in another group; a quarter is that of joining."""
    columns = ["group", "member", "joined_day", "gone_day", "dated", "reactions"]
    joined = [(0, member, 10, np.nan, True, np.nan) for member in (1, 2, 3, 4)]
    said = [(1, 1, 93, 1), (1, 2, 94, 1), (0, 3, 12, 1), (0, 4, 12, 1), (1, 4, 12, 1)]
    talk = pd.DataFrame(TALK + said, columns=["group", "member", "day", "messages"])
    until = pd.Series({0: 200, 1: 200})
    told = count_members_elsewhere(pd.DataFrame(joined, columns=columns), talk, until)
    assert told.to_numpy().tolist() == [[0, "1970Q1", 2, 1, 2, 1]]


def test_elsewhere_counts_the_members_of_the_roster():
    """Lurkers and speakers of all quarters are those of 84 days."""
    rng = np.random.default_rng(5)
    columns = ["group", "member", "joined_day", "gone_day", "dated", "reactions"]
    joined = [(0, m, int(rng.integers(0, 180)), np.nan, True, 0) for m in range(60)]
    members = pd.DataFrame(joined, columns=columns)
    said = [(0, int(rng.integers(60)), int(rng.integers(200)), 1) for _ in range(90)]
    talk = pd.DataFrame(TALK + said, columns=["group", "member", "day", "messages"])
    until = pd.Series({0: 200})
    row = count_lurkers(members, talk, until).set_index("within_days").loc[84]
    told = count_members_elsewhere(members, talk, until)[["lurkers", "speakers"]].sum()
    assert told["lurkers"] == row["lurkers"]
    assert told["lurkers"] + told["speakers"] == row["members"] - row["gone_silent"]


def test_running_sums_equal_a_plain_loop():
    """Periods that reach beyond the record count what there is."""
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"group": [0, 1] * 30, "day": np.repeat(np.arange(30), 2)})
    rows["messages"] = rng.integers(0, 9, len(rows))
    sums = Sums.of(*(rows[name].to_numpy() for name in rows))
    for day in (0, 5, 29):
        inside = rows[rows["day"].between(day - 8, day - 2)]
        expected = inside.groupby("group")["messages"].sum()
        found = sums.between(np.array([0, 1]), day - 8, day - 1)
        assert found.tolist() == expected.reindex([0, 1], fill_value=0).tolist()
