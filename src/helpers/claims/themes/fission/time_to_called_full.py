"""Indirect: filling and growth of the numbered groups on projects' lists.

Between two versions of a list a group came onto it, and between two others it was
called full. A group is opened when the one before is full: succession, not splitting.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, Supplement
from helpers.claims.contract.permutation import build_permutation
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.accelerated_failure import time_ratio_between
from helpers.claims.quantities.spans import CALENDAR_YEAR
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

LEAST_COHORTS, CHAIN = 2, 5
WITHIN = ("year within", "year between", "later number")
POOLED = ("year", "later number")


@stands_in("s2-slower-fill", ("fills.full_us",))
def slower_to_full(evidence: Evidence) -> Finding:
    """Estimate the ratio of the time until a group is full, per later calendar year.

    A year's difference from its project's mean, the mean beside it.

    References
    ----------
    Mundlak (1978), Econometrica 46, 69–85.
    """
    sets: Sets = {
        "chain": {
            "all projects": 1,
            say("chains of {chain} and more", chain=CHAIN): CHAIN,
        },
        "removed": {"removed: not full": False, say("removed: full"): True},
        "born": {"born between versions": False, say("born when first listed"): True},
    }
    rows = select_listed(evidence)
    _check_gates(rows)
    pooled = Supplement(say("over all projects"), _estimate_ratio(rows, POOLED))
    return Finding.over(
        sets,
        partial(_select_chained, evidence),
        _check_gates,
        _estimate_ratio,
        definition=say(
            "time from coming onto a project's list to being called full,"
            " per year of listing within projects; lognormal between"
            " versions of the list, groups never called full are censored"
        ),
        permuted=build_permutation(_estimate_ratio, "year", ("network",)),
        beside=(pooled,),
        same_side=(pooled,),
        qualifiers=("proxy", "association", "projects at hand"),
        variant="full",
        note=lambda rows, _: say(
            "{isfinite} of {n} groups were called full; that is written"
            " late, and how many fit rose with the years",
            isfinite=int(np.isfinite(rows["until"]).sum()),
            n=len(rows),
        ),
    )


def select_listed(
    evidence: Evidence, *, removed: bool = False, born: bool = False
) -> pd.DataFrame:
    """Return the days on which groups were listed, and on which they were full.

    Parameters
    ----------
    removed
        Whether a group taken off the list had filled by then.
    born
        Whether it began when first listed, and not since the version before; then
        groups called full from the first are left out.
    """
    fills = evidence.table("fills").merge(evidence.groups[["group", "network"]])
    order = fills.sort_values(["network", "listed_us", "group"])
    nth = order.groupby("network").cumcount().reindex(fills.index) + 1
    fills = fills.assign(
        number=fills["number"].fillna(nth),
        chain=fills.groupby("network")["group"].transform("size"),
    )
    rows = fills[fills["unlisted_us"].notna() & ~fills["shared"]]
    full, start = rows["full_us"], rows["listed_us" if born else "unlisted_us"]
    if removed:
        full = full.fillna(rows["removed_us"])
    observed_us = rows["open_us"].where(full.notna(), rows["removed_us"])
    observed_us = observed_us.fillna(rows["until_us"]).where(
        full.isna() | rows["open_us"].notna()
    )
    after = ((observed_us - rows["listed_us"]) / DAY_US).clip(lower=0).fillna(0.0)
    until = ((full - start) / DAY_US).fillna(np.inf)
    at = rows["listed_us"] / DAY_US / CALENDAR_YEAR
    groups = rows.assign(after=after, until=until, year=at - at.min())
    return groups[until > 0].reset_index(drop=True)


def _build_adjustment(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the covariates of filling time: year within and between projects."""
    mean = rows.groupby("network")["year"].transform("mean")
    return pd.DataFrame(
        {
            "year": rows["year"],
            "year within": rows["year"] - mean,
            "year between": mean,
            "later number": rows["number"].gt(1).astype("float64"),
        }
    )


def _estimate_ratio(rows: pd.DataFrame, columns: tuple[str, ...] = WITHIN) -> Interval:
    covariates = _build_adjustment(rows)[list(columns)]
    clusters = choose_clusters(rows["network"], rows["network"])
    return time_ratio_between(rows["after"], rows["until"], covariates, clusters)


def _check_gates(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
    full = int(np.isfinite(rows["until"]).sum())
    years = pd.to_datetime(rows["listed_us"].astype("int64"), unit="us").dt.year
    cohorts = int(years.nunique())
    return gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_filled(full, gates.DEATHS_PER_COEFFICIENT * len(WITHIN)),
        gates.require_cohorts(
            "listed in {n} years, {least} needed", cohorts, LEAST_COHORTS
        ),
        gates.require_clusters(rows["network"], rows["network"]),
    )


def _select_chained(
    evidence: Evidence, chain: int, *, removed: bool, born: bool
) -> pd.DataFrame:
    rows = select_listed(evidence, removed=removed, born=born)
    return rows[rows["chain"] >= chain]
