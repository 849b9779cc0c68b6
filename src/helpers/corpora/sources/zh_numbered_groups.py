"""Numbered Chinese chat groups of open projects, from the histories of their pages.

A row is a QQ, DingTalk or WeChat group on a project's list: between which versions it
was added, called full and taken off. Nothing is known of its members or its talk.
"""

from __future__ import annotations

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, described
from helpers.corpora.shared.dates import instants
from helpers.corpora.shared.registers import counted, facts, named, registry

GROUPS, VERSIONS, PROJECTS = "groups.csv", "states.csv.gz", "repos.csv"
KINDS = {"qq": "QQ group", "dingtalk": "DingTalk group", "wechat": "WeChat group"}
TIMES = {
    "unlisted_us": "listed_after",
    "listed_us": "first_listed",
    "open_us": "last_not_full",
    "full_us": "first_full",
    "removed_us": "removed",
    "until_us": "observed_until",
}


def count(raw: RawFolder) -> Counted:
    """Return the groups, and between which versions each was opened and filled."""
    listed = raw.rows(GROUPS)
    versions, projects = (raw.rows(name) for name in (VERSIONS, PROJECTS))
    groups = _keyed(
        listed.assign(**{us: instants(listed[t]) for us, t in TIMES.items()})
    )
    empty = int((~projects["repo"].isin(groups["repo"])).sum())
    return counted(
        _registry(groups),
        {
            "fills": groups.assign(
                number=groups["ordinal"], shared=groups["shared_with"].notna()
            )[["key", "number", "shared", *TIMES]],
            "facts": facts(groups, {"there_at_first": groups["unlisted_us"].isna()}),
        },
        {
            "a version between those that count": len(versions),
            "a project that lists no group": empty,
        },
        {"groups on lists": len(groups), "projects": len(projects) - empty},
    )


def _keyed(groups: pd.DataFrame) -> pd.DataFrame:
    """Put numbers for projects, by their first list, and for groups in each."""
    first = groups.groupby("repo")["listed_us"].transform("min")
    ordered = groups.assign(first=first).sort_values(
        ["first", "repo", "listed_us", "ordinal", "group"], ignore_index=True
    )
    number = pd.Series(pd.factorize(ordered["repo"])[0] + 1).astype("str").str.zfill(3)
    nth = ordered.groupby("repo").cumcount().add(1).astype("str").str.zfill(2)
    project = "project " + number
    return ordered.assign(project=project, key=project + "/" + nth)


def _registry(groups: pd.DataFrame) -> pd.DataFrame:
    """Return groups from their first listing to their removal from the list."""
    removed = groups["removed_us"]
    return registry(
        groups.assign(
            network=groups["project"],
            kind=groups["platform"].map(KINDS),
            origin_us=groups["listed_us"],
            end_us=removed.fillna(groups["until_us"]),
            closed_us=removed,
            closed_kind=named(removed.notna(), "taken off the list"),
        )
    )


CORPUS = described("zh_numbered_groups", count=count)
