"""The traps of W3C's chairs: unlisted groups, clean-ups, two addresses."""

from __future__ import annotations

import json
from datetime import date

import pytest

from helpers.records import DAY_US
from helpers.study import open_study
from pipeline.corpora.sources import w3c_chairs

GROUPS = """w3c_id,group,type,created,first_listed,last_listed,listed_at_end,\
chairs_first_date,chairs_first,chairs_ever,participants_first_date,participants_first
1,w3.org/community/a,,2010-01-01,2018-12-06,2019-08-13,0,2018-12-06,1,2,2018-12-07,9
2,w3.org/b-wg,wg,2019-01-01,2019-01-05,2023-01-01,0,2019-01-05,1,1,2019-01-05,4
3,w3.org/community/c,cg,2026-01-01,2026-04-01,2026-08-22,1,2026-04-01,0,0,2026-04-01,1
"""
SPELLS = """w3c_id,group,type,person,start,end,end_reason
1,x,,p,2018-12-06,2019-02-01,
1,x,,q,2019-01-01,2019-08-13,group unlisted
2,x,wg,p,2020-01-21,2021-01-01,
2,x,wg,r,2019-01-05,2021-01-01,
"""
DEPARTURES = """w3c_id,end,chairs_left,chairs_new_180d,days_listed_after,\
mails_6m_before,mails_6m_after,joins_6m_before,joins_6m_after,departures_same_day
1,2019-02-01,1,0,193,5,4,1,0,1
"""


MAILS = {"2018-11": 2, "2018-12": 1, "2019-01": 1, "2019-02": 3, "2019-05": 1}
UNION = {
    "last_snapshot": "2019-12-01",
    "groups": [{"id": 1, "activity": {"lists": MAILS}}],
}


@pytest.fixture
def found(counted):
    """Count three groups."""
    mails = {w3c_chairs.MAILS: json.dumps(UNION)}
    return counted(
        w3c_chairs,
        **mails,
        groups__csv=GROUPS,
        chair_spells__csv=SPELLS,
        chair_departures__csv=DEPARTURES,
    )


def test_observation_starts_at_launch_or_first_listing(found):
    """A group listed within a month of its launch is watched from its launch."""
    groups = found.groups.set_index("key")
    late = (groups["entry_us"] - groups["origin_us"]) // DAY_US
    assert late.tolist() == [3261, 0, 90]
    assert groups["kind"].tolist() == ["cg", "wg", "cg"]


def test_charters_complete_and_listings_are_administration(found):
    """The end of a working group is a purpose fulfilled."""
    kinds = found.groups.set_index("key")["closed_kind"]
    assert kinds.iloc[:2].tolist() == ["administrative", "completed"]
    assert kinds.isna().tolist() == [False, False, True]


def test_an_unlisted_group_loses_its_chairs_without_a_departure(found):
    """Nobody gave up what ended; two who leave together are a crowd."""
    held = found.tables["holders"].set_index(["key", "day"])
    end = held.loc["1"].iloc[-1]
    assert (end["holders"], end["went"]) == (0, 0)
    assert held.loc["2"].iloc[-1][["went", "crowd"]].tolist() == [2, 2]


def test_silent_months_are_known_from_the_second_month_on(found):
    """One in April; two and three in a row from June, when May had a mail."""
    told = found.tables["silent_months"].query("since == 2").set_index("silent")
    assert told["months"].tolist() == [2, 4, 4]
    assert told["ended"].all()
    assert told[
        ["before", "between", "others"]
    ].drop_duplicates().to_numpy().tolist() == [[4, 1, 1]]


def test_group_keys_include_every_w3c_group_with_mail():
    """Every group of `w3c_groups` is here under its key."""
    here = set(open_study("w3c_chairs").table("registry")["key"])
    assert set(open_study("w3c_groups").table("groups")["key"]) < here


def test_last_mail_is_dated_no_later_than_the_closing(found):
    """A group without a mail has none; nothing is written after a closing."""
    facts = found.tables["facts"]
    last = facts[facts["fact"] == "last_mail_day"].set_index("key")["value"]

    assert last.to_dict() == {"1": (date(2019, 5, 31) - date(1970, 1, 1)).days}
