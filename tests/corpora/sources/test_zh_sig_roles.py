"""The traps of rosters: rewrites, renamed groups, templates, bulk archiving."""

from __future__ import annotations

import pytest

from helpers.corpora.sources import zh_sig_roles
from helpers.study import open_study

SPELLS = """community,sig,role,person,from,to,how_ended,groups_with_departures_that_day
openeuler,sig-ceph,any,q,2020-05-06,2022-06-25,left,1
openeuler,sig-SDS,any,p,2022-06-25,2026-08-20,open,0
openeuler,sig-rfo,any,p,2021-01-01,2025-06-07,group_folder_gone,0
openeuler,sig-rfo,maintainer,p,2021-01-01,2022-05-25,left,78
opengauss,Template,any,x,2021-01-01,2022-05-25,left,1
"""
COUNTS = "maintainer_orgs,repositories,has_mailing_list,has_meeting_url"
STATES = f"""community,sig,date,{COUNTS}
openeuler,sig-SDS,2023-01-01,3,5,1,1
openeuler,sig-SDS,2022-06-25,1,2,0,0
"""
WORDS = ",".join(f"first_{name}" for name in zh_sig_roles.FOUND)
CHARTERS = f"""community,sig,file,sig_first_seen,charter_first,first_chars,first_han,\
{WORDS},distinct_versions
openeuler,sig-SDS,README.md,2022-06-25,2022-06-25,90,20,1,0,0,0,0,0,0,2
openeuler,sig-SDS,README_cn.md,2022-06-25,2022-07-25,900,200,1,1,1,1,0,0,0,3
opengauss,SC,README.md,2020-06-25,2020-06-26,9,2,0,0,0,0,0,0,0,1
"""
ITEMS = "community,sig,date,added_or_deleted,repos\nopeneuler,sig-SDS,2023-01-01,A,4\n"


@pytest.fixture
def found(counted):
    """Count three groups and a template."""
    return counted(
        zh_sig_roles,
        role_spells__csv__gz=SPELLS,
        sig_states__csv__gz=STATES,
        charters__csv=CHARTERS,
        work_items__csv__gz=ITEMS,
    )


def test_people_are_numbered_by_first_appearance(found):
    """No handle and no hash of one is left."""
    spells = found.tables["spells"]
    first = spells.drop_duplicates("member").sort_values("from_day")
    assert first["member"].tolist() == [0, 1]
    assert spells.groupby("person")["member"].nunique().eq(1).all()


def test_renamed_group_keeps_its_members(found):
    """Stays under the old name belong to the newest."""
    groups = found.groups.set_index("key")
    assert set(groups.index) == {
        "openeuler/sig-SDS",
        "openeuler/sig-rfo",
        "opengauss/SC",
    }
    spells = found.tables["spells"]
    assert spells["key"].eq("openeuler/sig-SDS").sum() == 2


def test_group_is_closed_when_its_folder_is_removed(found):
    """The folder's going is administration; a rewritten list is a crowd."""
    groups = found.groups.set_index("key")["closed_kind"].dropna()
    assert groups.to_dict() == {"openeuler/sig-rfo": "administrative"}
    rewritten = found.tables["spells"].query("crowd >= 5")
    assert rewritten["ending"].tolist() == ["left"]


def test_charters_are_the_earliest_files(found):
    """A later translation is a wording more, not the first charter."""
    told = found.tables["facts"]
    told = told[told["key"] == "openeuler/sig-SDS"].set_index("fact")["value"]
    assert (told["charter_chars_first"], told["charter_versions"]) == (90, 5)
    assert (told["charter_on_first_day"], told["repositories_last"]) == (1, 5)
    assert found.became == {"a row of a template": 1}


def test_ended_roles_equal_the_first_inspection():
    """Stays in whatever role that ended while the group went on.

    The first look had three more for openEuler: those of its template.
    """
    study = open_study("zh_sig_roles")
    groups = study.table("registry")[["group", "network"]]
    spells = study.table("spells").merge(groups, on="group")
    stays = spells[spells["role"] == "any"].groupby("network")
    left = stays["ending"].apply(lambda ending: ending.eq("left").sum())
    assert left.to_dict() == {"openeuler": 719, "opengauss": 129, "openharmony": 702}


def test_group_keys_match_those_of_sig_groups():
    """Keys join the two studies where both list a group."""
    here = open_study("zh_sig_roles").table("registry")["key"]
    there = set(open_study("sig_groups").table("registry")["key"])
    both = here[here.str.startswith(("openeuler", "openharmony"))]
    assert both.isin(there).mean() > 0.98
