"""Forwarding of useful items to other groups."""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for, list_networks_and_batches
from helpers.claims.designs.rates.count_regression import compare_kinds
from helpers.survival import Interval

LEAST_ITEMS = 100


@estimates("s4-useful-content-travels")
def useful_travels(evidence: Evidence) -> Finding:
    """Estimate how much more often useful items are forwarded than other items (ratio).

    Usefulness was judged before the item spread.
    """
    rows = evidence.table("items").reset_index(drop=True)
    passed = gates.pass_gates(
        gates.require_at_least(
            "items",
            len(rows),
            LEAST_ITEMS,
            "{n} judged items, {least} needed",
            n=len(rows),
        ),
        gates.require_units(rows["group"].nunique()),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
    )

    def way(column: str) -> Interval:
        useful = pd.DataFrame({"useful": rows["useful"].astype("float64")})
        clusters = choose_clusters_for(evidence, rows["group"])
        return compare_kinds(rows[column], useful, clusters).ratio("useful")

    return Finding.estimated(
        partial(way, "reshared"),
        "times that a useful item is passed on in other groups over another", passed,
        {"groups reached": partial(way, "reached")}, qualifiers=("association",),
    )  # fmt: skip
