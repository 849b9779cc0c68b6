"""Share of new members invited by core members."""

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
    list_networks_and_batches,
    select_groups_with_values,
)
from helpers.claims.quantities.death_definitions import SEED
from helpers.claims.quantities.members import list_joins
from helpers.claims.quantities.spans import MONTH
from helpers.inference import estimate_rate_ratio
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic

LATER = 180
LEAST_JOINS = 100


@estimates("s4-core-distributes")
def core_distributes(evidence: Evidence) -> Finding:
    """Estimate the share of invited joins that core members bring."""
    rows = _group_by_core(evidence)
    joins = int(rows[["by_cores", "by_others"]].to_numpy().sum())
    passed = gates.pass_gates(
        gates.require_units(len(rows)),
        gates.require_clusters(*list_networks_and_batches(evidence, rows["group"])),
        gates.require_units(joins, "joins", LEAST_JOINS),
    )

    def estimate(column: str) -> tuple[Interval, Interval]:
        return summarise_core(evidence, _group_by_core(evidence, column))

    return Finding.estimated(
        partial(estimate, "core_8"),
        "joins by invitation in days 28–179 that core members of day 28 brought; then"
        " joins a core member over joins another member",
        passed,
        {name: partial(estimate, name) for name in ("core_4", "core_12")},
        qualifiers=("association",),
    )


def summarise_core(evidence: Evidence, rows: pd.DataFrame) -> tuple[Interval, Interval]:
    """Return core members' share of invitations, and their relative rate.

    Parameters
    ----------
    evidence
    rows
        A row a group: `by_cores` and `by_others`, counts of what was done, and `cores`
        and `others`, counts of people.
    """
    clusters = choose_clusters_for(evidence, rows["group"])
    table = rows[["by_cores", "by_others"]].to_numpy(np.float64)

    def share(weights: Floats) -> Floats:
        ours, theirs = (weights @ table).T
        shares: Floats = ours / (ours + theirs)
        return shares

    return bootstrap_statistic(
        share, clusters, "cloglog", seed=SEED
    ), estimate_rate_ratio(
        rows["by_cores"],
        rows["cores"],
        rows["by_others"],
        rows["others"],
        clusters,
        seed=SEED,
    )


def _group_by_core(evidence: Evidence, column: str = "core_8") -> pd.DataFrame:
    rows = list_joins(evidence)
    there = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
    months = evidence.months
    cores = months[months["month"] == 0].set_index("group")[column].astype("float64")
    late = rows[rows["joined"].between(MONTH, LATER, "left")]
    brought = pd.crosstab(late["group"], late["channel"])
    brought = brought.reindex(columns=["core", "member"], fill_value=0)
    size = there.groupby("group").size()
    table = select_groups_with_values(
        evidence, cores=cores, size=size, by_cores=brought["core"],
        by_others=brought["member"],
    )  # fmt: skip
    others = (table["size"] - table["cores"]).clip(lower=0)
    return table.assign(others=others)[table["cores"] > 0]
