"""Who stopped and who is new, where no line of joining dates them."""

import pandas as pd

from helpers.own_groups.cards.newcomers import list_people
from helpers.own_groups.private_page import describe_people

NONE = pd.DataFrame({"group": [], "person": [], "joined": []})
SPOKE = {"group": 0, "person": ["Ann", "Bea", "Cyd"], "first": [0, 0, 330]}
SPOKE |= {"last": [199, 365, 365], "days": [200, 366, 36]}


def test_who_stopped_and_who_is_new_are_named():
    """Regulars who stopped and who wrote for the first time, and nobody else."""
    ends = pd.DataFrame({"end": [365], "truncated": [False]})
    people = list_people(pd.DataFrame(SPOKE), NONE, ends)
    assert [str(line) for line in describe_people(people, str)] == [
        "Regulars who stopped (60 days): Ann.",
        "Wrote for the first time in the last 60 days: Cyd.",
    ]


def test_a_group_that_fell_silent_lost_no_regulars():
    """Everybody stopped there: the group did."""
    spoke = pd.DataFrame(
        {"group": 0, "person": ["a"], "first": 0, "last": 49, "days": 50}
    )
    for end in (200, 60):
        ends = pd.DataFrame({"end": [end], "truncated": [False]})
        (row,) = list_people(spoke, NONE, ends).to_dict("records")
        assert (row["long"], row["stopped"], row["told"]) == (False, False, False)
