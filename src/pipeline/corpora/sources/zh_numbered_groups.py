"""Numbered Chinese chat groups of open-source projects, from page histories.

A row is a QQ, DingTalk or WeChat group on a project's list: between which versions it
was added, called full and taken off. Nothing is known of its members or its talk.
"""

import pandas as pd

from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_instants
from pipeline.corpora.shared.registers import build_facts, build_registry

GROUPS, PROJECTS = "groups.csv", "repos.csv"
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
    """Build tables of numbered chat groups: when each opened and filled."""
    listed = raw.rows(GROUPS)
    projects = raw.rows(PROJECTS)
    groups = _add_keys(
        listed.assign(**{us: to_instants(listed[t]) for us, t in TIMES.items()})
    )
    empty = int((~projects["repo"].isin(groups["repo"])).sum())
    return Counted(
        _build_registry(groups),
        {
            "fills": groups.assign(
                number=groups["ordinal"], shared=groups["shared_with"].notna()
            )[["key", "number", "shared", *TIMES]],
            "facts": build_facts(
                groups, {"there_at_first": groups["unlisted_us"].isna()}
            ),
        },
        {"a project that lists no group": empty},
        {"groups on lists": len(groups), "projects": len(projects) - empty},
    )


def _add_keys(groups: pd.DataFrame) -> pd.DataFrame:
    """Add anonymous numbers for projects and for groups within them."""
    first = groups.groupby("repo")["listed_us"].transform("min")
    ordered = groups.assign(first=first).sort_values(
        ["first", "repo", "listed_us", "ordinal", "group"], ignore_index=True
    )
    number = pd.Series(pd.factorize(ordered["repo"])[0] + 1).astype("str").str.zfill(3)
    nth = ordered.groupby("repo").cumcount().add(1).astype("str").str.zfill(2)
    project = "project " + number
    return ordered.assign(project=project, key=project + "/" + nth)


def _build_registry(groups: pd.DataFrame) -> pd.DataFrame:
    """Build the registry of chat groups, from being listed on a page to removal."""
    return build_registry(
        groups,
        network=groups["project"],
        kind=groups["platform"].map(KINDS),
        origin_us=groups["listed_us"],
        end_us=groups["until_us"],
        closed_us=groups["removed_us"],
        closed_kind="taken off the list",
    )
