"""Indirect: whether content, measured by length, best predicts monthly activity."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.quantities.content_counts import DEFINITIONS, count_items_by_span
from helpers.claims.quantities.spans import to_local_days
from helpers.claims.themes.content.content_and_activity import estimate_lead
from helpers.errors import NotIdentifiableError
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval

LAST_MONTH, LEAST_OF_KIND = 12, 10  # months of the first year; group-months of a kind
MONTH = ["group", "month"]
FAMILIES = ("content", "size", "core", "host", "kind")
SETS: Sets = {
    "definition": DEFINITIONS,
    "lag": {"next month": 1, "two months on": 2},
}


def _build_rows(
    evidence: Evidence, definition: str = "items", lag: int = 1
) -> pd.DataFrame:
    """Build months of young groups with content and later messages."""
    groups = evidence.from_birth.set_index("group")
    age = (groups["end_us"] - groups["origin_us"]) / DAY_US
    months = evidence.months
    watched = months[months["group"].isin(groups.index[age > MONTH_DAYS])]
    end = (watched["month"] + lag + 1) * MONTH_DAYS
    inside = (watched["month"] <= LAST_MONTH) & (watched["group"].map(age) >= end)
    rows = watched[inside].reset_index(drop=True)
    counts = count_items_by_span(evidence)
    other = counts["messages"] - counts[definition]
    at = pd.MultiIndex.from_frame(rows[MONTH])
    later = pd.MultiIndex.from_frame(rows[MONTH].assign(month=rows["month"] + lag))
    return rows.assign(
        content=np.log1p(counts[definition].reindex(at).fillna(0).to_numpy()),
        size=np.log1p(rows["posters"].astype(float)),
        core=np.log1p(rows["core_8"].astype(float)),
        later=other.reindex(later).fillna(0).to_numpy(float),
        **_build_host_logs(evidence, at),
    )


def _build_host_logs(
    evidence: Evidence, at: pd.MultiIndex
) -> dict[str, pd.Series[float]]:
    """Return log messages of the host by group-month, if recorded."""
    try:
        days = evidence.table("owner_days")
    except NotIdentifiableError:
        return {}
    groups = evidence.groups.set_index("group")
    born = days["group"].map(to_local_days(evidence, groups["origin_us"]))
    month = ((days["day"] - born) // MONTH_DAYS).rename("month")
    wrote = days["owner"].groupby([days["group"], month]).sum()
    return {"host": np.log1p(wrote.reindex(at).fillna(0).to_numpy(float))}


def _list_families(evidence: Evidence, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the predictors of each family: content, size, core, host."""
    families = {name: rows[[name]] for name in FAMILIES if name in rows}
    if "kind" in evidence.groups:
        kind = rows["group"].map(evidence.groups.set_index("group")["kind"])
        is_common = kind.map(kind.value_counts()) >= LEAST_OF_KIND
        families["kind"] = pd.get_dummies(
            kind.where(is_common, "other"), dtype=float
        ).iloc[:, 1:]
    return {
        name: table
        for name, table in families.items()
        if table.shape[1] and (table.max() > table.min()).any()
    }


def _compute_lead(
    evidence: Evidence, *, definition: str = "items", lag: int = 1
) -> Interval:
    rows = _build_rows(evidence, definition, lag)
    families = _list_families(evidence, rows)
    if "content" not in families:
        raise NotIdentifiableError("content never varies", where="months")
    return estimate_lead(
        rows["later"].to_numpy(np.float64),
        [table.to_numpy(np.float64) for table in families.values()],
        choose_clusters_for(evidence, rows["group"]),
    )


@stands_in(
    "s4-content-explains-liveliness",
    needs=("groups", "births", "senders", "months", "content_by_length"),
)
def content_before_talk(evidence: Evidence) -> Finding:
    """Estimate whether content by length predicts later messages best."""
    rows = _build_rows(evidence)
    groups = evidence.groups[evidence.groups["group"].isin(rows["group"])]
    passed = gates.pass_gates(
        *gates.require_sampled(groups),
    )
    named = list(_list_families(evidence, rows))
    rivals = ", ".join(name for name in named if name != "content")
    return Finding(
        cases="months",
        legs=(_compute_lead(evidence),),
        definition="Shapley share of content (messages of 60 words, links with a"
        " comment) of the explained deviance of other messages in the month after, less"
        f" that of its best rival: {rivals}",
        gates=passed,
        specifications=multiply_sets(SETS, partial(_compute_lead, evidence)),
        qualifiers=("association",),
        note=f"{len(rows)} months of {len(groups)} groups; nobody judged quality"
        + ("" if "host" in named else "; owners are not known"),
    )
