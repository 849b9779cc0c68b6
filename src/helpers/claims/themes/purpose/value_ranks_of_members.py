"""Indirect: how similarly members of a community rank values, by founding year.

The claim is about the future: its measure is the change of that likeness from one
founding year to the next. Where too few years have enough communities, the likeness
itself is shown and decides nothing.

References
----------
Shrout and Fleiss (1979), Psychological Bulletin 86, 420–428: ICC(1,1); unequal sizes
by Donner (1986), International Statistical Review 54, 67–82.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import SEED
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic, cluster_by_label
from helpers.wording import say

LEAST_RESPONSES, MORE_RESPONSES = 5, 10
LEAST_COMMUNITIES = 10
COHORT, COHORTS = 30, 3  # communities in a founding year, and such years


@stands_in("s0-same-needs-level", needs=("value_ranks",), planned=True)
def members_rank_alike(evidence: Evidence) -> Finding:
    """Estimate how similarly members of a community rank values (ICC)."""
    rows = evidence.table("value_ranks")
    large = _select(rows, LEAST_RESPONSES)
    n = large["group"].nunique()
    passed = gates.pass_gates(
        gates.require_units(
            n,
            "{n} communities with {least_responses} responses, {least} needed",
            LEAST_COMMUNITIES,
            least_responses=LEAST_RESPONSES,
        )
    )
    return Finding.estimated(
        partial(estimate_likeness, large),
        say(
            "share of the variance of value ranks that lies between"
            " communities (ICC), mean over values"
        ),
        passed,
        {
            say("communities with {least} responses", least=MORE_RESPONSES): partial(
                _estimate_of, rows, MORE_RESPONSES
            )
        },
        beside=tuple(
            Supplement(say("rank of {value}", value=value), estimate_likeness(own))
            for value, own in large.groupby("value")
        ),
        cases="people",
        qualifiers=("proxy",),
        may="nothing",
        variant="likeness",
        note=say(
            "{n} communities; {cohorts} founding years with {cohort}"
            " communities, {least} needed for a slope",
            n=n,
            cohorts=_count_cohorts(evidence, large),
            cohort=COHORT,
            least=COHORTS,
        ),
    )


def _select(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    return rows[rows["people"] >= least]


def _estimate_of(rows: pd.DataFrame, least: int) -> Interval:
    large = _select(rows, least)
    communities = large["group"].nunique()
    gates.pass_gates(
        gates.require_units(
            communities, "{n} communities, {least} needed", LEAST_COMMUNITIES
        )
    )
    return estimate_likeness(large)


def _count_cohorts(evidence: Evidence, rows: pd.DataFrame) -> int:
    """Count founding years in which enough communities began to fit a trend."""
    if "facts" not in evidence.study.manifest.tables:
        return 0
    facts = evidence.table("facts")
    years = facts[facts["fact"].eq("founded") & facts["group"].isin(rows["group"])]
    return int((years["value"].value_counts() >= COHORT).sum())


def estimate_likeness(rows: pd.DataFrame) -> Interval:
    """Estimate the intraclass correlation of values among members of communities.

    Parameters
    ----------
    rows
        One row per community and value: ``group, value, people, total, squares``.
    """
    wide = {
        name: rows.pivot_table(index="group", columns="value", values=name)
        for name in ("people", "total", "squares")
    }
    people, total, squares = (table.to_numpy(float) for table in wide.values())
    clusters = cluster_by_label(pd.Series(wide["people"].index))

    def mean_icc(weights: Floats) -> Floats:
        icc = compute_icc(weights, people, total, squares)
        values: Floats = icc.mean(axis=1)
        return values

    interval = bootstrap_statistic(mean_icc, clusters, "identity", seed=SEED)
    return replace(interval, n=int(people[:, 0].sum()))


def compute_icc(
    weights: Floats, people: Floats, total: Floats, squares: Floats
) -> Floats:
    """Compute the intraclass correlation ICC(1,1) per bootstrap sample.

    Parameters
    ----------
    weights : shape (samples, communities)
    people, total, squares : shape (communities, values)
        Respondents, sum and sum of squares in each community.
    """
    k = weights.sum(axis=1, keepdims=True)
    n, s = weights @ people, weights @ total
    between = weights @ (total**2 / people) - s**2 / n
    within = weights @ (squares - total**2 / people)
    size = (n - weights @ people**2 / n) / (k - 1)
    msb, msw = between / (k - 1), within / (n - k)
    with np.errstate(divide="ignore", invalid="ignore"):
        icc: Floats = (msb - msw) / (msb + (size - 1) * msw)
    return icc
