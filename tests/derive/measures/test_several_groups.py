"""Links that were elsewhere before, and who carried them."""

import numpy as np
import pandas as pd
import pytest

from helpers.derive.measures.engine import open_duckdb
from helpers.derive.measures.several_groups import (
    WINDOWS,
    classify_bridging,
    count_carried_links,
    count_core_links,
    count_early_days,
    find_new_links,
)
from helpers.records import DAY_US


def _links(*rows):
    table = pd.DataFrame(rows, columns=["group", "member", "day", "address"])
    return table.assign(
        time_us=table["day"] * DAY_US, age_day=table.pop("day"), file="f",
        position=table.index,
    )  # fmt: skip


def test_link_is_counted_once_and_not_in_its_group_of_origin():
    """What is posted first, again in the same group, or at one time is not carried."""
    rows = _links((1, 0, 0, "x"), (2, 1, 3, "x"), (2, 2, 4, "x"), (3, 3, 0, "x"))
    assert find_new_links(rows)[["group", "member"]].to_numpy().tolist() == [[2, 1]]


def test_operator_and_broadcast_links_are_not_new():
    """Twenty groups within a day make an announcement; nineteen do not."""
    rows = _links((1, 0, 0, "Us.org/a"), (2, 0, 1, "Us.org/a"))
    assert find_new_links(rows, ["us.org"])["known"].tolist() == [True]
    for many, known in ((20, True), (19, False)):
        crowd = _links(*((group, 0, group / 40, "x") for group in range(many)))
        assert set(find_new_links(crowd)["known"]) == {known}


@pytest.mark.parametrize("seed", range(3))
def test_since_when_people_were_elsewhere_agrees_with_loops(seed):
    """The last message of the same person in any other group."""
    rng = np.random.default_rng(seed)
    said = _links(
        *zip(
            rng.integers(0, 3, 200), rng.integers(0, 4, 200),
            np.sort(rng.integers(0, 300, 200)), [""] * 200, strict=True,
        )
    )  # fmt: skip
    expected = []
    for row in said.itertuples():
        before = said.loc[: row.Index - 1]
        other = before[
            (before["member"] == row.member) & (before["group"] != row.group)
        ]
        expected.append(row.time_us - other["time_us"].max() if len(other) else np.nan)
    windows = sorted(WINDOWS)
    shortest = [next((d for d in windows if us <= d * DAY_US), 0) for us in expected]
    ordered = said.assign(shortest=shortest).sort_values("member", kind="stable")
    assert classify_bridging(ordered).tolist() == ordered["shortest"].tolist()


def test_order_of_groups_settles_what_time_and_place_do_not():
    """Exports of two groups may be files of one name, with lines of one second."""
    said = _links(*((group, who, 3, "") for who in range(500) for group in (2, 1)))
    said = said.assign(position=0)
    with open_duckdb() as run:
        table = count_carried_links(run, run.frame(said), find_new_links(said))
    found = table[table["within_days"] == min(WINDOWS)].set_index("group")["bridging"]
    assert found.to_dict() == {1: False, 2: True}


def test_messages_and_links_are_split_by_bridging_members():
    """Ninety days after writing elsewhere one is in one group again."""
    said = _links((1, 0, 0, "x"), (2, 0, 90, "x"), (2, 0, 91, "y"), (2, 5, 92, "x"))
    with open_duckdb() as run:
        table = count_carried_links(run, run.frame(said), find_new_links(said))
    rows = table[(table["within_days"] == 90) & (table["group"] == 2)]
    found = rows.set_index("bridging")[["messages", "novel"]]
    assert found.loc[True].tolist() == [1, 1]
    assert found.loc[False].tolist() == [2, 0]


def test_carriers_are_core_by_their_first_month():
    """Who came later is another person; days 180 and on are over."""
    early = [(2, who, day, "") for who in (0, 1) for day in range(8 if who == 0 else 2)]
    said = _links(*early, (2, 7, 40, "z"), (2, 8, 180, "v"))
    new = _links((2, 0, 30, "x"), (2, 1, 179, "y"), (2, 7, 40, "z"), (2, 0, 180, "w"))
    with open_duckdb() as run:
        days = run.frame(said[["group", "member", "age_day"]].drop_duplicates())
        people = run.fetch(count_early_days(days), "group", "member")
    table = count_core_links(people, new.assign(known=False))
    rows = table.set_index("least_days")
    columns = ["cores", "others", "by_cores", "by_others"]
    assert rows.loc[8, columns].tolist() == [1, 2, 1, 2]
    assert rows.loc[12, columns].tolist() == [0, 3, 0, 3]
