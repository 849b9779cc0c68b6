"""How fast groups fill, by year of founding."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.specification import multiplied
from helpers.claims.designs.hazards.accelerated_failure import time_ratio
from helpers.claims.designs.permutation import Permutations, permuted
from helpers.records import DAY_US
from helpers.survival import clusters_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Estimator
    from helpers.claims.contract.study_view import Evidence
    from helpers.survival import Interval

__all__ = ["ESTIMATORS", "FULL", "filled", "slower_fill"]

FULL = 100
LEAST_COHORTS = 3
A_SECOND = 1 / 86_400  # in days: the least time that is told from none


def slower_fill(evidence: Evidence) -> Finding:
    """Estimate the ratio of times to 100 members for a year's later founding."""
    rows = filled(evidence, FULL)
    asked = _gated(rows)
    return Finding(
        legs=(_ratio(rows),),
        definition="time from origin to the 100th joining, per year of founding;"
        " lognormal, groups not full by the end are censored",
        gates=asked,
        specifications=multiplied(_sets(evidence), partial(_at, evidence)),
        permuted=Permutations(_ratio(rows), partial(_dealt, rows)),
        qualifiers=("association",),
        note=f"{int(rows['full'].sum())} of {len(rows)} groups filled",
    )


def filled(evidence: Evidence, full: int) -> pd.DataFrame:
    """Return groups watched from their origin: whether they were full, and when.

    Days from the origin to the joining that filled a group stand in ``days``, to the
    end where none did; ``year`` is that of founding.
    """
    joined = evidence.table("memberships").dropna(subset="joined_us")
    order = joined.sort_values(["group", "joined_us"])
    nth = order.groupby("group").cumcount() + 1
    when = order[nth == full].set_index("group")["joined_us"]
    rows = evidence.from_birth
    at = rows["group"].map(when)
    days = (at.fillna(rows["end_us"]) - rows["origin_us"]) / DAY_US
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    return rows.assign(
        days=days.clip(lower=A_SECOND).astype("float64"), full=at.notna(), year=year
    )


def _gated(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = int(rows["year"].nunique())
    filled = int(rows["full"].sum())
    return gates.passed(
        gates.groups(len(rows)),
        gates.Gate(
            "filled", filled >= gates.LEAST_DEATHS,
            f"{filled} groups filled, {gates.LEAST_DEATHS} needed",
        ),
        gates.Gate(
            "cohorts", cohorts >= LEAST_COHORTS,
            f"{cohorts} years of founding, {LEAST_COHORTS} needed",
        ),
        gates.clustering(rows["network"], rows["batch"]),
    )  # fmt: skip


def _ratio(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = clusters_of(rows["network"], rows["batch"])
    return time_ratio(rows["days"], rows["full"], np.asarray(year), clusters)


def _sets(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """Return what is full, and each network left out (set RG)."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    return {
        "full": {f"{full} members": full for full in (FULL, 50, 200)},
        "without": {"all networks": "", **{f"without {one}": one for one in networks}},
    }


def _at(evidence: Evidence, full: int, without: str) -> Interval:
    rows = filled(evidence, full)
    rows = rows[rows["network"] != without]
    _gated(rows)
    return _ratio(rows)


def _dealt(rows: pd.DataFrame, seed: int) -> Interval:
    """Return the ratio with years of founding dealt out anew within each network."""
    return _ratio(permuted(rows, seed=seed, column="year", within=("network",)))


ESTIMATORS: Mapping[str, Estimator] = MappingProxyType({"s2-slower-fill": slower_fill})
