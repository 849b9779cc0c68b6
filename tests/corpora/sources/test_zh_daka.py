"""The traps of check-in groups: broken-off repositories, weeks, changing rules."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.sources import zh_daka
from helpers.records import DAY_US
from helpers.study import open_study

CHILDREN = """group,first_commit,first_checkin_day,last_commit,person_days,people,end
系统群 X,2021-05-10,2021-05-11,2021-06-20,5,3,censored (several active)
Java,2023-02-26,2023-02-27,2023-03-11,2,1,dwindled
"""
CHECKINS = """group,person,day,files,chars
系统群 X,p,2021-05-11,1,9
系统群 X,p,2021-06-20,1,9
系统群 X,q,2021-05-12,1,9
系统群 X,r,2021-06-20,2,9
Java,p,2023-02-27,1,9
Java,p,2023-03-10,1,9
"""
OTHERS = "group,first,last,person_days,people\n周报,2017-05-14,2017-05-21,2,1\n"
WORK = "group,person,day_or_week_end,items\n周报,z,2017-05-14,3\n周报,z,2017-05-21,1\n"
ROSTER = """group,source,state,person,from,to,open
Java,readme,active,p,2023-02-27,2023-03-11,1
Java,readers,paused,p,2023-02-28,2023-03-02,0
"""
FLAGS = "fine_redpacket,leaving_rule,no_second_entry,leave_or_mercy"
RULES = f"""group,date,rule_lines,rules_hash,{FLAGS},entry_via_owner_or_invite,\
child_of_parent
Java,2023-02-26,4,a,0,1,0,0,0,0
Java,2023-02-27,4,a,0,1,0,0,0,0
Java,2023-03-01,6,b,1,1,0,0,0,0
"""


@pytest.fixture
def found(counted):
    """Count three groups."""
    return counted(
        zh_daka,
        groups__csv=CHILDREN,
        checkins__csv__gz=CHECKINS,
        other_groups__csv=OTHERS,
        other_groups_activity__csv__gz=WORK,
        roster_spells__csv=ROSTER,
        rules_versions__csv=RULES,
    )


def test_interrupted_repository_censors_its_groups(found):
    """Others are watched on, silent, until they were read."""
    groups = found.groups.set_index("key")
    until = pd.to_datetime(groups["end_us"], unit="us").dt.strftime("%F")
    assert until.to_dict() == {
        "child/2021-05-11": "2021-06-21",
        "child/2023-02-27": "2026-08-01",
        "other/2017-05-14": "2026-08-01",
    }
    assert groups["closed_us"].isna().all()


def test_group_keys_contain_no_names(found):
    """Groups go by their first day."""
    assert "Java" not in found.groups.to_csv()


def test_member_active_at_the_end_has_not_stopped(found):
    """Only where watching broke off in the fortnight after."""
    lives = found.tables["lives"]
    own = lives[lives["measure"] == "handing in"]
    told = own[["cohort", "days", "ending"]].to_numpy().tolist()
    assert sorted(told) == [
        ["first week", 0, "stopped"],
        ["first week", 7, "stopped"],
        ["first week", 11, "stopped"],
        ["first week", 40, "open"],
        ["later", 0, "open"],
    ]


def test_a_rule_is_dated_by_its_first_wording(found):
    """An unchanged page is no new rule; a fine begins when it is first named."""
    events = found.tables["events"].sort_values("time_us")
    at = pd.to_datetime(events["time_us"], unit="us").dt.strftime("%F")
    assert sorted(zip(at, events["kind"], strict=True)) == [
        ("2023-02-26", "a rule on leaving"),
        ("2023-02-26", "rules"),
        ("2023-03-01", "a fine in red packets"),
        ("2023-03-01", "rules"),
    ]


def test_people_in_two_groups_are_counted(found):
    """One of the three also hands in elsewhere."""
    told = found.tables["facts"].pivot_table("value", "key", "fact")
    assert told["people_in_others_too"].to_dict() == {
        "child/2021-05-11": 1,
        "child/2023-02-27": 1,
        "other/2017-05-14": 0,
    }


def test_child_groups_equal_the_first_inspection():
    """Eleven births; nine dwindled, the last day handed in told by group."""
    study = open_study("zh_daka")
    groups = study.table("registry").set_index("group")
    facts = study.table("facts").pivot_table("value", "group", "fact")
    ours = groups["kind"].eq("child") & facts["watching_broken_off"].eq(0)
    days = study.table("snapshots").groupby("group")["day"].agg(["min", "max"])
    lived = (days["max"] - days["min"] + 1)[ours]
    assert sorted(lived) == [18, 35, 43, 52, 138, 150, 190, 793, 878]
    assert (groups["kind"].eq("child").sum(), ours.sum()) == (11, 9)
    assert (groups["origin_us"] % DAY_US == 0).all()
    wordings = facts["wordings_of_rules"].nlargest(2).tolist()
    assert wordings == [19, 15]
