"""Pairs of groups in people's weeks, against a plain loop over people."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.measures import choices

SAID = pa.schema(
    {
        "group": pa.int32(),
        "member": pa.int32(),
        "day": pa.int32(),
        "long": pa.bool_(),
        "commented": pa.bool_(),
        "half_long": pa.bool_(),
    }
)
LAST = pa.schema({"group": pa.int32(), "last_week": pa.int64()})


def _messages(seed):
    random = np.random.default_rng(seed)
    n = 400
    group = random.integers(0, 5, n)
    return pd.DataFrame(
        {
            "group": group, "member": random.integers(0, 70, n) % 66,
            "day": random.integers(0, 80, n), "long": random.random(n) < 0.1 * group,
            "commented": False, "half_long": False,
        }
    )  # fmt: skip


def _by_hand(said, lag, last_week):
    """Go through people, weeks and pairs one by one."""
    said = said.assign(week=said["day"] // 7)
    many = said.groupby("member")["group"].nunique()
    cells = {}
    for member in many.index[many >= 3]:
        mine = said[said["member"] == member]
        for week in range(20):
            weeks = range(week - lag - 3, week - lag + 1)
            before = mine[mine["week"].isin(weeks)]
            rooms = [g for g in before["group"].unique() if week <= last_week[g]]
            n = {
                g: int(((mine["group"] == g) & (mine["week"] == week)).sum())
                for g in rooms
            }
            recent = said[said["week"].isin(weeks)].groupby("group")["long"].mean()
            for one, two in combinations(rooms, 2):
                apart = round(100 * float(recent[one] - recent[two]), 9)
                first, other = (one, two) if apart > 0 else (two, one)
                points = int(np.floor(abs(apart) + 0.5))
                if points and n[first] + n[other]:
                    key = (member % choices.CLASSES, len(rooms), points)
                    more, less = cells.get(key, (0, 0))
                    cells[key] = more + n[first], less + n[other]
    return cells


@pytest.mark.parametrize("lag", [1, 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_sums_over_pairs_of_groups_equal_a_loop(run, lazy, seed, lag):
    """Every pair of every person's week is counted once, on the right side."""
    said = _messages(seed)
    last = {0: 99, 1: 99, 2: 6, 3: 99, 4: 99}
    messages = lazy(said, SAID)
    ends = lazy(pd.DataFrame({"group": last.keys(), "last_week": last.values()}), LAST)
    wrote = choices.count_by_member_week(messages)
    listed = choices.list_choices(
        wrote,
        choices.list_groups_of_members(wrote),
        choices.sum_content_of_weeks(choices.count_by_group_week(messages)),
        ends,
        lag,
    )
    cells = choices.summarise_choices(listed, "long")
    rows = run.fetch(cells, "people_class", "groups", "points")
    found = {
        (one.people_class, one.groups, one.points): (one.more, one.less)
        for one in rows.itertuples()
    }
    assert found == _by_hand(said, lag, last)
    assert len(found) > 20


def test_people_in_two_groups_are_not_counted(run, lazy):
    """A class holds those who ever wrote in three groups."""
    rows = [(0, 1), (1, 1), (2, 1), (0, 61), (1, 61), (2, 61), (0, 2), (1, 2)]
    said = pd.DataFrame(rows, columns=["group", "member"]).assign(
        day=1, long=False, commented=False, half_long=False
    )
    wrote = choices.count_by_member_week(lazy(said, SAID))
    found = run.fetch(choices.count_multi_group_members(wrote), "people_class")
    assert found.to_dict("list") == {"people_class": [1], "people": [2]}
