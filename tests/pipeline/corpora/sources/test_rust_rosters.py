"""Stays in roles, and who gave a role up."""

import pandas as pd

from pipeline.corpora.sources.rust_teams import build_stays

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
