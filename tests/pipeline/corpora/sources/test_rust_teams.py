"""The traps of Rust's teams: permission lists, ends of projects, late rosters."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import rust_teams

TEAMS = """team_id,name,kind,born,left_truncated,end,members_first,leads_first,\
members_max,alumni_last,desc_first,desc_first_chars
1,core,team,2018-11-04,1,2025-02-18,8,1,9,2,2018-11-04,31
2,all,marker-team,2018-11-04,1,,80,0,99,0,,0
3,project-x,project-group,2020-01-01,0,2021-01-01,3,1,4,0,2020-02-01,9
"""
SPELLS = """team_id,person,role,start,end,end_reason
1,a,lead,2018-11-04,2020-12-14,
1,a,member,2018-11-04,,
1,b,lead,2018-11-04,2025-02-18,archive
2,c,member,2018-11-04,2020-02-04,
3,d,lead,2020-01-01,2021-01-01,deleted
"""
ACTIVITY = """team_id,person,role,obs_days,matched,msgs_during,msgs_elsewhere_during
1,a,lead,327,1,5,0
1,b,member,327,1,0,9
1,c,member,89,1,0,0
1,d,member,327,0,0,0
"""


@pytest.fixture
def found(counted):
    """Count two teams and a list of permissions."""
    return counted(
        rust_teams,
        teams__csv=TEAMS,
        spells__csv=SPELLS,
        membership_activity__csv=ACTIVITY,
    )


def test_permission_lists_are_not_teams(found):
    """Its rows of every kind are set aside together."""
    assert found.groups["key"].tolist() == ["core", "project-x"]
    assert found.became["a list of permissions, not a team"] == 2


def test_finished_project_group_is_completed(found):
    """Its end is no death of a group."""
    kinds = found.groups.set_index("key")["closed_kind"]
    assert kinds.to_dict() == {"core": "administrative", "project-x": "completed"}


def test_only_matched_members_can_be_silent(found):
    """Who is not found under a sender's name is no lurker."""
    told = found.tables["funnels"].set_index(["cohort", "step"])["people"]
    assert told["member"].to_dict() == {
        "listed 90 days or more": 1,
        "wrote in the stream": 0,
        "wrote elsewhere only": 1,
    }
