"""Who comes and stays where a vision was stated."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import stated
from helpers.claims.definitions.members import came, stayed
from helpers.claims.definitions.spans import MONTH
from helpers.claims.designs.arms import (
    clusters_for,
    difference,
    mean_ratio,
    sizes,
    tabled,
    whose,
)
from helpers.survival import Interval


@estimates("s1-vision-drives-start")
def vision_drives_start(evidence: Evidence) -> Finding:
    """Compare groups with a vision stated by day 7: who stays, and how many come."""
    vision = stated(evidence, "vision", 7)
    rows = _unforced(evidence, vision)
    joins = rows.groupby("group").size()
    passed = gates.passed(
        sizes(vision), gates.clustering(*whose(evidence, rows["group"]))
    )

    def estimate(days: float) -> tuple[Interval, Interval]:
        arrivals = stayed(rows, days)
        clusters = clusters_for(evidence, arrivals["group"])
        stays = difference(arrivals["kept"], arrivals["vision"], clusters)
        groups = tabled(evidence, vision=vision)
        came_then = groups["group"].map(joins).fillna(0)
        whole = clusters_for(evidence, groups["group"])
        return stays, mean_ratio(came_then, groups["vision"], whole)

    return Finding.estimated(
        partial(estimate, float(MONTH)),
        "of those who came unforced in days 7–27, share still there 28 days later, with"
        " a vision stated by day 7 less without; then how many came",
        passed,
        {
            "14 days": partial(estimate, MONTH / 2),
            "56 days": partial(estimate, 2.0 * MONTH),
        },
        qualifiers=("association",),
    )


def _unforced(evidence: Evidence, vision: pd.Series[float]) -> pd.DataFrame:
    rows = came(evidence)
    if "channel" in rows:
        rows = rows[rows["channel"] != "owner"]
    rows = rows[rows["joined"].between(7, MONTH, "left")]
    arrivals = rows.assign(vision=rows["group"].map(vision)).dropna(subset="vision")
    return arrivals.reset_index(drop=True)
