"""Stays in roles, joined over new names, and who gave a role up."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.corpora.shared.dates import to_days
from helpers.corpora.shared.rosters import (
    build_moments,
    build_stays,
    join_stays,
    list_departures,
)

NAMES = ["key", "role", "person", "start", "end", "end_reason"]
UNTIL = 20_000
ROWS = [
    ("g", "lead", "a", "2020-01-01", "2020-06-01", None),
    ("g", "lead", "b", "2020-01-01", None, None),
    ("g", "lead", "c", "2020-08-01", None, None),
    ("g", "lead", "d", "2021-08-01", None, None),
    ("h", "lead", "e", "2020-02-01", "2020-06-01", "archive"),
    ("i", "lead", "a", "2019-02-01", "2020-06-01", None),
]


def _spells():
    return build_stays(pd.DataFrame(ROWS, columns=NAMES), ("archive",), UNTIL)


def test_end_of_a_group_is_not_a_departure():
    """Only who left a group that went on counts in the crowd of the day."""
    spells = _spells()
    assert spells["ending"].value_counts().to_dict() == {
        "open": 3,
        "left": 2,
        "group gone": 1,
    }
    assert spells.loc[spells["ending"] == "left", "crowd"].tolist() == [2, 2]
    assert spells.loc[spells["ending"] == "open", "to_day"].eq(UNTIL).all()


def test_people_are_numbered_by_first_appearance():
    """One person in two groups has one number."""
    spells = _spells()
    assert spells.groupby("person")["member"].nunique().eq(1).all()
    assert spells.drop_duplicates("member")["member"].tolist() == [0, 1, 2, 3, 4]


def test_successor_must_start_within_half_a_year():
    """Others are those already there; who comes later succeeds, but not for ever."""
    gone = list_departures(_spells(), "lead", pd.Series({"i": 18_500.0}), UNTIL)
    told = gone.set_index("key")[["others", "successors", "crowd"]]
    assert told.loc["g"].tolist() == [1, 1, 2]
    assert told.loc["i"].tolist() == [0, 0, 2]
    left = to_days(pd.Series(["2020-06-01"]))[0]
    followed = gone.set_index("key")["followed_days"]
    assert followed.to_dict() == {"g": UNTIL - left, "i": 18_500 - left}


_lengths = st.lists(st.integers(1, 40), min_size=1, max_size=6)
_gaps = st.lists(st.integers(0, 20), min_size=6, max_size=6)


@given(_lengths, _gaps, st.integers(0, 20))
def test_joining_keeps_first_and_last_day(lengths, gaps, least):
    """Stays are as many as there are gaps longer than allowed, and one more."""
    day, rows = pd.Timestamp("2020-01-01"), []
    for length, gap in zip(lengths, gaps, strict=False):
        end = day + pd.Timedelta(days=length)
        rows.append(("g", "lead", "a", f"{day:%F}", f"{end:%F}", None))
        day = end + pd.Timedelta(days=gap)
    table = pd.DataFrame(rows, columns=NAMES)
    found = join_stays(table, least)
    assert len(found) == 1 + sum(gap > least for gap in gaps[: len(lengths) - 1])
    assert found["start"].min() == table["start"].min()
    assert found["end"].max() == table["end"].max()


def test_only_requested_kinds_of_events_are_kept():
    """A value that is a name is none."""
    table = pd.DataFrame(
        {
            "key": ["g"] * 3,
            "date": ["1970-01-02"] * 3,
            "event": ["a", "b", "c"],
            "value": ["7", "x", "1"],
        }
    )
    told = build_moments(table, {"a": "one", "b": "two"})
    assert told["kind"].tolist() == ["one", "two"]
    assert told["value"].fillna(-1).tolist() == [7, -1]
    assert told["time_us"].eq(86_400_000_000).all()
