"""How fast groups fill, by year of founding."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates
from helpers.claims.contract.specification import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.members import FULL, filled
from helpers.claims.designs.hazards.accelerated_failure import time_ratio
from helpers.claims.designs.permutation import permuting
from helpers.survival import Interval, clusters_of

LEAST_COHORTS = 3


@estimates("s2-slower-fill")
def slower_fill(evidence: Evidence) -> Finding:
    """Estimate the ratio of times to 100 members for a year's later founding."""
    return Finding.over(
        _sets(evidence), partial(_filled, evidence), _gated, _ratio,
        definition="time from origin to the 100th joining, per year of founding;"
        " lognormal, groups not full by the end are censored",
        permuted=permuting(_ratio, "year", ("network",)), qualifiers=("association",),
        note=lambda rows, _: f"{int(rows['full'].sum())} of {len(rows)} groups filled",
    )  # fmt: skip


def _gated(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = int(rows["year"].nunique())
    return gates.passed(
        gates.groups(len(rows)),
        gates.filled(int(rows["full"].sum()), gates.LEAST_DEATHS),
        gates.cohorts("{} years of founding", cohorts, LEAST_COHORTS),
        gates.clustering(rows["network"], rows["batch"]),
    )


def _ratio(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = clusters_of(rows["network"], rows["batch"])
    return time_ratio(rows["days"], rows["full"], np.asarray(year), clusters)


def _sets(evidence: Evidence) -> Sets:
    """Return what is full, and each network left out (set RG)."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    return {
        "full": {f"{full} members": full for full in (FULL, 50, 200)},
        "without": {"all networks": "", **{f"without {one}": one for one in networks}},
    }


def _filled(evidence: Evidence, full: int, without: str) -> pd.DataFrame:
    rows = filled(evidence, full)
    return rows[rows["network"] != without]
