"""Dated written rules of seven communities, 2016–2026.

Each is the mother of groups in another study, under the name of its network there:
`raku` in `raku_irc`, `lean` in `zulip_archives`, `w3c` in `w3c_groups`, `rladies` in
`rladies_meetup`, the others in `sig_groups`.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_instants
from helpers.corpora.shared.registers import (
    build_counted,
    build_facts,
    build_registry_columns,
)
from helpers.records import to_day_us

VERSIONS = "rule_versions.csv"
END_US = to_day_us(date(2026, 8, 21))  # the last version was of the day before
COMMUNITIES = {
    "leanprover-community/leanprover-community.github.io": "lean",
    "Raku/Raku-Steering-Council": "raku",
    "kubernetes/community": "kubernetes",
    "openeuler-mirror/community": "openeuler",
    "openharmony/community": "openharmony",
    "w3c/PWETF": "w3c",
    "rladies/starter-kit": "rladies",
}
# what a page rules, by its name; the first that fits
PAGES = {
    "conduct": r"(?i)code[-_]?of[-_]?conduct|^index\.html$",
    "chat rules": r"^communication/|community_guidelines",
    "chapter rules": r"(?i)^(?:ES/)?R\w*RulesA?n?d?Guide|^(?:ES/)?RulesGuidelines",
    "governance": r"governance|membership|lifecycle|role_gro|^sig/README",
}


def count(raw: RawFolder) -> Counted:
    """Build tables of communities and of changes to their written rules."""
    read = raw.rows(VERSIONS)
    versions = read.assign(
        key=read["repo"].map(COMMUNITIES),
        rules=_describe_rules(read["file"]),
        time_us=to_instants(read["at"]).astype("int64"),
    ).sort_values("time_us", kind="stable")
    ruling = versions.dropna(subset="rules")
    return build_counted(
        _build_registry(versions),
        {"events": _list_events(ruling), "facts": _build_facts(ruling)},
        {"a version of a page without rules": len(versions) - len(ruling)},
        {"versions of rules": len(ruling)},
    )


def _describe_rules(files: pd.Series[str]) -> pd.Series[str]:
    """Classify files by path as a kind of rules, such as code of conduct, or null."""
    kind = pd.Series(None, files.index, dtype="str")
    for name, pattern in PAGES.items():
        fits = files.str.contains(pattern, regex=True)
        kind = kind.mask(fits & kind.isna(), name)
    return kind


def _build_registry(versions: pd.DataFrame) -> pd.DataFrame:
    by = versions.groupby("key")["time_us"]
    table = pd.DataFrame({"origin_us": by.min(), "last_us": by.max()}).reset_index()
    return build_registry_columns(
        table.assign(network=table["key"], kind="community", end_us=END_US)
    )


def _list_events(versions: pd.DataFrame) -> pd.DataFrame:
    """List rule changes: first version of each kind, and later changes."""
    created = versions["what"].eq("created")
    first = created & ~versions[created].duplicated(["key", "rules"]).reindex(
        versions.index, fill_value=True
    )
    kind = np.select(
        [first, created, versions["what"].eq("deleted")],
        [versions["rules"] + " written", "page added", "page removed"],
        "page changed",
    )
    return pd.DataFrame(
        {
            "key": versions["key"],
            "nth": np.arange(len(versions)),
            "time_us": versions["time_us"],
            "kind": kind,
            "value": versions["chars"],
        }
    )


def _build_facts(versions: pd.DataFrame) -> pd.DataFrame:
    by = versions.groupby("key")
    measured = pd.DataFrame(
        {
            "versions": by.size(),
            "pages": by["file"].nunique(),
            "authors": by["author"].nunique(),
            "prohibitions_most": by["prohibition_words"].max(),
        }
    )
    return build_facts(measured.reset_index())


CORPUS = load_description("dated_rules", count=count)
