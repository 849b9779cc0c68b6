"""Retention of members by price and by type of group."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_difference,
    estimate_mean_ratio,
    list_networks_and_batches,
    require_both_sides,
    select_groups_with_values,
)
from helpers.claims.quantities.codings import classify_kinds, measure_coded
from helpers.claims.quantities.deaths import SEED
from helpers.claims.quantities.members import list_joins, select_stayed
from helpers.claims.quantities.spans import MONTH
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, fit_cox
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.wording import say

QUARTER_YEAR = 90
LEAST_GROUPS = 30
SMALL_FEE = 5.0
MIDDLE_FEE = 50.0


@estimates("s4-paying-is-a-gap")
def paying_is_a_gap(evidence: Evidence) -> Finding:
    """Estimate 90-day retention gaps: free to low fee; that minus low to high fee."""
    rows = _group_by_fee(evidence)
    counts = rows.groupby("bin")["group"].nunique().reindex([0, 1, 2], fill_value=0)
    counts_text = ", ".join(map(str, counts))
    passed = gates.pass_gates(
        gates.Gate(
            "fees",
            bool(counts.min() >= LEAST_GROUPS),
            say(
                "{counts_text} groups free, up to 5 and up to 50;"
                " {least_groups} needed in each",
                counts_text=counts_text,
                least_groups=LEAST_GROUPS,
            ),
        ),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(days: float, small: float) -> tuple[Interval, Interval]:
        rows = _group_by_fee(evidence, days, small)
        low = rows[rows["bin"] < 2].reset_index(drop=True)  # noqa: PLR2004 - the third bin
        first = estimate_difference(
            low["kept"], low["bin"], choose_clusters_for(evidence, low["group"])
        )
        return first, _estimate_jump_difference(evidence, rows)

    return Finding.estimated(
        partial(estimate, float(QUARTER_YEAR), SMALL_FEE),
        "share still there after 90 days, fees up to 5 yuan less free; that jump less"
        " the one from there to 50 yuan",
        passed,
        {
            say("28 days"): partial(estimate, float(MONTH), SMALL_FEE),
            "up to 10 yuan": partial(estimate, float(QUARTER_YEAR), 10.0),
        },
        qualifiers=("association",),
        cases="people",
    )


def _group_by_fee(
    evidence: Evidence, days: float = QUARTER_YEAR, small: float = SMALL_FEE
) -> pd.DataFrame:
    rows = select_stayed(list_joins(evidence), days)
    fee = rows["group"].map(measure_coded(evidence, "fee", 0))
    cut = np.select([fee.eq(0), fee.le(small), fee.le(MIDDLE_FEE)], [0, 1, 2], -1)
    return rows.assign(bin=cut)[cut >= 0].reset_index(drop=True)


def _estimate_jump_difference(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    is_retained = rows["kept"].to_numpy(np.float64)
    sides = np.column_stack([rows["bin"] == nth for nth in range(3)]).astype(float)

    def statistic(weights: Floats) -> Floats:
        free, small, middle = ((weights * is_retained) @ sides / (weights @ sides)).T
        jump: Floats = (small - free) - (middle - small)
        return jump

    clusters = choose_clusters_for(evidence, rows["group"])
    return bootstrap_statistic(statistic, clusters, "identity", seed=SEED)


@estimates("s3-paid-belonging")
def paid_belonging(evidence: Evidence) -> Finding:
    """Estimate hazard ratio of leaving and ratio of posters, paid vs. free groups."""
    paid, proxy = _select_paid(evidence)
    rows = list_joins(evidence)
    rows = rows.assign(paid=rows["group"].map(paid)).dropna(subset="paid")
    rows = rows[rows["joined"] < rows["until"]].reset_index(drop=True)
    passed = gates.pass_gates(
        require_both_sides(rows.drop_duplicates("group")["paid"]),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(window: str) -> tuple[Interval, Interval]:
        posters = evidence.window(window).set_index("group")["posters"]
        members = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
        size = members.groupby("group").size()
        both = select_groups_with_values(
            evidence, posters=posters, size=size, paid=paid
        )
        active = estimate_mean_ratio(
            both["posters"],
            both["paid"],
            choose_clusters_for(evidence, both["group"]),
            exposure=both["size"],
        )
        return _estimate_leaving(evidence, rows), active

    return Finding.estimated(
        partial(estimate, "28-83"),
        "HR of leaving, members of paid groups over those of free ones; people who"
        " write in days 28–83 a member, paid over free",
        passed,
        {
            say("days {name}", name=name): partial(estimate, name)
            for name in ("28-55", "84-181")
        },
        qualifiers=(*proxy, "association"),
        cases="people",
    )


def _select_paid(evidence: Evidence) -> tuple[pd.Series[float], tuple[str, ...]]:
    paid = measure_coded(evidence, "fee", 0).gt(0).astype("float64")
    try:
        kind = classify_kinds(evidence).reindex(paid.index)
    except NotIdentifiableError:
        return paid, ("proxy",)
    return paid[kind.eq("learning")], ()


def _estimate_leaving(evidence: Evidence, rows: pd.DataFrame) -> Interval:
    end = rows["left"].fillna(rows["until"])
    stay = (end - rows["joined"]).clip(lower=1 / 86_400)
    fit = fit_cox(
        stay,
        rows["left"].notna(),
        rows[["paid"]],
        cluster=choose_clusters_for(evidence, rows["group"]).codes,
    )
    return fit["paid"].ratio
