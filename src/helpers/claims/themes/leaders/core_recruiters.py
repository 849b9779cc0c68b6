"""Whom core members brought."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import SEED
from helpers.claims.definitions.members import came
from helpers.claims.definitions.spans import MONTH
from helpers.claims.designs.arms import clusters_for, tabled, whose
from helpers.inference import rate_ratio
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap

LATER = 180
LEAST_JOINS = 100


@estimates("s4-core-distributes")
def core_distributes(evidence: Evidence) -> Finding:
    """Estimate how many invited joins of days 28–179 core members of day 28 brought."""
    rows = _by_core(evidence)
    joins = int(rows[["by_cores", "by_others"]].to_numpy().sum())
    passed = gates.passed(
        gates.units(len(rows)), gates.clustering(*whose(evidence, rows["group"])),
        gates.units(joins, "joins", LEAST_JOINS),
    )  # fmt: skip

    def estimate(column: str) -> tuple[Interval, Interval]:
        return core_share_and_rate(evidence, _by_core(evidence, column))

    return Finding.estimated(
        partial(estimate, "core_8"),
        "joins by invitation in days 28–179 that core members of day 28 brought; then"
        " joins a core member over joins another member",
        passed,
        {name: partial(estimate, name) for name in ("core_4", "core_12")},
        qualifiers=("association",),
    )


def core_share_and_rate(
    evidence: Evidence, rows: pd.DataFrame
) -> tuple[Interval, Interval]:
    """Return what core members did of all, and each of them over each other person.

    Parameters
    ----------
    evidence
    rows
        A row a group: `by_cores` and `by_others`, counts of what was done, and `cores`
        and `others`, counts of people.
    """
    clusters = clusters_for(evidence, rows["group"])
    table = rows[["by_cores", "by_others"]].to_numpy(np.float64)

    def share(weights: Floats) -> Floats:
        ours, theirs = (weights @ table).T
        shares: Floats = ours / (ours + theirs)
        return shares

    return bootstrap(share, clusters, "cloglog", seed=SEED), rate_ratio(
        rows["by_cores"], rows["cores"], rows["by_others"], rows["others"], clusters,
        seed=SEED,
    )  # fmt: skip


def _by_core(evidence: Evidence, column: str = "core_8") -> pd.DataFrame:
    rows = came(evidence)
    there = rows[(rows["joined"] < MONTH) & ~(rows["left"] < MONTH)]
    months = evidence.months
    cores = months[months["month"] == 0].set_index("group")[column].astype("float64")
    late = rows[rows["joined"].between(MONTH, LATER, "left")]
    brought = pd.crosstab(late["group"], late["channel"])
    brought = brought.reindex(columns=["core", "member"], fill_value=0)
    size = there.groupby("group").size()
    table = tabled(
        evidence, cores=cores, size=size, by_cores=brought["core"],
        by_others=brought["member"],
    )  # fmt: skip
    others = (table["size"] - table["cores"]).clip(lower=0)
    return table.assign(others=others)[table["cores"] > 0]
