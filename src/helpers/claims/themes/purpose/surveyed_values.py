"""Indirect: reasons for using a site, and job priorities, from surveys.

Both were classified by the wording of the answers before any was counted (decision of
2026-11-22 on the fourth shelf).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

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
from helpers.survival import Interval
from helpers.wording import say

LEAST_RESPONDENTS = 300
YES, NO = frozenset({"yes"}), frozenset({"no"})
GROWTH, PAY = frozenset({"growth"}), frozenset({"pay"})
TAKES_ONLY = SurveyShare("with an account", "takes only", YES, NO)
TICKED = SurveyShare("all", "technology against salary", GROWTH, PAY)
RATED = SurveyShare(
    "all", "development against compensation", GROWTH, PAY, frozenset({"equal"})
)


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
