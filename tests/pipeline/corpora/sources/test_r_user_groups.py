"""The traps of Meetup's groups: two lists, renames, reused addresses, the window."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.corpora.sources import r_user_groups
from pipeline.corpora.sources.r_user_groups import follow_renames

GROUPS = """kind,urlname,name,country,created,first_seen,last_seen,members_first,\
members_last,past_events_last,last_event,visibility
rug,oslo,Oslo R,NO,2018-01-01,2019-07-08,2020-01-31,90,100,2,2020-01-15,public
rug,oslo-r,R in Oslo,NO,2018-01-01,2020-02-05,2022-01-27,101,120,3,2021-01-15,public
rug,oslo-too,Other,NO,2018-01-01,2020-02-03,2022-01-27,900,950,0,2018-01-01,public
rug,early,Early,NO,2018-05-01,2019-07-08,2019-09-14,5,5,0,,public
rladies,rl,R-Ladies,BR,2020-05-14,2019-05-30,2022-01-27,100,32,1,2021-01-01,
rug,rl,R-Ladies,BR,2020-05-14,2019-07-08,2022-01-27,102,32,1,2021-01-01,
"""
HISTORY = """kind,urlname,date,members,past_events,upcoming_events,visibility,last_event
rug,oslo,2019-07-08,90,1,0,public,2019-01-15
rug,oslo,2019-08-08,95,1,0,public,2019-01-15
rug,oslo,2020-01-16,100,2,0,public,2020-01-15
rug,oslo-r,2020-02-05,101,2,1,public,2020-03-15
rug,oslo-r,2021-02-05,120,3,0,public_limited,2021-01-15
rug,oslo-too,2020-02-03,900,0,0,public,2018-01-01
rug,early,2019-07-08,5,0,0,public,
rladies,rl,2019-10-01,100,9,0,,2019-09-01
rladies,rl,2020-05-20,1,0,0,,
rladies,rl,2021-01-05,32,1,0,,2021-01-01
rug,rl,2021-01-05,32,1,0,,2021-01-01
"""
NAMES = [
    "urlname",
    "country",
    "created",
    "first",
    "last",
    "members_first",
    "members_last",
]


@pytest.fixture
def found(counted):
    """Count three groups under six addresses."""
    return counted(r_user_groups, groups__csv=GROUPS, group_history__csv__gz=HISTORY)


def _day(time_us):
    return f"{pd.Timestamp(int(time_us), unit='us'):%F}"


def test_group_with_a_new_address_is_one_group(found):
    """Created alike, listed on, with as many members; another group is not it."""
    groups = found.groups.set_index("key")
    assert sorted(groups.index) == ["oslo-r", "oslo-too", "rl"]
    assert groups["closed_us"].isna().all()
    assert _day(groups.loc["oslo-r", "entry_us"]) == "2019-09-15"
    assert _day(groups.loc["oslo-too", "entry_us"]) == "2020-02-03"


def test_group_gone_before_the_window_is_excluded(found):
    """The search was widened until 2019-09-11, so who left before is set aside."""
    assert found.became["a group gone before the window"] == 1


def test_a_reused_address_starts_with_its_new_group(found):
    """Members and meetings from before the creation are of another group."""
    rl = found.tables["snapshots"].query("key == 'rl'")
    assert rl["members"].tolist() == [1, 32]
    assert found.became["a change of an earlier group at the same address"] == 1
    assert found.became["a second row of an R-Ladies chapter"] == 1


def test_member_count_before_the_window_is_carried_to_its_start(found):
    """The last change before it stands on its first day."""
    oslo = found.tables["snapshots"].query("key == 'oslo-r'")
    assert oslo["members"].tolist() == [95, 100, 101, 120]
    assert oslo["day"].iloc[0] == r_user_groups.FROM_DAY


def test_future_and_missing_meetings_are_not_counted(found):
    """An announced meeting is not held; without one the source's date is no date."""
    last = found.groups.set_index("key")["last_us"]
    assert _day(last["oslo-r"]) == "2021-01-15"
    assert pd.isna(last["oslo-too"])


@pytest.fixture
def joined():
    """Join addresses given as (name, first, last, members first, members last)."""

    def join(*rows, created=0):
        table = [
            (name, "NO", created, first, last, old, new)
            for name, first, last, old, new in rows
        ]
        return follow_renames(pd.DataFrame(table, columns=NAMES))

    return join


def test_a_chain_of_moves_is_one_group(joined):
    """All addresses go by the newest."""
    moved = joined(("a", 1, 9, 5, 50), ("b", 10, 20, 52, 60), ("c", 21, 30, 60, 70))
    assert set(moved.values()) == {"c"}


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(("b", 41, 60, 50, 60), id="after more than a month"),
        pytest.param(("b", 9, 60, 50, 60), id="while the other is listed"),
        pytest.param(("b", 10, 60, 82, 90), id="with other members"),
    ],
)
def test_groups_that_do_not_follow_on_are_separate(joined, later):
    """Born on one day in one country is not enough."""
    assert joined(("a", 1, 9, 5, 50), later) == {"a": "a", "b": "b"}


def test_one_address_continues_one_group(joined):
    """Of two that ended, the nearer one went on."""
    moved = joined(("a", 1, 7, 5, 50), ("b", 1, 9, 5, 50), ("c", 10, 30, 50, 60))
    assert moved == {"a": "a", "b": "c", "c": "c"}
