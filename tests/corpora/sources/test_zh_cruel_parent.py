"""The traps of the Chinese parent group: no names, comings back, boards."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import zh_cruel_parent

REGISTER = """person,joined,left,open,days,subgroup_last,subgroup_changes
p,2018-09-02,,1,,B,1
,2018-09-02,2018-09-04,0,2,,0
,2018-09-02,2018-09-04,0,2,,0
q,2019-01-05,2019-01-12,0,7,,0
q,2019-03-01,2019-03-02,0,1,,0
"""
ENTRIES = "contest,person,rank_or_code\n118,p,55\n118,q,-2\n119,p,-1\n119,q,7\n"


@pytest.fixture
def found(counted):
    """Count a group of four people."""
    return counted(
        zh_cruel_parent,
        membership_register__csv=REGISTER,
        contest_participation__csv__gz=ENTRIES,
    )


def test_the_group_is_censored_not_dead(found):
    """Its register stops while it lives."""
    assert found.groups["closed_us"].isna().all()


def test_contests_before_joining_are_not_counted(found):
    """A board's code for a stranger is neither an entry nor a miss."""
    assert found.became["a contest before the person was a member"] == 1


def test_members_without_a_contest_in_twelve_weeks_are_counted(found):
    """Since the first contest: who stayed a week took none, nor did who came later."""
    steps = found.tables["funnels"]
    told = steps.groupby("step")["people"].sum()
    assert told["joined under a duty"] == 1
    assert told["left before ever taking part"] == 1
