"""Indirect: silence of a group after its last lead resigned.

The activity of a group is counted in the half years before and after a departure, so
silence after the last lead left can be compared with silence after one of several did.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.closings import DONE
from helpers.claims.designs.hazards.sparse_arms import (
    estimate_relative_rate,
    has_sparse_arm,
)
from helpers.claims.designs.hazards.two_arms import require_arms_of_groups
from helpers.claims.designs.permutation import build_permutation
from helpers.claims.themes.leaders.offices_proxy import LEADS
from helpers.inference import cluster_by_label
from helpers.records import DAY_US
from helpers.survival import Interval
from helpers.survival.hazards.discrete import fit_discrete_hazard

HALF_YEAR = 183
CLEAN_UP = 5  # so many departures on one day are a clean-up


@stands_in("s4-owner-indispensable", tuple(f"departures.role={role}" for role in LEADS))
def owner_leaves(evidence: Evidence) -> Finding:
    """Estimate the hazard ratio of silence after the last lead left.

    Groups that wrote nothing in the half year before are not at risk; a successor may
    come later. Silence in the half year after is the death; activity before adjusts.
    """
    sets: Sets = {
        "least": {"wrote before": 1, "3 messages before": 3, "10 before": 10},
        "succeeded": {"whoever came": "any", "nobody came after": "nobody"},
        "crowd": {"clean-ups left out": CLEAN_UP, "all days": 10**6},
    }
    return Finding.over(
        sets,
        partial(_list_departures, evidence),
        lambda data: gates.pass_gates(*require_arms_of_groups(data)),
        _estimate_silenced,
        cases="departures",
        definition="nothing written in the half year after the last lead left, against"
        " after one of several leads left; activity of the half year before adjusted",
        permuted=build_permutation(_estimate_silenced, within=("network",)),
        qualifiers=QUALIFIERS,
        variant="chairs",
        note=lambda data, _: (
            f"{int(data['ended'].sum())} of {len(data)} departures were followed by"
            " silence; what the lead wrote counts before, and who leaves may do so"
            " because the group is ending"
        ),
    )


def _list_departures(
    evidence: Evidence, least: int, succeeded: str, crowd: int
) -> pd.DataFrame:
    """List departures of leads, and whether silence followed.

    A group that was closed in that half year is dead; one whose register ended, or
    that was done with its work, is not watched.
    """
    gone = evidence.table("departures").dropna(subset=["before", "after"])
    ends = evidence.groups.set_index("group")[["network", "closed_us", "closed_kind"]]
    table = gone[(gone["before"] >= least) & (gone["crowd"] < crowd)]
    table = table.join(ends, on="group")
    until = (table["closed_us"] - table["time_us"]) / DAY_US
    closed = (until <= HALF_YEAR) & ~table["closed_kind"].isin(DONE)
    table = table.assign(
        exposure=table["others"].eq(0).astype("float64"),
        ended=table["after"].eq(0) | closed,
    )
    table = table[closed | (table["followed_days"] >= HALF_YEAR)]
    if succeeded == "nobody":
        table = table[table["others"].gt(0) | table["successors"].eq(0)]
    return table


def _estimate_silenced(data: pd.DataFrame) -> Interval:
    exposures = pd.DataFrame(
        {
            "exposure": data["exposure"],
            "log before": np.log(data["before"].astype("float64")),
        }
    )
    period = np.zeros(len(data))
    codes = cluster_by_label(data["group"]).codes
    if has_sparse_arm(data["exposure"], data["ended"]):
        return estimate_relative_rate(
            data["ended"], np.ones(len(data)), exposures, codes
        )
    fit = fit_discrete_hazard(data["ended"], exposures, period, cluster=codes)
    return fit["exposure"].ratio
