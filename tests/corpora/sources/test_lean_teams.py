"""Lean's teams and what they wrote in its streams."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import lean_teams
from helpers.study import open_study

TEAMS = """group,born,left_truncated,desc_chars_first,chain_id,chain_born
Maintainer team,2022-10-24,1,929,Maintainer team,2022-10-24
Mathlib maintainers,2026-05-29,0,930,Maintainer team,2022-10-24
"""
SPELLS = """group,person,role,start,end,end_reason
Maintainer team,a,member,2022-10-24,2026-05-29,group ended
Maintainer team,b,member,2022-10-24,2024-01-01,
Mathlib maintainers,a,member,2026-05-29,,
"""
SIZES = """group,date,persons
Maintainer team,2022-10-24,23
Maintainer team,2022-10-24,24
"""
EVENTS = "group,date,event\nMaintainer team,2022-10-24,born\n"
MONTHS = """stream_id,month,any_team,former_team,future_team,msgs,not_in_any_team
7,2018-02,0,0,434,590,156
7,2018-03,1,2,3,10,4
"""


@pytest.fixture
def found(counted):
    """Count one team under two names, and a stream."""
    return counted(
        lean_teams,
        groups__csv=TEAMS,
        spells__csv=SPELLS,
        sizes__csv=SIZES,
        events__csv=EVENTS,
        stream_month__csv=MONTHS,
    )


def test_renamed_team_keeps_its_members(found):
    """Nobody left with the old name."""
    stays = found.tables["spells"].set_index("person")["ending"]
    assert stays.to_dict() == {"a": "open", "b": "left"}
    labels = found.groups["label"].tolist()
    assert labels == ["Lean Mathlib maintainers", "lean/7"]


def test_months_add_up_by_stream(found):
    """A stream begins with the month of its first message."""
    told = found.tables["facts"].pivot_table("value", "key", "fact").loc["lean/7"]
    assert (told["messages"], told["messages_by_later_teams"]) == (600, 437)
    origin = found.groups.set_index("key")["origin_us"]["lean/7"]
    assert origin == 17_563 * 86_400_000_000


def test_messages_by_team_members_equal_the_first_inspection():
    """218,508 of 934,739 messages by people then in a team, 342,270 by later ones."""
    study = open_study("lean_teams")
    said = study.table("facts").groupby("fact")["value"].sum()
    assert said["messages"] == 934_739
    assert said["messages_by_teams"] == 218_508
    assert said["messages_by_later_teams"] == 342_270


def test_stream_keys_equal_those_of_zulip_archives():
    """Under the same keys."""
    groups = open_study("lean_teams").table("registry")
    streams = groups.loc[groups["kind"] == "stream", "key"]
    there = set(open_study("zulip_archives").table("groups")["key"])
    assert set(streams) <= there
