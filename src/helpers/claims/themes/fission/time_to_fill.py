"""Time until groups reach their member limit, by founding year."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, Supplement, estimates
from helpers.claims.contract.permutation import build_permutation
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.accelerated_failure import (
    time_ratio,
    time_ratio_between,
)
from helpers.claims.quantities.members import FULL, find_filling_times
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

LEAST_COHORTS = 3
LEAST_COUNTED, SMALL = 2, 20
PANDEMIC = (2020, 2021)


@stands_in("s2-slower-fill", needs=("births", "member_series"))
@estimates("s2-slower-fill")
def slower_fill(evidence: Evidence) -> Finding:
    """Estimate the ratio of times to reach 100 members, per later founding year."""
    if not evidence.records("joins", "joined"):
        return _fill_between_counts(evidence)
    return Finding.over(
        _list_sets(evidence),
        partial(_fill_measure, evidence),
        _check_gates,
        _estimate_ratio,
        definition=say(
            "time from origin to the 100th joining, per year of founding;"
            " lognormal, groups not full by the end are censored"
        ),
        permuted=build_permutation(_estimate_ratio, "year", ("network",)),
        qualifiers=("association",),
        note=lambda rows, _: say(
            "{full} of {n} groups filled", full=int(rows["full"].sum()), n=len(rows)
        ),
    )


def _check_gates(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    cohorts = int(rows["year"].nunique())
    return gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_filled(int(rows["full"].sum()), gates.LEAST_DEATHS),
        gates.require_cohorts(
            "{n} years of founding, {least} needed", cohorts, LEAST_COHORTS
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )


def _estimate_ratio(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = choose_clusters(rows["network"], rows["batch"])
    return time_ratio(rows["days"], rows["full"], np.asarray(year), clusters)


def _list_sets(evidence: Evidence) -> Sets:
    """Return alternative member limits, and analyses leaving out one network each."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    return {
        "full": {say("{full} members", full=full): full for full in (FULL, 50, 200)},
        "without": {
            "all networks": "",
            **{say("without {one}", one=network): network for network in networks},
        },
    }


def _fill_measure(evidence: Evidence, full: int, without: str) -> pd.DataFrame:
    rows = find_filling_times(evidence, full)
    return rows[rows["network"] != without]


def _fill_between_counts(evidence: Evidence) -> Finding:
    """Estimate the ratio of times to 100 members per founding year, by dated counts."""
    sets: Sets = {
        "full": {say("{full} members", full=full): full for full in (FULL, 50, 200)},
        "years": {"all years": (), say("without 2020 and 2021"): PANDEMIC},
    }
    few = partial(_estimate_at, evidence, SMALL)
    return Finding.over(
        sets,
        partial(_select_counted, evidence),
        _check_counted,
        _estimate_counted_ratio,
        definition=say(
            "time from founding to the 100th member, between two counts,"
            " per year of founding; lognormal, groups not counted with as"
            " many are censored"
        ),
        permuted=build_permutation(_estimate_counted_ratio, "year", ("network",)),
        beside=Supplement.tried(say("{small} members", small=SMALL), few),
        qualifiers=("association",),
        note=lambda rows, _: say(
            "{isfinite} of {n} groups reached {full}; the day of joining is"
            " that of the count",
            isfinite=int(np.isfinite(rows["until"]).sum()),
            n=len(rows),
            full=FULL,
        ),
    )


def select_reached(evidence: Evidence, full: int) -> pd.DataFrame:
    """Return the ages between which each group reached its member limit.

    ``after`` is the age at the last count below `full`, 0 where there is none;
    ``until`` that at the first count of as many, infinite where none is.
    """
    counts = evidence.counted
    counts = counts[counts["age"] >= 0]
    enough = counts["members"] >= full
    first = counts[enough].groupby("group")["age"].min()
    at = counts["group"].map(first).fillna(np.inf)
    last_below = counts[counts["age"] < at].groupby("group")["age"].max()
    groups = evidence.from_birth
    rows = groups[groups["group"].isin(counts["group"])]
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    return rows.assign(
        after=rows["group"].map(last_below).fillna(0.0),
        until=rows["group"].map(first).fillna(np.inf),
        year=year,
    ).reset_index(drop=True)


def _check_counted(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    full = int(np.isfinite(rows["until"]).sum())
    cohorts = int(rows["year"].nunique())
    return gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_filled(full, gates.DEATHS_PER_COEFFICIENT),
        gates.require_cohorts(
            "founded in {n} years, {least} needed", cohorts, LEAST_COUNTED
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )


def _estimate_counted_ratio(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = choose_clusters(rows["network"], rows["batch"])
    return time_ratio_between(
        rows["after"], rows["until"], pd.DataFrame({"year": year}), clusters
    )


def _select_counted(
    evidence: Evidence, full: int, years: tuple[int, ...]
) -> pd.DataFrame:
    rows = select_reached(evidence, full)
    return rows[~rows["year"].isin(years)]


def _estimate_at(evidence: Evidence, full: int) -> Interval:
    rows = select_reached(evidence, full)
    _check_counted(rows)
    return _estimate_counted_ratio(rows)
