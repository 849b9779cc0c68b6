"""Indirect: silent readers by self-report in surveys.

Who answers a survey is more engaged than who does not. A share of engaged lurkers errs
up and may only contradict; a share of lurkers errs down and may only support.
"""

from __future__ import annotations

from functools import partial

from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.survey_shares import (
    SurveyShare,
    describe_nonresponse,
    estimate_surveyed_share,
    list_by_stratum,
    require_respondents,
)
from helpers.inference import compute_wilson_interval
from helpers.survival import Interval
from helpers.wording import say

LEAST_RESPONDENTS = 50
ASKED = ("surveyed_lurkers",)
LURKERS = "wrote nothing"
LESS_STRICT = say("neither asked nor answered")
AGREE = frozenset({"Agree", "Strongly agree"})
STRONGLY = frozenset({"Strongly agree"})
MAYBE = frozenset({"Somewhat agree"})
DISAGREE = frozenset({"Disagree", "Strongly disagree"})
MEMBER = "feels a member"
FEELS_MEMBER = SurveyShare(LURKERS, MEMBER, AGREE, DISAGREE | MAYBE)


@stands_in("s0-lurkers-still-identify", needs=ASKED)
def feels_a_member(evidence: Evidence) -> Finding:
    """Estimate the share of self-reported lurkers who feel like members."""
    passed = require_respondents(evidence, FEELS_MEMBER, LEAST_RESPONDENTS)
    alternatives = {
        say("neither asked nor answered"): SurveyShare(
            LESS_STRICT, MEMBER, AGREE, DISAGREE | MAYBE
        ),
        say("strongly agree only"): SurveyShare(
            LURKERS, MEMBER, STRONGLY, (AGREE - STRONGLY) | DISAGREE | MAYBE
        ),
    }
    supplements = {
        say("somewhat agree included"): SurveyShare(
            LURKERS, MEMBER, AGREE | MAYBE, DISAGREE
        ),
        say("feels a member and found an answer"): SurveyShare(
            LURKERS,
            say("feels a member and found an answer"),
            frozenset({"yes"}),
            frozenset({"no"}),
        ),
        say("feels a member, of those who wrote"): SurveyShare(
            "wrote something", MEMBER, AGREE, DISAGREE | MAYBE
        ),
    }
    return Finding.estimated(
        partial(estimate_surveyed_share, evidence, FEELS_MEMBER),
        say(
            "respondents who say that they neither asked, answered nor"
            " talked in three months and who agree that they feel like"
            " members"
        ),
        passed,
        {
            name: partial(estimate_surveyed_share, evidence, share)
            for name, share in alternatives.items()
        },
        beside=(
            *(
                Supplement(name, estimate_surveyed_share(evidence, share))
                for name, share in supplements.items()
            ),
            *list_by_stratum(evidence, FEELS_MEMBER),
        ),
        cases="people",
        qualifiers=("proxy",),
        may="contradict",
        variant="member",
        note=describe_nonresponse(evidence, FEELS_MEMBER),
    )


@stands_in("s0-lurkers-are-many", needs=ASKED)
def wrote_nothing(evidence: Evidence) -> Finding:
    """Estimate the share of survey respondents who report that they never write."""
    answers = evidence.table("survey_answers")
    strict = (LURKERS, "wrote something")
    by_who = (
        answers[answers["question"].eq(MEMBER)].groupby("respondents")["people"].sum()
    )

    def estimate(silent: str, writing: str) -> Interval:
        people = int(by_who[silent] + by_who[writing])
        return compute_wilson_interval(int(by_who[silent]), people)

    passed = require_respondents(evidence, FEELS_MEMBER, LEAST_RESPONDENTS)
    n_answered = int(by_who[list(strict)].sum())
    return Finding.estimated(
        partial(estimate, *strict),
        say(
            "respondents who say that they neither asked, answered nor"
            " talked in three months"
        ),
        passed,
        {LESS_STRICT: partial(estimate, LESS_STRICT, "asked or answered")},
        cases="people",
        qualifiers=("proxy",),
        may="support",
        variant="says",
        note=say(
            "{told} of {all} respondents answered",
            told=n_answered,
            all=int(by_who["all"]),
        ),
    )
