"""Origins, batches, order and windows of groups."""

import numpy as np
import pandas as pd
import pytest

from helpers.derive.tables.groups import build_window_table, group_table
from helpers.records import DAY_US


@pytest.fixture
def table():
    """Make the table of groups from facts that differ from a plain one."""
    plain = {
        "network": "n",
        "label": "L",
        "created_us": np.nan,
        "seen_us": np.nan,
        "first_us": np.nan,
        "any_us": np.nan,
        "end_us": 900 * DAY_US,
        "messages": np.nan,
        "posters": np.nan,
        "member_count": np.nan,
    }

    def make(*facts: dict):
        rows = [plain | {"key": f"k{n}"} | row for n, row in enumerate(facts)]
        return group_table(pd.DataFrame(rows), names=True, senders=True)

    return make


@pytest.mark.parametrize(
    ("facts", "origin", "kind"),
    [
        ({"created_us": 5, "first_us": 9, "any_us": 7}, 9, "first_message"),
        ({"created_us": 9, "first_us": 5, "any_us": 5}, 5, "first_message"),
        ({"created_us": 5, "any_us": 7}, 5, "creation"),
        ({"created_us": 5, "seen_us": 8, "first_us": 9}, 5, "creation"),
        ({"created_us": 5, "seen_us": 8, "first_us": 6}, 6, "first_message"),
        ({"first_us": 5, "any_us": 2}, 5, "first_message"),
        ({"any_us": 2}, 2, "bot_message"),
        ({"seen_us": 8}, 8, "first_listed"),
    ],
)
def test_a_life_begins_with_the_first_message(table, facts, origin, kind):
    """Creation, a bot's line, then a listing stand in where none is on record."""
    row = table(facts).iloc[0]
    assert (row["origin_us"], row["origin_kind"]) == (origin, kind)


def test_groups_are_numbered_by_opening_then_key(table):
    """The order of the source does not matter."""
    found = table(
        {"created_us": 9, "key": "c"},
        {"created_us": 1, "key": "b"},
        {"created_us": 1, "key": "a"},
    )
    assert found["key"].tolist() == ["a", "b", "c"]
    assert found["group"].tolist() == [0, 1, 2]


def test_entry_is_the_later_of_origin_and_first_listing(table):
    """A group seen late enters late; one listed before its launch does not."""
    found = table({"created_us": 1, "seen_us": 7}, {"created_us": 2, "seen_us": 1})
    assert found["entry_us"].tolist() == [7, 2]


def test_weeks_of_batches_are_iso_weeks(table):
    """The first of January can belong to the last week of the year before."""
    first_of_2016 = 1_451_606_400_000_000
    found = table({"created_us": first_of_2016, "first_us": 0})
    assert found["batch"].tolist() == ["n:2015-W53"]


def _one(origin, entry, end):
    days = {"origin_us": [origin], "entry_us": [entry], "end_us": [end]}
    return pd.DataFrame({"group": [0]} | days) * np.array([1, DAY_US, DAY_US, DAY_US])


@pytest.mark.parametrize(
    ("entry", "end", "observed"), [(0, 28, True), (0, 27, False), (1, 28, False)]
)
def test_partly_observed_window_is_not_observed(entry, end, observed):
    """Its first day must be after entry, its last before the end."""
    found = build_window_table(_one(0, entry, end), [(0, 27)])
    assert found["observed"].tolist() == [observed]


def test_a_quarter_needs_28_days_of_age():
    """1970-03-31 ends on day 90: a group born on day 62 has its window, on 63 not."""
    old, young = _one(62, 62, 100), _one(63, 63, 100)
    assert build_window_table(old, [])[["from_day", "to_day"]].to_numpy().tolist() == [
        [0, 27]
    ]
    assert build_window_table(young, []).empty
