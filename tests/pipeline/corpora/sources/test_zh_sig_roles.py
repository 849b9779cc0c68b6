"""The traps of rosters: rewrites, renamed groups, templates, bulk archiving."""

from __future__ import annotations

import pytest

from pipeline.corpora.sources import zh_sig_roles

SPELLS = """community,sig,role,person,from,to,how_ended,groups_with_departures_that_day
openeuler,sig-ceph,any,q,2020-05-06,2022-06-25,left,1
openeuler,sig-SDS,any,p,2022-06-25,2026-08-20,open,0
openeuler,sig-rfo,any,p,2021-01-01,2025-06-07,group_folder_gone,0
openeuler,sig-rfo,maintainer,p,2021-01-01,2022-05-25,left,78
opengauss,Template,any,x,2021-01-01,2022-05-25,left,1
"""
CHARTERS = """community,sig,file,sig_first_seen
openeuler,sig-SDS,README.md,2022-06-25
openeuler,sig-SDS,README_cn.md,2022-06-25
opengauss,SC,README.md,2020-06-25
"""


@pytest.fixture
def found(counted):
    """Count three groups and a template."""
    return counted(
        zh_sig_roles,
        role_spells__csv__gz=SPELLS,
        charters__csv=CHARTERS,
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
