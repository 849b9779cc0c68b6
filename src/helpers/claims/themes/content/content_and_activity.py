"""Compare how well content, size and core members predict next month's messages.

What content is, hand labels correct an instrument for; or length and links tell, and
nobody judged quality.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.dominance import estimate_lead
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.quantities.activity import DEFINITIONS, count_items_by_span
from helpers.claims.quantities.quantity import Quantity, count_exactly, enclose_bounds
from helpers.claims.quantities.spans import to_local_days
from helpers.errors import NotIdentifiableError
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.wording import join_messages, say

LAST_MONTH, LEAST_OF_KIND = 12, 10  # months of the first year; group-months of a kind
MONTH = ["group", "month"]
FAMILIES = ("content", "size", "core", "host", "kind")
LAGS = {"next month": 1, say("two months on"): 2}


class Months(NamedTuple):
    """Group-months: log predictors by family, such as size; next month's messages."""

    rows: pd.DataFrame
    families: Mapping[str, pd.DataFrame]


@estimates("s4-content-explains-liveliness")
@stands_in(
    "s4-content-explains-liveliness",
    needs=("groups", "births", "senders", "months", "content_by_length"),
)
def content_explains_liveliness(evidence: Evidence) -> Finding:
    """Estimate content's explained share of later messages minus the next largest."""
    labelled = evidence.records("groups", "births", "content")
    months = (_months_by_labels if labelled else _months_by_length)(evidence)
    passed = gates.pass_gates(*months.gate())

    def estimate(months: Months) -> Interval:
        rows, families = months
        if "content" not in families:
            raise NotIdentifiableError("content never varies", where="months")
        lead = estimate_lead(
            rows["later"].to_numpy(np.float64),
            [table.to_numpy(np.float64) for table in families.values()],
            choose_clusters_for(evidence, rows["group"]),
        )
        if not labelled:
            return lead  # an instrument that errs explains less: limits up to all
        reason = "content as an instrument sees it"
        return enclose_bounds(lead, count_exactly([True]), why=reason)

    rows = months.rows(**months.chosen)
    return months.build_finding(rows, estimate, passed, cases="months")


def _months_by_labels(evidence: Evidence) -> Quantity[Months]:
    """Return group-months with content counted by classifier and hand labels."""
    talk = Talk.of(evidence, "content")

    def count(rows: pd.DataFrame, *, corrected: bool) -> pd.Series[float]:
        shares = talk.at(rows).fillna(0.0)
        line = talk.calibration if corrected else talk.calibration.ignored
        return shares["messages"] * line.shares(shares["machine"])

    def build(lag: int, core: str, *, corrected: bool) -> Months:
        months = evidence.months
        groups = evidence.groups.set_index("group")
        age_at_end = (groups["end_us"] - groups["origin_us"]) // DAY_US
        is_followed_up = (
            months["group"].map(age_at_end) >= (months["month"] + lag + 1) * MONTH_DAYS
        )
        rows = months[is_followed_up].reset_index(drop=True)
        later = rows[MONTH].assign(month=rows["month"] + lag)
        messages = later.merge(months[[*MONTH, "messages"]], "left")["messages"]
        other = messages.fillna(0.0) - count(later, corrected=corrected)
        items = count(rows, corrected=corrected)
        named = {"content": items, "size": rows["posters"], "core": rows[core]}
        families = {
            name: pd.DataFrame({name: np.log1p(values.astype(float))})
            for name, values in named.items()
        }
        return Months(rows.assign(later=other.clip(lower=0.0)), families)

    return Quantity(
        rows=build,
        definition=say(
            "content's Shapley share of the explained deviance of messages"
            " without content in the month after, less that of posters or"
            " of core members, whichever is larger"
        ),
        sets={
            "lag": LAGS,
            "core": {"8 of 28 days": "core_8", "4 of 28 days": "core_4"},
            "corrected": {"corrected by labels": True, "instrument alone": False},
        },
        biased=["instrument alone"],
        gate=lambda: (
            *talk.gated(),
            gates.require_groups(evidence.months["group"].nunique()),
        ),
        note=say(
            "owners and kinds of groups are not among the rivals; an"
            " instrument that errs can support the claim but not contradict"
            " it"
        ),
    )


def _months_by_length(evidence: Evidence) -> Quantity[Months]:
    """Return group-months with content counted by message length and links."""

    def build(definition: str, lag: int) -> Months:
        rows = _build_rows_by_length(evidence, definition, lag)
        return Months(rows, _list_families(evidence, rows))

    rows, families = build("items", LAGS["next month"])
    groups = evidence.groups[evidence.groups["group"].isin(rows["group"])]
    rivals = join_messages(", ", (name for name in families if name != "content"))
    return Quantity(
        rows=build,
        definition=say(
            "Shapley share of content (messages of 60 words, links with a"
            " comment) of the explained deviance of other messages in the"
            " month after, less that of its best rival: {rivals}",
            rivals=rivals,
        ),
        sets={"definition": DEFINITIONS, "lag": LAGS},
        gate=lambda: gates.require_sampled(groups),
        note=say(
            "{n} months of {n_groups} groups; nobody judged quality",
            n=len(rows),
            n_groups=len(groups),
        )
        + ("" if "host" in families else say("; owners are not known")),
    )


def _build_rows_by_length(
    evidence: Evidence, definition: str, lag: int
) -> pd.DataFrame:
    """Build one row per month of a young group: its posts by length, later messages."""
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
    """Return the host's log message counts by group-month, if recorded."""
    try:
        days = evidence.table("owner_days")
    except NotIdentifiableError:
        return {}
    groups = evidence.groups.set_index("group")
    born = days["group"].map(to_local_days(evidence, groups["origin_us"]))
    month = ((days["day"] - born) // MONTH_DAYS).rename("month")
    host_messages = days["owner"].groupby([days["group"], month]).sum()
    return {"host": np.log1p(host_messages.reindex(at).fillna(0).to_numpy(float))}


def _list_families(evidence: Evidence, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return varying predictors by family: content, size, core members, group type."""
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
