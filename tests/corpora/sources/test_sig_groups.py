"""The traps of interest groups: renames, merges, housekeeping, undated ends."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.corpora.shared.sig_names import MERGED, RENAMED
from helpers.corpora.sources import sig_groups
from helpers.study import open_study

HEAD = "community,sig,first_commit,created_on,state,ended,maintainers_now,last_commit,"
GROUPS = f"""{HEAD}former_names
openeuler,sig-ceph,2020-05-06,,removed,2022-06-25,,2022-06-25,
openeuler,sig-SDS,2022-06-25,2026-05,active,,3,2026-01-01,
openeuler,sig-OKD,2020-08-06,,archived,2022-06-29,,2022-06-29,
openeuler,sig-rfo,2022-09-02,,archived,2025-06-07,,2025-06-07,
openeuler,sig-template,2019-12-30,,active,,,2020-01-01,
openharmony,sig_qt,2022-10-08,2022-10-01,active,,9,2025-10-20,sig-qt
openharmony,docs,2021-07-17,,old_name,2021-07-23,,2021-07-23,
kubernetes,wg-x,2018-03-26,,archived,2020-04-06,,2020-04-06,
kubernetes,sig-y,2018-03-26,,removed,,,2019-12-18,
"""
COMMITS = "community,sig,date,author_hash,files,added,deleted,governance_files\n" + (
    "\n".join(
        [
            "openeuler,sig-ceph,2021-01-01T08:00:00+08:00,p,1,1,0,1",
            "openeuler,sig-SDS,2023-01-01T08:00:00+08:00,p,1,1,0,1",
            "openeuler,sig-rfo,2026-01-01T08:00:00+08:00,p,1,1,0,1",
            "openharmony,sig-qt,2023-01-02T08:00:00+08:00,p,1,1,0,1",
            "openharmony,sig_qt,2023-01-02T09:00:00+08:00,q,1,1,0,1",
            "openharmony,sig_qt,2023-01-03T09:00:00+08:00,q,1,1,0,0",
            *(
                f"openeuler,{sig},2023-05-01T08:00:00+08:00,bot,1,1,0,1"
                for sig in ("sig-ceph", "sig-OKD", "sig-rfo", "sig-a", "sig-b", "sig-c")
            ),
        ]
    )
)


@pytest.fixture
def found(counted):
    """Count the groups of three communities."""
    return counted(
        sig_groups,
        sigs__csv=GROUPS,
        sig_commits__csv__gz=COMMITS,
    )


def test_renamed_group_keeps_its_age_and_commits(found):
    """It is as old as its oldest name and has the commits of all of them."""
    groups = found.groups.set_index("key")
    assert "openeuler/sig-ceph" not in groups.index
    born = pd.Timestamp(int(groups.loc["openeuler/sig-SDS", "origin_us"]), unit="us")
    assert f"{born:%F}" == "2020-05-06"


def test_kind_of_closure_is_recorded(found):
    """Merged, completed, administrative, or removed on a day nobody tells."""
    ends = found.groups.set_index("key")["closed_kind"].dropna()
    assert ends.to_dict() == {
        "openeuler/sig-OKD": "merged",
        "openeuler/sig-rfo": "administrative",
        "kubernetes/wg-x": "completed",
        "kubernetes/sig-y": "administrative, undated",
    }


def test_housekeeping_commits_are_not_activity(found):
    """Commits to many groups, to no governing file, or after the end are out."""
    assert found.became["a commit to five groups or more"] == 3
    assert found.became["a commit to what is not a group"] == 3
    assert found.became["a commit that governs nothing"] == 1
    assert found.became["a commit after the end of its group"] == 1


def test_renamed_and_merged_groups_exist_under_their_new_key():
    """A successor is there; renamed folders are gone from the registry."""
    keys = set(open_study("sig_groups").table("registry")["key"])
    assert not keys & RENAMED.keys()
    named = {RENAMED.get(new, new) for new in RENAMED.values()}
    assert named <= keys
    assert set(MERGED) | set(MERGED.values()) <= keys
