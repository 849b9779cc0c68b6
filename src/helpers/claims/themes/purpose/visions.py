"""Recruitment and retention of groups with a stated vision."""

from __future__ import annotations

from functools import partial

import pandas as pd

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
from helpers.claims.quantities.codings import read_stated
from helpers.claims.quantities.members import list_joins, select_stayed
from helpers.claims.quantities.spans import MONTH
from helpers.survival import Interval
from helpers.wording import say


@estimates("s1-vision-drives-start")
def vision_drives_start(evidence: Evidence) -> Finding:
    """Estimate retention difference and join ratio, groups with a vision to without."""
    vision = read_stated(evidence, "vision", 7)
    rows = _select_unforced(evidence, vision)
    joins = rows.groupby("group").size()
    passed = gates.pass_gates(
        require_both_sides(vision),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def estimate(days: float) -> tuple[Interval, Interval]:
        arrivals = select_stayed(rows, days)
        clusters = choose_clusters_for(evidence, arrivals["group"])
        stays = estimate_difference(arrivals["kept"], arrivals["vision"], clusters)
        groups = select_groups_with_values(evidence, vision=vision)
        came_then = groups["group"].map(joins).fillna(0)
        group_clusters = choose_clusters_for(evidence, groups["group"])
        return stays, estimate_mean_ratio(came_then, groups["vision"], group_clusters)

    return Finding.estimated(
        partial(estimate, float(MONTH)),
        "of those who came unforced in days 7–27, share still there 28 days later, with"
        " a vision stated by day 7 less without; then how many came",
        passed,
        {
            say("14 days"): partial(estimate, MONTH / 2),
            say("56 days"): partial(estimate, 2.0 * MONTH),
        },
        qualifiers=("association",),
    )


def _select_unforced(evidence: Evidence, vision: pd.Series[float]) -> pd.DataFrame:
    rows = list_joins(evidence)
    if "channel" in rows:
        rows = rows[rows["channel"] != "owner"]
    rows = rows[rows["joined"].between(7, MONTH, "left")]
    arrivals = rows.assign(vision=rows["group"].map(vision)).dropna(subset="vision")
    return arrivals.reset_index(drop=True)
