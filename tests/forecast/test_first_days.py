"""Features and outcomes, against other tables and against groups made by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers import paths
from helpers.forecast.activity import count_messages_by_age_day
from helpers.forecast.first_days import build_first_days, select_counted
from helpers.records import DAY_US
from helpers.study import open_study


class _Study:
    """Two tables in the place of a study."""

    name = "fcc_gitter"

    def __init__(self, groups, days):
        rates = _count_trailing(days)
        last = (groups.set_index("group")["end_us"] // DAY_US).loc[rates["group"]]
        rates = rates[rates["age_day"].to_numpy() <= last.to_numpy()]
        self.tables = {"groups": groups, "rates": rates}
        self.manifest = self

    def table(self, name):
        return self.tables[name]


def _count_trailing(days):
    """Return `rates` of messages by group and age day, straight from its definition."""
    rows = []
    for group, ages in days.items():
        before = 0
        for day in range(max(ages) + 29):
            count = sum(1 for age in ages if day - 28 < age <= day)
            if count != before:
                rows.append({"group": group, "age_day": day, "messages_28": count})
            before = count
    return pd.DataFrame(rows).assign(posters_28=1)


def _list_groups(count, **changed):
    groups = pd.DataFrame(
        {
            "group": range(count), "origin_us": 0, "entry_us": 0,
            "end_us": 400 * DAY_US, "closed_us": np.nan, "batch": "x",
        }
    )  # fmt: skip
    return groups.assign(**changed)


def test_a_message_on_the_last_day_of_the_window_is_life():
    """Alive means a message in age days 118 to 177 after 28 days."""
    days = {0: [0, 118], 1: [0, 177], 2: [0, 117], 3: [0, 178], 4: [0]}
    rows = build_first_days(_Study(_list_groups(5), days))
    assert rows["alive"].tolist() == [True, True, False, False, False]
    assert rows["alive_ever"].tolist() == [True, True, False, True, False]


def test_group_without_full_follow_up_is_excluded():
    """178 days must be observed; a closing before is another reason."""
    ends = np.array([178, 177, 177]) * DAY_US
    closed = [np.nan, np.nan, 177 * DAY_US]
    groups = _list_groups(3, end_us=ends, closed_us=closed)
    rows = build_first_days(_Study(groups, {0: [0], 1: [0, 130], 2: [0]}))
    assert rows["excluded"].tolist() == ["", "record ends before", "closed before"]


def test_a_group_listed_later_than_its_first_days_is_excluded():
    """Who enters the frame at the 300th message had lived until then."""
    groups = _list_groups(2, entry_us=np.array([28, 29]) * DAY_US)
    rows = build_first_days(_Study(groups, {0: [0], 1: [0]}))
    assert rows["excluded"].tolist() == ["", "entered later"]


def test_daily_counts_are_recovered_from_trailing_counts():
    """A trailing count that stays the same hides a message that replaces another."""
    ages = [0, 0, 28, 56, 57, 90]
    study = _Study(_list_groups(1, end_us=100 * DAY_US), {0: ages})
    counts = count_messages_by_age_day(study.table("rates"), study.table("groups"))
    assert np.repeat(np.arange(counts.shape[1]), counts[0]).tolist() == ages


@pytest.mark.parametrize("name", ["fcc_gitter", "zulip_archives"])
def test_features_agree_with_the_table_of_windows(name):
    """Messages, people and the top share of days 0–27 come out again."""
    study = open_study(paths.PROCESSED / name)
    rows = select_counted(build_first_days(study)).set_index("group")
    window = study.table("windows").query("window == '0-27'").set_index("group")
    window = window.loc[rows.index]
    assert np.allclose(np.expm1(rows["messages"]), window["messages"])
    assert np.allclose(np.expm1(rows["people"]), window["posters"])
    known = window["posters"] > 0
    same = np.isclose(rows.loc[known, "concentration"], window.loc[known, "top_share"])
    assert same.mean() > 0.99  # shares differ where a sender is not identified
