"""Groups of people by year, by hand; pairs of a person's weeks, by loops."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from helpers.measures.portfolios import (
    count_groups_by_year,
    sum_load_differences,
    summarise_member_weeks,
)

DAY = {year: (pd.Timestamp(f"{year}-06-01") - pd.Timestamp(0)).days
       for year in range(2009, 2015)}  # fmt: skip
GROUPS = pd.DataFrame(
    {"group": [0, 1], "network": "n", "first_day": DAY[2009], "last_day": DAY[2014]}
)


def _told(rows, **where):
    days = [(group, member, DAY[year], n) for group, member, year, n in rows]
    columns = ["group", "member", "day", "messages"]
    found = count_groups_by_year(pd.DataFrame(days, columns=columns), GROUPS)
    for name, value in where.items():
        found = found[found[name] == value]
    return found


def test_a_person_is_compared_with_himself_a_year_before():
    """One group, then two; who skips a year, and who came new, is in no pair."""
    rows = [(0, 5, 2010, 1), (0, 5, 2011, 1), (1, 5, 2011, 9), (0, 6, 2010, 1),
            (0, 6, 2012, 1), (1, 7, 2011, 1)]  # fmt: skip
    year = _told(rows, by="year", least=1).set_index("nth")
    assert year.loc[2011, ["people", "before", "after", "wrote"]].tolist() == [
        1,
        1,
        2,
        2,
    ]
    assert year.loc[2012, "people"] == 0
    assert _told(rows, by="class", least=1)["nth"].tolist() == [5]


def test_years_of_which_a_part_is_missing_do_not_count():
    """The record begins in June 2009 and ends in June 2014."""
    rows = [(0, 1, year, 1) for year in range(2009, 2015)]
    assert _told(rows, by="year", least=1)["nth"].tolist() == [2010, 2011, 2012, 2013]


def test_messages_add_up_over_the_days_of_a_year():
    """Two and three in one group are five; less in another are none."""
    rows = [(0, 1, 2010, 2), (0, 1, 2010, 3), (1, 1, 2010, 4), (0, 1, 2011, 5)]
    (row,) = _told(rows, by="class", least=5).itertuples()
    assert (row.before, row.after) == (1, 1)


def _days(seed=1):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(rng.integers(0, [3, 5, 250], (400, 3)), columns=["g", "m", "d"])
    rows = rows.drop_duplicates().rename(
        columns={"g": "group", "m": "member", "d": "day"}
    )
    return rows.assign(messages=rng.integers(1, 9, len(rows)))


def _by_hand(days, lag):
    """Return the same cells, person by person and week by week."""
    said = Counter()
    for row in days.itertuples():
        said[row.member, row.group, row.day // 7] += row.messages
    last, cells = max(week for *_, week in said), Counter()
    state = {}
    for member in range(5):
        for week in range(last + 1):
            there = {g for g in range(3) for k in range(4) if said[member, g, week - k]}
            if there and week + lag <= last:
                heard = sum(
                    said[m, g, week] for g in there for m in range(5) if m != member
                )
                own, later = (
                    sum(said[member, g, w] for g in range(3))
                    for w in (week, week + lag)
                )
                state[member, week] = np.log2(1 + heard), np.log2(1 + own), later
    for (member, week), (heard, own, later) in state.items():
        before = state.get((member, week - 4 - lag))
        if before and later + before[2]:
            apart = (
                int(np.clip(np.round(heard - before[0]), -6, 6)),
                int(np.clip(np.round(own - before[1]), -4, 4)),
            )
            cells[(member, *apart, "earlier")] += before[2]
            cells[(member, *apart, "later")] += later
    return {key: n for key, n in cells.items() if n}


def test_pairs_are_those_of_loops():
    """Received, own and later messages of two weeks, four and the lag apart."""
    days = _days()
    for lag in (1, 3):
        found = sum_load_differences(summarise_member_weeks(days), lag)
        told = {
            (row.people_class, row.load, row.own, name): getattr(row, name)
            for row in found.itertuples()
            for name in ("earlier", "later")
            if getattr(row, name)
        }
        assert told == _by_hand(days, lag)
        assert told
