"""Groups of people by year, by hand."""

from __future__ import annotations

import pandas as pd

from helpers.measures.portfolios import by_year

DAY = {year: (pd.Timestamp(f"{year}-06-01") - pd.Timestamp(0)).days
       for year in range(2009, 2015)}  # fmt: skip
GROUPS = pd.DataFrame(
    {"group": [0, 1], "network": "n", "first_day": DAY[2009], "last_day": DAY[2014]}
)


def _told(rows, **where):
    days = [(group, member, DAY[year], n) for group, member, year, n in rows]
    columns = ["group", "member", "day", "messages"]
    found = by_year(pd.DataFrame(days, columns=columns), GROUPS)
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
