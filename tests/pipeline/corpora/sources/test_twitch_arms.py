"""Paid, given to, free: the same days before, and watched from the notice on."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.sources.twitch_paid_free import FREE, ChatDays, build_arms

NOBODY = pd.Series([], dtype="str")
DAYS = [("a", 0), ("a", 30), ("a", 50), ("b", 0), ("b", 30), ("b", 200), ("c", 50)]
NOTICES = [("a", 30, "paid"), ("b", 40, "paid"), ("c", 50, "paid")]


def _watched(rows, first=0, end=260):
    return ChatDays(pd.DataFrame(rows, columns=["person", "day"]), first, end)


def _arms(barred=NOBODY):
    notices = pd.DataFrame(NOTICES, columns=["person", "day", "arm"])
    return build_arms(_watched(DAYS), notices, barred)


def test_member_absent_on_the_notice_day_is_in_no_arm():
    """Whoever got a notice while away is not watched from it on."""
    paid = _arms().query("arm == 'paid'")
    assert paid["person"].tolist() == ["a", "c"]
    assert paid["band"].tolist() == ["1-2 days", "0 days"]
    assert paid["after"].tolist() == [1, 0]


def test_free_members_are_censored_at_their_notice():
    """Who pays later has not stopped; each enters once for each band of days before."""
    free = _arms().query("arm == @FREE", local_dict={"FREE": FREE})
    told = free[["person", "day", "band", "until", "stopped"]].to_numpy().tolist()
    assert told == [
        ["a", 0, "0 days", 30, False],
        ["b", 0, "0 days", 40, False],
        ["b", 30, "1-2 days", 10, False],
    ]


def test_excluded_accounts_are_in_no_arm():
    """Neither paid nor free."""
    assert "a" not in set(_arms(pd.Series(["a"]))["person"])


def test_member_writing_near_the_end_has_not_stopped():
    """The last sixty days tell nothing of stopping."""
    rows = [("x", 0), ("x", 199), ("y", 0), ("y", 201)]
    none = pd.DataFrame({"person": [], "day": [], "arm": []})
    found = build_arms(_watched(rows), none, NOBODY).set_index("person")
    assert found["stopped"].to_dict() == {"x": True, "y": False}
    assert found["until"].to_dict() == {"x": 199, "y": 201}


@given(st.sets(st.integers(0, 150), min_size=1), st.integers(0, 150))
def test_active_days_before_and_after_a_notice_are_counted(days, day):
    """Sixty days on either side, the day itself in neither."""
    watched = _watched([("x", one) for one in days])
    told = watched.counted(pd.DataFrame({"person": ["x"], "day": [day]})).iloc[0]
    assert told["before"] == sum(day - 60 <= one < day for one in days)
    assert told["after"] == sum(day < one <= day + 60 for one in days)
    assert told["present"] == (day in days)


@pytest.mark.parametrize(
    ("before", "band"),
    [(0, "0 days"), (1, "1-2 days"), (2, "1-2 days"), (5, "3-5 days"),
     (6, "6 days or more")],
)  # fmt: skip
def test_every_number_of_days_is_in_one_band(before, band):
    """Every number of days is in one band."""
    rows = [("x", 100), *(("x", 99 - n) for n in range(before))]
    told = _watched(rows).counted(pd.DataFrame({"person": ["x"], "day": [100]}))
    assert told["band"].tolist() == [band]
