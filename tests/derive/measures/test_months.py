"""Core, new and returning posters, counted by hand."""

import pandas as pd

from helpers.derive.measures.activity import count_by_member_age
from helpers.derive.measures.beginnings import (
    count_by_member_month,
    count_later_messages_of_others,
    summarise_months,
)
from helpers.records import DAY_US


def _messages(days: dict[int, list[int]]) -> pd.DataFrame:
    rows = [(member, day) for member, many in days.items() for day in many]
    table = pd.DataFrame(rows, columns=["member", "age_day"])
    return table.assign(group=0, age_us=table["age_day"] * DAY_US)


def test_posters_are_distinguished(run, lazy):
    """One of each kind in the second month: kept, new, back after a gap, core."""
    said = _messages({0: [1, 30], 1: [29], 2: [2, 60], 3: list(range(28, 36))})
    table = run.fetch(
        summarise_months(count_by_member_month(count_by_member_age(lazy(said)))),
        "month",
    ).set_index("month")

    assert table["posters"].to_dict() == {0: 2, 1: 3, 2: 1}
    assert table["newcomers"].to_dict() == {0: 2, 1: 2, 2: 0}
    assert table["retained"].to_dict() == {0: 0, 1: 1, 2: 0}
    assert table["core_8"].to_dict() == {0: 0, 1: 1, 2: 0}
    assert table["mild"].to_dict() == {0: 2, 1: 2, 2: 1}


def test_two_messages_a_day_are_one_day(run, lazy):
    """Core counts days, not messages."""
    table = run.fetch(
        summarise_months(
            count_by_member_month(count_by_member_age(lazy(_messages({0: [3] * 20}))))
        ),
        "month",
    )

    assert table["messages"].tolist() == [20]
    assert table["core_4"].tolist() == [0]


def test_core_and_mild_of_a_month_are_not_its_others(run, lazy):
    """After a month: who wrote on 3–7 days counts, and who is new, for 90 days."""
    said = _messages({0: [0, 28], 1: [0, 1, 2, 117, 118], 2: [*range(8), 29], 3: [30]})
    days = count_by_member_age(lazy(said))
    table = run.fetch(
        count_later_messages_of_others(days, count_by_member_month(days)), "month"
    ).set_index("month")

    assert table.loc[0, "later_by_others"] == 2
    assert table.loc[1, "later_by_others"] == 2
