"""First days of groups: counts of a window are its own, and shares of nobody are 0."""

import pandas as pd

from helpers.measures.first_weeks import summarise_first_weeks


def _summarise(days, replies=()):
    said = pd.DataFrame(days, columns=["group", "member", "age_day", "n"])
    edges = pd.DataFrame(
        list(replies), columns=["group", "age_day", "member", "receiver"]
    )
    return summarise_first_weeks(said, edges.astype("int64")).set_index("days")


def test_a_message_of_day_7_is_not_of_the_first_week():
    """The first week ends before age day 7."""
    rows = _summarise([(0, 1, 0, 2), (0, 2, 7, 5)])
    assert rows["messages"].tolist() == [2, 2, 7]
    assert rows["posters"].tolist() == [1, 1, 2]


def test_who_writes_on_two_days_of_the_first_quarter_has_not_returned():
    """A return is a message in a later quarter of the days."""
    rows = _summarise([(0, 1, 0, 1), (0, 1, 6, 1), (0, 2, 3, 1), (0, 2, 8, 1)])
    assert rows.loc[28, ["first_posters", "returned"]].tolist() == [2, 1]
    assert rows.loc[7, ["first_posters", "returned"]].tolist() == [1, 1]


def test_two_replies_one_way_are_no_mutual_pair():
    """A pair is mutual if each answered the other."""
    rows = _summarise(
        [(0, 1, 0, 9), (0, 2, 0, 9), (0, 3, 0, 9)],
        [(0, 0, 1, 2), (0, 1, 1, 2), (0, 0, 2, 3), (0, 9, 3, 2)],
    )
    assert rows.loc[7, ["pairs", "mutual", "answered"]].tolist() == [2, 0, 2]
    assert rows.loc[28, ["pairs", "mutual", "answered"]].tolist() == [2, 1, 2]
