"""Indirect: silent readers by self-report in surveys, or under a duty to write.

Who answers a survey is more engaged than who does not. A share of engaged lurkers errs
up and may only contradict; a share of lurkers errs down and may only support. In study
groups that expel inactive members few can lurk: they stand apart, and the verdict says
`under duty`.

In published percentages roles could be ticked together, so answers of those who use
are a mixture of people who only use and people who do more (Horowitz and Manski, 1995,
Econometrica 63, 281–302).
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement, multiply_sets
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import (
    build_finding_over_groups,
    estimate_share_of_stayers,
)
from helpers.claims.designs.survey_shares import (
    SurveyShare,
    describe_nonresponse,
    estimate_surveyed_share,
    list_by_stratum,
    require_respondents,
)
from helpers.errors import NotIdentifiableError
from helpers.inference import compute_wilson_interval
from helpers.measures.lurking import DUTY
from helpers.small_counts import People
from helpers.survival import Interval
from helpers.wording import join_messages, say

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
USES, AGREE_CODES = "uses", ("4", "5")
LEAST_MEMBERS = 10


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


@stands_in(
    "s0-lurkers-still-identify",
    needs=("published_percentages",),
    planned=True,
)
def bounds_among_users(evidence: Evidence) -> Finding:
    """Bound which share of people who only use software feel part of its community."""
    bounds = _bound_by_year(evidence)
    text = join_messages(
        "; ",
        (
            say(
                "{year}: {low:.0%} to {high:.0%}, at least {least:.1%} of users only"
                " use",
                year=year, low=low, high=high, least=least,
            )
            for year, (least, low, high) in bounds.items()
        ),
    )  # fmt: skip
    narrow = all(high - low < 1 for _, low, high in bounds.values())
    gates.pass_gates(gates.Gate("bounds narrower than 0 % to 100 %", narrow, text))
    raise NotIdentifiableError(
        say("bounds without a sampling error decide nothing: {text}", text=text)
    )


def _bound_by_year(evidence: Evidence) -> dict[str, tuple[float, float, float]]:
    """Bound by year the share of people who only use software and feel part of it."""
    table = evidence.table("survey_percents")
    bounds = {}
    for year, rows in table.groupby("stratum"):
        roles = rows[rows["question"].eq("role")].set_index("answer")["percent"] / 100
        own = rows[
            rows["question"].eq("part of a community") & rows["respondents"].eq(USES)
        ]
        agree = own.loc[own["answer"].isin(AGREE_CODES), "percent"].sum() / 100
        bounds[str(year)] = bound_pure_share(
            float(agree), float(roles[USES]), float(roles.drop(USES).sum())
        )
    return bounds


def bound_pure_share(
    agree: float, users: float, others: float
) -> tuple[float, float, float]:
    """Bound how many of those who only use a software agree with a statement.

    Parameters
    ----------
    agree
        Share of all users who agree.
    users, others
        Shares of respondents who ticked that they use, and the sum of other roles;
        all ticked one at least.

    Examples
    --------
    >>> [round(one, 3) for one in bound_pure_share(0.5, 0.8, 0.4)]
    [0.75, 0.333, 0.667]
    """
    least = max(0.0, 1 - others) / users
    if least == 0:
        return 0.0, 0.0, 1.0
    return least, max(0.0, (agree - (1 - least)) / least), min(1.0, agree / least)


@stands_in("s0-lurkers-are-many", (f"funnels.step={DUTY['joined']}",))
def silent_under_duty(evidence: Evidence) -> Finding:
    """Estimate the share of remaining members who never took part, mean of groups.

    Who left before is out of it; the limits enclose the readings in which all of those
    who left without having taken part lurked, or none.
    """
    rows = _build_rows(evidence, LEAST_MEMBERS)
    passed = _require_enough(rows, LEAST_MEMBERS)
    find = partial(_build_finding_of, evidence, passed)
    return build_finding_over_groups(rows, find)


def _build_finding_of(
    evidence: Evidence, passed: tuple[gates.Gate, ...], rows: pd.DataFrame
) -> Finding:
    eligible_groups = evidence.only(rows["group"])
    sets = {
        "least": {say("≥ 10 members"): LEAST_MEMBERS, "all": 1, say("≥ 30 members"): 30}
    }
    people = {name: People(rows[name].sum()) for name in DUTY}
    return Finding(
        cases="people" if len(rows) == 1 else "groups",
        components=(_estimate_share(rows),),
        definition=say(
            "members who stayed and never took part, where absence costs"
            " the place; limits enclose who left before taking part, all or"
            " none"
        ),
        gates=passed,
        specifications=multiply_sets(sets, partial(_try_estimate, eligible_groups)),
        qualifiers=("proxy", "under duty"),
        variant="duty",
        note=say(
            "{silent} stayed silent and {gone_silent} left without taking"
            " part, of {joined} members",
            silent=people["silent"],
            gone_silent=people["gone_silent"],
            joined=people["joined"],
        ),
    )


def _build_rows(evidence: Evidence, least: int) -> pd.DataFrame:
    """Return how many joined, never took part and left, by study group."""
    steps = evidence.table("funnels").pivot_table(
        "people", "group", "step", aggfunc="sum", fill_value=0
    )
    counts = steps.rename(columns={step: name for name, step in DUTY.items()})
    rows = evidence.groups.merge(counts, left_on="group", right_index=True)
    return rows[rows["joined"] >= least].reset_index(drop=True)


def _estimate_share(rows: pd.DataFrame) -> Interval:
    groups = rows.assign(members=rows["joined"])
    return estimate_share_of_stayers(
        groups, rows["silent"], rows["gone_silent"], rows["gone"]
    )


def _try_estimate(evidence: Evidence, least: int) -> Interval:
    rows = _build_rows(evidence, least)
    _require_enough(rows, least)
    return _estimate_share(rows)


def _require_enough(rows: pd.DataFrame, least: int) -> tuple[gates.Gate, ...]:
    return gates.pass_gates(
        gates.require_units(
            len(rows),
            "{n} groups with ≥ {members} members, {least} needed",
            1,
            members=least,
        ),
        gates.require_clusters(rows["network"], rows["batch"]),
    )
