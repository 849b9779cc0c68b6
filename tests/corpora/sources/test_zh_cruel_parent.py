"""The traps of the Chinese parent group: no names, comings back, boards."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import zh_cruel_parent
from helpers.study import open_study

REGISTER = """person,joined,left,open,days,subgroup_last,subgroup_changes
p,2018-09-02,,1,,B,1
,2018-09-02,2018-09-04,0,2,,0
,2018-09-02,2018-09-04,0,2,,0
q,2019-01-05,2019-01-12,0,7,,0
q,2019-03-01,2019-03-02,0,1,,0
"""
SIZES = "date,members,joins,leaves\n2018-09-02,3,3,0\n2018-09-03,3,0,0\n"
BOARDS = """date,contests_shown,newest_contest,members,departed_still_shown,\
took_newest_contest
2018-09-03,4,118,3,0,2
2024-03-17,5,389,3,0,2
"""
ENTRIES = "contest,person,rank_or_code\n118,p,55\n118,q,-2\n119,p,-1\n119,q,7\n"


@pytest.fixture
def found(counted):
    """Count a group of four people."""
    return counted(
        zh_cruel_parent,
        membership_register__csv=REGISTER,
        daily_size__csv=SIZES,
        snapshots__csv=BOARDS,
        contest_participation__csv__gz=ENTRIES,
    )


def test_the_group_is_censored_not_dead(found):
    """Its register stops while it lives."""
    assert found.groups["closed_us"].isna().all()


def test_members_without_a_name_are_not_merged(found):
    """An empty name is nobody's second membership."""
    told = found.tables["facts"].set_index("fact")["value"]
    assert (told["people"], told["people_who_came_back"]) == (4, 1)


def test_founders_are_their_own_cohort(found):
    """Who was there on the first day is not counted among the year's others."""
    lives = found.tables["lives"]
    by_year = lives[lives["measure"] == "membership by year"]
    people = by_year.groupby("cohort")["people"].sum()
    assert people.to_dict() == {"founders": 3, "2019": 2}
    open_ = by_year[by_year["ending"] == "open"]
    assert open_["days"].tolist() == [2022]


def test_contests_before_joining_are_not_counted(found):
    """A board's code for a stranger is neither an entry nor a miss."""
    told = found.tables["facts"].set_index("fact")["value"]
    assert (told["contest_entries"], told["contest_misses"]) == (2, 1)
    assert found.became["a contest before the person was a member"] == 1


def _gone(lives, cohorts, day):
    chosen = lives[lives["cohort"].isin(cohorts)]
    gone = chosen["ending"].eq("left") & (chosen["days"] <= day)
    watched = chosen["ending"].eq("left") | (chosen["days"] >= 365)
    return (chosen["people"] * gone).sum() / (chosen["people"] * watched).sum()


def test_retention_by_year_of_joining_equals_the_first_inspection():
    """Gone by 30, 105 and 365 days, by the year of joining.

    The first look had 0.24 for 2018 by 30 days; the register gives 33 of 116.
    """
    lives = open_study("zh_cruel_parent").table("lives")
    years = lives[lives["measure"] == "membership by year"]
    for cohorts, told in (
        (["2018", "founders"], [33 / 116, 0.55, 0.84]),
        (["2019"], [0.24, 0.53, 0.85]),
        (["2020"], [0.18, 0.55, 0.80]),
        (["2021"], [0.23, 0.51, 0.78]),
        (["2022"], [0.15, 0.43, 0.76]),
    ):
        shares = [_gone(years, cohorts, day) for day in (30, 105, 365)]
        assert shares == pytest.approx(told, abs=0.011), cohorts


def test_members_without_a_contest_in_twelve_weeks_are_counted(found):
    """Since the first contest: who stayed a week took none, nor did who came later."""
    steps = found.tables["funnels"]
    told = steps.groupby("step")["people"].sum()
    assert told["joined under a duty"] == 1
    assert told["left before ever taking part"] == 1
