"""Time until groups are full, by founding year: by joins, dated counts or lists.

On projects' lists a group came onto the list between two versions, and was called full
between two others. A group is opened when the one before is full: succession, not
splitting.

References
----------
Mundlak (1978), Econometrica 46, 69–85: a year's difference from its project's mean, the
mean beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

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
from helpers.claims.themes.fission.time_to_called_full import select_listed
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

LEAST_COHORTS = 3
LEAST_COUNTED, SMALL = 2, 20
PANDEMIC = (2020, 2021)
CHAIN = 5
WITHIN = ("year within", "year between", "later number")
POOLED = ("year", "later number")
SIZES = {say("{full} members", full=full): full for full in (FULL, 50, 200)}


class _Filling(NamedTuple):
    """How a study records that groups fill: rows, their requirements and model."""

    sets: Sets
    rows: Callable[..., pd.DataFrame]
    check: Callable[[pd.DataFrame], tuple[gates.Gate, ...]]
    estimate: Callable[[pd.DataFrame], Interval]
    definition: str
    note: Callable[[int, int], str]  # of full groups and all
    more: Mapping[str, Any] = {"qualifiers": ("association",)}


@stands_in("s2-slower-fill", needs=("births", "member_series"))
@stands_in("s2-slower-fill", ("fills.full_us",))
@estimates("s2-slower-fill")
def slower_fill(evidence: Evidence) -> Finding:
    """Estimate the ratio of times until groups are full, per later founding year."""
    if evidence.records("births", "joins", "joined"):
        filling = _fill_by_joins(evidence)
    elif evidence.records("fills.full_us"):
        filling = _fill_by_lists(evidence)
    else:
        filling = _fill_between_counts(evidence)
    return Finding.over(
        *filling[:4],
        definition=filling.definition,
        permuted=build_permutation(filling.estimate, "year", ("network",)),
        note=lambda rows, _: filling.note(int(_is_full(rows).sum()), len(rows)),
        **filling.more,
    )


def _is_full(rows: pd.DataFrame) -> pd.Series[bool]:
    full: pd.Series[bool] = rows["full"] if "full" in rows else rows["until"] < np.inf
    return full


def _check_gates(
    rows: pd.DataFrame, require_years: Callable[[int], gates.Gate], least_full: int
) -> tuple[gates.Gate, ...]:
    """Check for enough groups, full ones, years and clusters (lists: projects)."""
    return gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_filled(int(_is_full(rows).sum()), least_full),
        require_years(rows["cohort" if "cohort" in rows else "year"].nunique()),
        gates.require_clusters(
            rows["network"], rows["batch" if "batch" in rows else "network"]
        ),
    )


def _fill_by_joins(evidence: Evidence) -> _Filling:
    networks = evidence.networks if len(evidence.networks) > 1 else []
    without = {say("without {one}", one=network): network for network in networks}

    def select(full: int, without: str) -> pd.DataFrame:
        rows = find_filling_times(evidence, full)
        return rows[rows["network"] != without]

    return _Filling(
        rows=select,
        sets={"full": SIZES, "without": {"all networks": "", **without}},
        estimate=_estimate_by_joins,
        check=partial(
            _check_gates,
            require_years=lambda years: gates.require_cohorts(
                "{n} years of founding, {least} needed", years, LEAST_COHORTS
            ),
            least_full=gates.LEAST_DEATHS,
        ),
        definition=say(
            "time from origin to the 100th joining, per year of founding;"
            " lognormal, groups not full by the end are censored"
        ),
        note=lambda full, n: say("{full} of {n} groups filled", full=full, n=n),
    )


def _estimate_by_joins(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = choose_clusters(rows["network"], rows["batch"])
    return time_ratio(rows["days"], rows["full"], np.asarray(year), clusters)


def _fill_between_counts(evidence: Evidence) -> _Filling:
    def select(full: int, years: tuple[int, ...]) -> pd.DataFrame:
        rows = select_reached(evidence, full)
        return rows[~rows["year"].isin(years)]

    check = partial(
        _check_gates,
        require_years=lambda years: gates.require_cohorts(
            "founded in {n} years, {least} needed", years, LEAST_COUNTED
        ),
        least_full=gates.DEATHS_PER_COEFFICIENT,
    )

    def estimate_few() -> Interval:
        rows = select_reached(evidence, SMALL)
        check(rows)
        return _estimate_between_counts(rows)

    return _Filling(
        rows=select,
        check=check,
        sets={
            "full": SIZES,
            "years": {"all years": (), say("without 2020 and 2021"): PANDEMIC},
        },
        estimate=_estimate_between_counts,
        definition=say(
            "time from founding to the 100th member, between two counts,"
            " per year of founding; lognormal, groups not counted with as"
            " many are censored"
        ),
        note=lambda full, n: say(
            "{isfinite} of {n} groups reached {full}; the day of joining is"
            " that of the count",
            isfinite=full,
            n=n,
            full=FULL,
        ),
        more={
            "beside": Supplement.tried(
                say("{small} members", small=SMALL), estimate_few
            ),
            "qualifiers": ("association",),
        },
    )


def _estimate_between_counts(rows: pd.DataFrame) -> Interval:
    year = (rows["year"] - rows["year"].min()).astype("float64")
    clusters = choose_clusters(rows["network"], rows["batch"])
    return time_ratio_between(
        rows["after"], rows["until"], pd.DataFrame({"year": year}), clusters
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


def _fill_by_lists(evidence: Evidence) -> _Filling:
    def select(chain: int, *, removed: bool, born: bool) -> pd.DataFrame:
        rows = select_listed(evidence, removed=removed, born=born)
        return rows[rows["chain"] >= chain]

    check = partial(
        _check_gates,
        require_years=lambda years: gates.require_cohorts(
            "listed in {n} years, {least} needed", years, LEAST_COUNTED
        ),
        least_full=gates.DEATHS_PER_COEFFICIENT * len(WITHIN),
    )
    rows = select_listed(evidence)
    check(rows)
    pooled = Supplement(say("over all projects"), _estimate_by_lists(rows, POOLED))
    return _Filling(
        rows=select,
        sets={
            "chain": {
                "all projects": 1,
                say("chains of {chain} and more", chain=CHAIN): CHAIN,
            },
            "removed": {"removed: not full": False, say("removed: full"): True},
            "born": {
                "born between versions": False,
                say("born when first listed"): True,
            },
        },
        estimate=_estimate_by_lists,
        check=check,
        definition=say(
            "time from coming onto a project's list to being called full,"
            " per year of listing within projects; lognormal between"
            " versions of the list, groups never called full are censored"
        ),
        note=lambda full, n: say(
            "{isfinite} of {n} groups were called full; that is written"
            " late, and how many fit rose with the years",
            isfinite=full,
            n=n,
        ),
        more={
            "beside": (pooled,),
            "same_side": (pooled,),
            "qualifiers": ("proxy", "association", "projects at hand"),
            "variant": "full",
        },
    )


def _estimate_by_lists(
    rows: pd.DataFrame, columns: tuple[str, ...] = WITHIN
) -> Interval:
    covariates = _build_adjustment(rows)[list(columns)]
    clusters = choose_clusters(rows["network"], rows["network"])
    return time_ratio_between(rows["after"], rows["until"], covariates, clusters)


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
