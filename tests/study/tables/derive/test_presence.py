"""Joining and leaving by day: who is a member, who is there, what splits off."""

import pandas as pd
import pytest

from helpers.records import DAY_US
from helpers.study.tables.derive.presence import (
    count_present,
    find_links,
    list_memberships,
)

COLUMNS = ["group", "member", "day", "messages", "joins", "leaves"]


def _days(*rows):
    return pd.DataFrame([(0, *row) for row in rows], columns=COLUMNS)


@pytest.mark.parametrize(
    ("first", "seen"),
    [
        ((1, 5, 0, 1, 0), True),
        ((1, 5, 2, 0, 0), True),  # wrote without a join line: came unseen
        ((1, 5, 0, 0, 1), False),  # a leaving ends what began earlier
        ((1, 3, 2, 0, 0), False),  # there before joins were recorded
    ],
)
def test_membership_counts_only_with_an_observed_start(first, seen):
    """Joins are recorded from day 4."""
    known, from_day = list_memberships(_days((9, 4, 0, 1, 0), first, (1, 8, 0, 1, 0)))
    assert (1 in set(known["member"])) is seen
    assert from_day.to_dict() == {0: 4}


def test_member_who_returned_has_not_left():
    """Only a last line that is a leaving says when somebody went."""
    back = _days((1, 4, 0, 1, 0), (1, 5, 0, 0, 1), (1, 9, 0, 1, 0))
    gone = _days((1, 4, 0, 1, 0), (1, 9, 0, 0, 1))
    assert list_memberships(back)[0]["gone_day"].isna().all()
    assert list_memberships(gone)[0]["gone_day"].tolist() == [9]


@pytest.mark.parametrize(
    ("second", "days"),
    [
        ((1, 8, 1, 0, 0), [4, 5, 6, 7, 8]),  # wrote without joining: was there
        ((1, 8, 0, 0, 1), [4, 5, 6, 7, 8]),  # left: was there
        ((1, 8, 0, 1, 0), [4, 8]),  # joined: may have been away
        ((1, 8, 0, 1, 1), [4, 8]),  # joined and left: undecidable
        ((1, 40, 1, 0, 0), [4, 40]),  # unseen for too long
    ],
)
def test_presence_is_a_lower_bound(second, days):
    """Only who must have been there is counted between two lines."""
    rows = count_present(_days((1, 4, 0, 1, 0), second), pd.Series({0: 4}))
    there = rows[rows["members"] > 0]
    assert there["day"].tolist() == [day for day in days if day in set(rows["day"])]
    assert rows["members"].max() == 1
    assert rows.set_index("day")["joined"].loc[4] == 1


def _world(keys, said):
    said = pd.DataFrame(said, columns=["group", "member", "day", "messages"])
    first = said.groupby("group")["day"].min() * DAY_US
    groups = pd.DataFrame({"group": range(len(keys)), "key": keys})
    groups["first_us"] = groups["group"].map(first)
    daily = said.groupby(["group", "day"], as_index=False)["messages"].sum()
    return find_links(groups, said, daily).set_index("group")


def test_parent_group_shares_name_or_most_founders():
    """A name stem decides; else the group that most founders wrote in."""
    old = [(0, 1, 10, 5), (1, 2, 10, 1), (1, 3, 10, 1), (0, 2, 39, 7)]
    new = [(2, 2, 38, 1), (2, 3, 39, 1), (3, 2, 38, 1), (3, 9, 50, 1)]
    rows = _world(["a", "b", "a-x", "c"], old + new)
    assert rows.loc[2, ["parent", "kind", "shared"]].tolist() == [0, "name", 0]
    assert rows.loc[3, ["parent", "kind", "shared"]].tolist() == [1, "overlap", 1]
    assert rows.loc[3, ["posters", "before", "after"]].tolist() == [2, 2, 0]
    assert rows.loc[2, ["before", "after"]].tolist() == [5, 7]


def test_group_without_shared_founders_has_no_parent():
    """Nobody wrote anywhere in the 28 days before."""
    assert _world(["a", "b"], [(0, 1, 10, 5), (1, 1, 39, 1)]).empty
