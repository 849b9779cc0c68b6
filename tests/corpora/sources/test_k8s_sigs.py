"""The traps of Kubernetes' leads: new names, groups that end by design."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import k8s_sigs
from helpers.study import open_study

GROUPS = """group,born,left_truncated,ended,first_roster_size,charter_first_date,\
mission_chars_first_date,mission_chars_first,chain_id
sig-contribx,2017-05-16,1,2017-05-25,2,,2017-05-16,50,sig-contribx
sig-contributor-experience,2017-05-25,0,,2,2018-09-01,2017-05-25,60,sig-contribx
wg-lts,2019-02-01,0,2026-03-26,1,,2019-03-01,70,wg-lts
"""
SPELLS = """group,person,role,start,end,end_reason
sig-contribx,a,chair,2017-05-16,2017-05-25,group ended
sig-contributor-experience,a,chair,2017-05-25,2019-01-01,
sig-contributor-experience,b,chair,2018-01-01,,
wg-lts,a,chair,2019-02-01,2026-03-26,group ended
"""
SIZES = "group,date,persons\nwg-lts,2019-02-01,1\n"
EVENTS = """group,date,event,old,new
wg-lts,2019-02-01,born,,
wg-lts,2023-07-17,reopened,,
sig-contributor-experience,2018-09-01,charter,0,1
"""
LEADS = """group,person,role,start,end,leads_left,new_leads_180d,commits_180_before,\
commits_180_after
sig-contributor-experience,a,chair,2017-05-25,2019-01-01,1,0,,
"""


@pytest.fixture
def found(counted):
    """Count two groups, one under two names."""
    return counted(
        k8s_sigs,
        groups__csv=GROUPS,
        spells__csv=SPELLS,
        sizes__csv=SIZES,
        events__csv=EVENTS,
        lead_departures__csv=LEADS,
    )


def test_renamed_group_continues_with_its_members(found):
    """One stay over both names, and one group, born under the older one."""
    spells = found.tables["spells"].query("key != 'kubernetes/wg-lts'")
    assert spells[["from_day", "ending"]].to_numpy().tolist() == [
        [17302, "left"],
        [17532, "open"],
    ]
    groups = found.groups.set_index("key")
    first = groups["origin_us"]["kubernetes/sig-contributor-experience"]
    assert first == 17302 * 86_400_000_000
    assert groups["closed_kind"].dropna().tolist() == ["completed"]


def test_charter_is_dated_by_its_first_mention(found):
    """Under whichever name."""
    told = found.tables["facts"].pivot_table("value", "key", "fact")
    assert told["charter_day"].dropna().tolist() == [17775]
    assert told["purpose_stated_at_birth"].tolist() == [1, 0]


def test_unknown_activity_is_not_read_as_zero(found):
    """A group whose folder was not counted has neither before nor after."""
    gone = found.tables["departures"]
    assert gone[["before", "after"]].isna().all(axis=None)
    assert gone["followed_days"].tolist() == [k8s_sigs.LAST_DAY - 17897]


def test_group_keys_equal_those_of_sig_groups():
    """Keys join the two studies; committees are here only."""
    groups = open_study("k8s_sigs").table("registry")
    here = set(groups.loc[groups["kind"] != "committee", "key"])
    assert here <= set(open_study("sig_groups").table("registry")["key"])
    assert len(open_study("k8s_sigs").table("departures")) == 245


def test_departures_of_leads_equal_the_first_inspection():
    """A lead left and others stay: 27 of 187 ended within two years.

    Five of them only by a new name, which is no end here.
    """
    study = open_study("k8s_sigs")
    ended = study.table("registry").set_index("group")["closed_us"]
    gone = study.table("departures")
    until = (gone["group"].map(ended) - gone["time_us"]) / 86_400_000_000
    soon = until <= 730
    watched = soon | (gone["followed_days"] >= 730)
    others = gone["others"] > 0
    assert (int((watched & others).sum()), int((soon & others).sum())) == (187, 27 - 5)
