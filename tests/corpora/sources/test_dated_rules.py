"""The traps of dated rules: moved pages, drafts, pages that rule nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.sources import dated_rules
from helpers.study import open_study

VERSIONS = """repo,file,at,what,chars,prohibition_words,author
kubernetes/community,sig-governance.md,2017-05-12T16:23:07-07:00,created,6960,2,a
kubernetes/community,communication/moderation.md,2018-04-24T10:42:02-04:00,created,9,1,b
kubernetes/community,committee-steering/governance/sig-governance.md,\
2018-07-09T10:47:55-07:00,created,7507,2,a
kubernetes/community,sig-governance.md,2019-04-16T11:56:13-07:00,deleted,0,0,a
rladies/starter-kit,logo/README.md,2016-11-28T22:48:32+00:00,created,122,0,c
rladies/starter-kit,RulesGuidelines_Espanol.md,2017-05-09T19:44:07+01:00,created,9,1,c
rladies/starter-kit,ES/RulesGuidelines_Espanol.md,2020-09-15T08:15:20+02:00,created,9,1,c
w3c/PWETF,index.html,2018-09-27T17:07:24+02:00,created,1429,2,d
w3c/PWETF,index.html,2018-09-28T17:07:24+02:00,changed,1430,2,e
"""


@pytest.fixture
def found(counted):
    """Count three communities."""
    return counted(dated_rules, rule_versions__csv=VERSIONS)


def test_rules_are_dated_by_their_first_page(found):
    """A moved page is one more, not a new rule."""
    events = found.tables["events"]
    at = pd.to_datetime(events["time_us"], unit="us").dt.strftime("%F")
    told = events["key"] + " " + at + " " + events["kind"]
    assert sorted(told) == [
        "kubernetes 2017-05-12 governance written",
        "kubernetes 2018-04-24 chat rules written",
        "kubernetes 2018-07-09 page added",
        "kubernetes 2019-04-16 page removed",
        "rladies 2017-05-09 chapter rules written",
        "rladies 2020-09-15 page added",
        "w3c 2018-09-27 conduct written",
        "w3c 2018-09-28 page changed",
    ]
    assert found.became == {"a version of a page without rules": 1}


def test_rule_dates_equal_the_first_inspection():
    """The dates to be used, read off the first pages."""
    study = open_study("dated_rules")
    events = study.table("events")
    key = events["group"].map(study.table("registry").set_index("group")["key"])
    written = events[events["kind"].str.endswith("written")]
    day = pd.to_datetime(written["time_us"], unit="us").dt.strftime("%F")
    dates = set(key[written.index] + " " + day + " " + written["kind"])
    assert dates >= {
        "lean 2026-06-18 chat rules written",
        "raku 2021-02-25 conduct written",  # the evening before, where it was written
        "kubernetes 2017-05-12 governance written",
        "kubernetes 2017-12-27 chat rules written",
        "openeuler 2019-12-26 conduct written",
        "rladies 2017-05-09 chapter rules written",
        "w3c 2018-09-27 conduct written",
    }


def test_communities_are_networks_elsewhere():
    """Each is the mother of groups in another study."""
    there = {"w3c_groups", "raku_irc", "zulip_archives"}
    known = {n for s in there for n in open_study(s).table("groups")["network"]}
    for name in ("sig_groups", "rladies_meetup"):
        known |= set(open_study(name).table("registry")["network"])
    here = set(open_study("dated_rules").table("registry")["network"])
    assert here <= known
