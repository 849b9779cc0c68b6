"""The first four weeks of groups, by hand."""

import pandas as pd

from helpers.derive.measures.beginnings import (
    compute_share_met_elsewhere,
    count_unanswered_messages,
    sum_later_messages,
    summarise_beginnings,
)
from helpers.records import DAY_US

HOUR_US = DAY_US // 24


def test_core_and_occasional_members_are_not_counted_as_others():
    """Days 1 and 8 are out, days 3 and none are in."""
    early = pd.DataFrame({"group": 0, "member": [1, 2, 3], "days": [1, 3, 8]})
    later = pd.DataFrame(
        {"group": 0, "member": [1, 2, 3, 4], "messages": [1, 10, 100, 1000]}
    )
    row = sum_later_messages(later, early).iloc[0]

    assert (row["later_by_others"], row["later_by_newcomers"]) == (1010, 1000)


def test_an_answer_reaches_all_messages_of_the_day_before():
    """The message a minute after the answer and the one two days before are not."""
    said = pd.DataFrame({"group": 0, "age_us": [0, 48 * HOUR_US, 50 * HOUR_US]})
    replies = pd.DataFrame({"group": [0], "age_us": [49 * HOUR_US]})

    assert count_unanswered_messages(said, replies).to_dict() == {0: 2}


def test_two_must_have_met_by_then():
    """Two of three had written in group 1 by day 27 of group 0; one comes too late."""
    firsts = pd.DataFrame(
        {
            "group": [0, 0, 0, 1, 1, 1],
            "member": [1, 2, 3, 1, 2, 3],
            "first_us": [0, 0, 0, 0, 5 * DAY_US, 40 * DAY_US],
        }
    )
    shares = compute_share_met_elsewhere(firsts, pd.Series({0: 0, 1: 0}))

    assert shares[0] == 2 / 3
    assert (
        compute_share_met_elsewhere(
            firsts[firsts["member"] == 1], pd.Series({0: 0, 1: 0})
        )[0]
        == 0
    )


def test_seed_user_joins_in_a_week_and_writes_on_three_days():
    """Of a founder, a regular, one who wrote thrice in a day and one who came late."""
    days = pd.DataFrame(
        [(1, day, 1) for day in range(5)]
        + [(2, day, 1) for day in (1, 5, 20)]
        + [(3, 2, 3)]
        + [(4, day, 1) for day in (8, 9, 10)],
        columns=["member", "age_day", "n"],
    ).assign(group=0)
    firsts = days.groupby(["group", "member"], as_index=False)["age_day"].min()
    firsts["first_us"] = firsts["age_day"] * DAY_US
    row = summarise_beginnings(days, firsts).iloc[0]

    assert [row[f"seeds_{day}"] for day in (7, 14, 28)] == [0, 0, 1]
    assert [row[f"posters_{day}"] for day in (7, 14, 28)] == [3, 4, 4]
    assert [row[f"messages_{day}"] for day in (7, 14, 28)] == [10, 13, 14]
    assert [row[f"came_by_{day}"] for day in (1, 2, 6)] == [2, 3, 3]
