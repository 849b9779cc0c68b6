"""Indirect: reasons, job priorities and ranks of values, from surveys.

Reasons and priorities were classified by the wording of the answers before any was
counted (decision of 2026-11-22 on the fourth shelf). The claim that members rank values
alike is about the future: its measure is the change of that likeness from one founding
year to the next. Where too few years have enough communities, the likeness itself is
shown and decides nothing.

References
----------
Shrout and Fleiss (1979), Psychological Bulletin 86, 420–428: ICC(1,1); unequal sizes
by Donner (1986), International Statistical Review 54, 67–82.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.survey_shares import (
    SurveyShare,
    describe_nonresponse,
    estimate_mean_of_strata,
    estimate_nested_share,
    estimate_surveyed_share,
    list_by_stratum,
    require_respondents,
)
from helpers.claims.quantities.deaths import SEED
from helpers.survival import Interval
from helpers.survival.bootstrap import bootstrap_statistic, cluster_by_label
from helpers.wording import say

LEAST_RESPONDENTS = 300
YES, NO = frozenset({"yes"}), frozenset({"no"})
GROWTH, PAY = frozenset({"growth"}), frozenset({"pay"})
TAKES_ONLY = SurveyShare("with an account", "takes only", YES, NO)
TICKED = SurveyShare("all", "technology against salary", GROWTH, PAY)
RATED = SurveyShare(
    "all", "development against compensation", GROWTH, PAY, frozenset({"equal"})
)
LEAST_RESPONSES, MORE_RESPONSES = 5, 10
LEAST_COMMUNITIES = 10
COHORT, COHORTS = 30, 3  # communities in a founding year, and such years


@stands_in("s0-joined-for-handouts", needs=("surveyed_reasons",), planned=True)
def takes_only(evidence: Evidence) -> Finding:
    """Estimate the share of account holders using a site only to get help or a job."""
    narrow = "takes only, jobs not counted as taking"
    alternatives = {
        say("reputation of 2 or more"): replace(
            TAKES_ONLY, respondents=say("reputation of 2 or more")
        ),
        say("jobs not counted as taking"): replace(TAKES_ONLY, question=narrow),
    }
    equal = partial(estimate_mean_of_strata, evidence, TAKES_ONLY)
    return _estimate_share(
        evidence,
        TAKES_ONLY,
        alternatives,
        {say("equal weight of countries"): equal},
        definition=say(
            "respondents with an account whose reasons for using the site"
            " are all of getting help or a job"
        ),
        variant="reasons",
    )


@stands_in("s4-growth-over-income", needs=("surveyed_wishes",), planned=True)
@stands_in("s4-growth-over-income", needs=("surveyed_importance",), planned=True)
def growth_over_income(evidence: Evidence) -> Finding:
    """Estimate the share of respondents who prefer skills to pay in a job."""
    if evidence.records("surveyed_wishes"):
        return _compare_ticked(evidence)
    return _compare_rated(evidence)


def _compare_ticked(evidence: Evidence) -> Finding:
    """Estimate the share preferring technology to pay among those who name just one."""
    questions = {
        say(
            "advancement and innovation as growth"
        ): "technology, advancement or innovation against salary",
        say("equity as pay"): "technology against salary or equity",
    }
    return _estimate_share(
        evidence,
        TICKED,
        {
            name: replace(TICKED, question=question)
            for name, question in questions.items()
        },
        definition=say(
            "respondents who want technology and not salary of a new job,"
            " of those who want one of the two"
        ),
        variant="job",
    )


def _estimate_share(
    evidence: Evidence,
    share: SurveyShare,
    others: Mapping[str, SurveyShare],
    ways: Mapping[str, Callable[[], Interval]] = MappingProxyType({}),
    *,
    definition: str,
    variant: str,
) -> Finding:
    """Build a survey share's result: estimate, alternative definitions, nonresponse."""
    passed = require_respondents(evidence, share, LEAST_RESPONDENTS)
    estimate = partial(estimate_nested_share, evidence)
    alternatives = {name: partial(estimate, other) for name, other in others.items()}
    return Finding(
        components=(estimate(share),),
        definition=definition,
        gates=passed,
        specifications=list_alternatives({**alternatives, **ways}),
        beside=(Supplement("Wilson", estimate_surveyed_share(evidence, share)),),
        cases="people",
        qualifiers=("proxy",),
        note=describe_nonresponse(evidence, share),
        variant=variant,
    )


def _compare_rated(evidence: Evidence) -> Finding:
    """Estimate the share rating professional development above pay in a job."""
    passed = require_respondents(evidence, RATED, LEAST_RESPONDENTS)
    growth_share = SurveyShare("all", RATED.question, GROWTH, PAY)
    return Finding.estimated(
        partial(estimate_surveyed_share, evidence, RATED),
        say(
            "respondents who rate professional development above"
            " compensation when judging a job; ties count half"
        ),
        passed,
        {
            say("ties left out"): partial(
                estimate_surveyed_share, evidence, growth_share
            )
        },
        beside=list_by_stratum(evidence, RATED),
        cases="people",
        qualifiers=("proxy",),
        variant="job",
        note=describe_nonresponse(evidence, RATED),
    )


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
