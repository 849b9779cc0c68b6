"""The traps of lists: late marks, unseen beginnings, several lists, removals."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from helpers.study import open_study
from pipeline.corpora.sources import zh_numbered_groups

GROUPS = """repo,group,platform,ordinal,first_listed,listed_after,first_full,\
last_not_full,removed,observed_until,paths,member_obs,shared_with
b/b,8,qq,,2020-03-01T00:00Z,2020-02-01T00:00Z,,2020-04-01T00:00Z,2020-05-01T00:00Z,\
2021-01-01T00:00Z,1,,
a/a,3,qq,2,2020-02-01T10:00Z,2020-01-05T10:00Z,2020-06-01T00:00Z,2020-05-01T00:00Z,,\
2022-01-01T00:00Z,1,,
a/a,5,dingtalk,1,2019-02-01T00:00Z,,2019-02-01T00:00Z,,,2022-01-01T00:00Z,1,,c/c
"""
REPOS = "repo,head_unix,head_commit\na/a,1,x\nb/b,2,y\nd/d,3,z\n"


@pytest.fixture
def corpus(counted):
    """Count three groups of two projects."""
    return counted(zh_numbered_groups, groups__csv=GROUPS, repos__csv=REPOS)


def test_projects_are_clusters_without_names(corpus):
    """Numbered by their first list; nothing of the raw numbers is left."""
    keys = corpus.groups[["key", "network", "kind"]].to_numpy().tolist()
    assert keys == [
        ["project 001/01", "project 001", "DingTalk group"],
        ["project 001/02", "project 001", "QQ group"],
        ["project 002/01", "project 002", "QQ group"],
    ]


def test_a_group_of_the_first_list_has_no_recorded_origin(corpus):
    """It is marked, and full at first sight stays full at first sight."""
    fills = corpus.tables["fills"].set_index("key")
    first = fills.loc["project 001/01"]
    assert pd.isna(first["unlisted_us"])
    assert first["full_us"] == first["listed_us"]
    actual = corpus.tables["facts"].set_index("key")["value"]
    assert actual.tolist() == [1, 0, 0]


def test_several_lists_are_reported(corpus):
    """A group of another project's list too is shared."""
    assert corpus.tables["fills"]["shared"].tolist() == [True, False, False]


def test_removal_from_a_list_censors_and_is_not_death(corpus):
    """Observation stops there, else with the list's last version."""
    ends = corpus.groups.set_index("key")
    assert ends["closed_us"].notna().tolist() == [False, False, True]
    assert ends["closed_kind"].dropna().tolist() == ["taken off the list"]
    assert ends["last_us"].isna().all()
    last = pd.to_datetime(ends["end_us"], unit="us").dt.strftime("%Y-%m-%d").tolist()
    assert last == ["2022-01-01", "2022-01-01", "2020-05-01"]


def test_times_of_a_list_are_in_order():
    """Unlisted < listed ≤ open ≤ full ≤ removed ≤ the end."""
    fills = open_study("zh_numbered_groups").table("fills")
    names = ["unlisted_us", "listed_us", "open_us", "full_us", "removed_us", "until_us"]
    for early, late in pairwise(names):
        known = fills[[early, late]].dropna()
        assert (known[early] <= known[late]).all()
