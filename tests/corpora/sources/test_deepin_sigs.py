"""The traps of deepin's groups: staff, templates, bots, dates as people write them."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import deepin_sigs

SIGS = """kind,sig,listed_at_head,first_commit,last_commit,date_created,date_archived,\
members_now,joins,joined_on_first_day,repos_maintained,chat,readme_first_chars,\
readme_first_han,charter_words
corporation,UnionTech,1,2022-11-28,2026-07-15,,,315,379,1,1,0,0,0,
sig,.template,1,2022-06-30,2023-02-03,2022-12-21,-,2,0,0,1,1,525,330,
sig,deepin-old,0,2022-06-30,2023-02-03,,,0,0,0,0,0,9,9,
sig,one,1,2022-08-17,2025-08-01,2022-8-17,2025/05/13,2,3,2,1,0,90,40,目标 规则
sig,two,1,2022-08-16,2023-01-13,2022-08-17,-,4,0,0,1,1,80,0,
"""
EVENTS = """kind,sig,type,person,at,bot
sig,one,join,a,2022-10-31 01:00:00,0
sig,one,join,b,2022-10-31 02:00:00,0
sig,one,join,z,2022-10-31 02:00:00,1
sig,one,leave,a,2023-01-01 02:00:00,0
corporation,UnionTech,join,c,2022-10-31 02:00:00,0
"""
MINUTES = """meeting,attendees,excused
2022-00-Establishment,0,0
2023-05,13,1
2026-03-canceled,0,0
"""


@pytest.fixture
def found(counted):
    """Count two groups and their committee."""
    return counted(
        deepin_sigs, sigs__csv=SIGS, events__csv=EVENTS, tc_minutes__csv=MINUTES
    )


def test_group_keys_are_proposal_dates_without_names(found):
    """No name is left; two of a day are told apart."""
    keys = found.groups["key"].tolist()
    assert keys == ["sig/2022-08-17/1", "sig/2022-08-17/2", "committee"]
    assert found.groups["label"].eq(found.groups["key"]).all()


def test_dates_are_read_as_people_wrote_them(found):
    """A group archived in May is not touched by a change in August."""
    one = found.groups.set_index("key").loc["sig/2022-08-17/1"]
    assert one["closed_us"] == one["end_us"] == one["last_us"]
    assert one["closed_us"] == 20_222 * 86_400_000_000


def test_bots_and_staff_are_no_members(found):
    """Who joined and who left, by day."""
    held = found.tables["holders"][["holders", "came", "went"]]
    assert held.to_numpy().tolist() == [[2, 2, 0], [1, 0, 1]]
