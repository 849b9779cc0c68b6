"""Interest groups of openEuler, openHarmony and Kubernetes, 2016–2026.

A group is a folder that its community keeps for it. It ends when the folder is
archived or removed, an administrative act; some folders were only renamed or merged.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.dates import to_days, to_instants, to_midnight
from helpers.corpora.shared.registers import build_registry
from helpers.corpora.shared.sig_names import MERGED, RENAMED, TEMPLATES
from helpers.records import DAY_US, to_day_us

GROUPS, COMMITS = "sigs.csv", "sig_commits.csv.gz"
END_US = {  # the last version read of each community
    "openeuler": to_day_us(date(2026, 8, 21)),
    "openharmony": to_day_us(date(2026, 8, 6)),
    "kubernetes": to_day_us(date(2026, 8, 22)),
}
MASS = 5  # a commit to so many groups is the community's housekeeping


def count(raw: RawFolder) -> Counted:
    """Build the registry of interest groups, with the last commit that governs each."""
    listed = _add_keys(raw.rows(GROUPS))
    old = listed["state"].eq("old_name")
    template = listed["sig"].isin(TEMPLATES)
    renamed = listed["key"].isin(RENAMED)
    groups = _date_older_names(listed)[~old & ~template & ~renamed]
    commits = _use_newest_names(raw.rows(COMMITS))
    own = commits[commits["key"].isin(groups["key"])]
    work = own[own["groups"] < MASS]
    governing = work[work["governance_files"] > 0]
    registry = _build_registry(groups)
    ends = registry.set_index("key")["end_us"]
    during = governing[governing["time_us"] < governing["key"].map(ends)]
    last = registry["key"].map(during.groupby("key")["time_us"].max())
    return Counted(
        registry.assign(last_us=last),
        {},
        {
            "an old name, not a group": int(old.sum()),
            "a template, not a group": int((template & ~old).sum()),
            "an older name of a listed group": int(renamed.sum()),
            "a commit to what is not a group": len(commits) - len(own),
            "a commit to five groups or more": len(own) - len(work),
            "a commit that governs nothing": len(work) - len(governing),
            "a commit after the end of its group": len(governing) - len(during),
        },
        {"groups": len(groups), "commits": len(during)},
    )


def _add_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Add group keys of community and name, with one spelling per name."""
    sig = table["sig"].where(
        table["community"] != "openharmony", table["sig"].str.replace("-", "_")
    )
    return table.assign(key=table["community"] + "/" + sig)


def _date_older_names(listed: pd.DataFrame) -> pd.DataFrame:
    """Return the first commit of each group that was renamed, under any name."""
    newest = listed["key"].map(RENAMED).fillna(listed["key"])
    first = listed["first_commit"].groupby(newest).min()
    return listed.assign(first_commit=listed["key"].map(first))


def _use_newest_names(commits: pd.DataFrame) -> pd.DataFrame:
    """Return each commit with its group's newest name.

    `groups` says how many groups the same person touched in the same second.
    """
    keyed = _add_keys(commits)
    same = keyed.groupby(["community", "author_hash", "date"])["key"]
    return keyed.assign(
        key=keyed["key"].replace(RENAMED),
        groups=same.transform("nunique"),
        time_us=to_instants(keyed["date"]).astype("int64"),
    )


def _build_registry(groups: pd.DataFrame) -> pd.DataFrame:
    first = to_midnight(to_days(groups["first_commit"]))
    whole = groups["created_on"].where(groups["created_on"].str.len().eq(10))
    origin = np.fmin(first, to_midnight(to_days(whole)))
    closed = to_midnight(to_days(groups["ended"])) + DAY_US
    last_seen = to_midnight(to_days(groups["last_commit"])) + DAY_US
    undated = groups["state"].eq("removed") & closed.isna()
    end = last_seen.where(undated, groups["community"].map(END_US))
    return build_registry(
        groups,
        label=groups["sig"],
        network=groups["community"],
        kind=_classify_kind(groups["sig"]),
        origin_us=origin,
        end_us=np.maximum(end, origin),
        closed_us=closed,
        closed_kind=_classify_ending(groups),
    )


def _classify_kind(names: pd.Series[str]) -> pd.Series[str]:
    """Classify groups by name: working group, user group or interest group."""
    stem = names.str.split("-").str[0]
    return stem.where(stem.isin(["wg", "ug"]), "sig")


def _classify_ending(groups: pd.DataFrame) -> pd.Series[str]:
    ended = groups["state"].isin(["archived", "removed"])
    kind = pd.Series("administrative", groups.index)
    kind = kind.mask(groups["ended"].isna(), "administrative, undated")
    kind = kind.mask(_classify_kind(groups["sig"]).eq("wg"), "completed")
    return kind.mask(groups["key"].isin(MERGED), "merged").where(ended)
