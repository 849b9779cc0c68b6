"""Time until groups reach their member limit, by founding year."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.accelerated_failure import time_ratio
from helpers.claims.designs.permutation import build_permutation
from helpers.claims.quantities.members import FULL, find_filling_times
from helpers.survival import Interval, choose_clusters

LEAST_COHORTS = 3


@estimates("s2-slower-fill")
def slower_fill(evidence: Evidence) -> Finding:
    """Estimate how the time to 100 members changes by founding year."""
    return Finding.over(
        _list_sets(evidence),
        partial(_fill_measure, evidence),
        _check_gates,
        _estimate_ratio,
        definition="time from origin to the 100th joining, per year of founding;"
        " lognormal, groups not full by the end are censored",
        permuted=build_permutation(_estimate_ratio, "year", ("network",)),
        qualifiers=("association",),
        note=lambda rows, _: f"{int(rows['full'].sum())} of {len(rows)} groups filled",
    )


def _check_gates(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = int(rows["year"].nunique())
    return gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_filled(int(rows["full"].sum()), gates.LEAST_DEATHS),
        gates.require_cohorts("{} years of founding", cohorts, LEAST_COHORTS),
        gates.require_clusters(rows["network"], rows["batch"]),
    )


def _estimate_ratio(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = choose_clusters(rows["network"], rows["batch"])
    return time_ratio(rows["days"], rows["full"], np.asarray(year), clusters)


def _list_sets(evidence: Evidence) -> Sets:
    """Return alternatives: other member limits, each network left out."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    return {
        "full": {f"{full} members": full for full in (FULL, 50, 200)},
        "without": {"all networks": "", **{f"without {one}": one for one in networks}},
    }


def _fill_measure(evidence: Evidence, full: int, without: str) -> pd.DataFrame:
    rows = find_filling_times(evidence, full)
    return rows[rows["network"] != without]
