"""Survey answers of members: belonging, silence, reasons, values, polls.

Blank answers are in no denominator. Where strata are countries, respondents of one
resemble each other, and strata are resampled.

Shrout and Fleiss (1979), Psychological Bulletin 86, 420–428, on ICC(1,1).
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.designs.shares import resample_ratio_of_people
from helpers.claims.quantity import Agreement, quantity
from helpers.errors import FewNetworksError
from helpers.group_lives.evidence import Evidence, require_at_least
from helpers.inference import cluster_by_label, compute_wilson_interval
from helpers.survival.bootstrap import bootstrap_statistic
from helpers.survival.interval import Interval

LEAST_RESPONDENTS = 50
MEMBER = "feels a member"
STRONGLY, AGREE, SOMEWHAT = "Strongly agree", "Agree", "Somewhat agree"
AGREEMENT = {  # how far somebody has to agree
    "strongly": (STRONGLY,),
    "clearly": (STRONGLY, AGREE),
    "somewhat": (STRONGLY, AGREE, SOMEWHAT),
}
DISAGREE = (
    "Neither agree nor disagree", "Somewhat disagree", "Disagree", "Strongly disagree",
)  # fmt: skip
SILENT, WRITING = "wrote nothing", "wrote something"
TAKES_ONLY = "takes only"
TICKED = "technology against salary"
LEAST_RESPONSES, LEAST_COMMUNITIES = 5, 10


def _count_answers(
    evidence: Evidence,
    question: str,
    who: str,
    yes: Collection[str],
    no: Collection[str],
) -> pd.DataFrame:
    """Count by stratum who gave an answer, and who gave either."""
    rows = evidence.table("survey_answers")
    rows = rows[rows["question"].eq(question) & rows["respondents"].eq(who)]
    told = rows["answer"].isin({*yes, *no})
    counts = pd.DataFrame(
        {
            "stratum": rows["stratum"],
            "did": rows["people"].where(rows["answer"].isin(yes), 0),
            "people": rows["people"].where(told, 0),
        }
    )
    sums = counts.groupby("stratum", as_index=False).sum()
    require_at_least(sums["people"].sum(), LEAST_RESPONDENTS, "respondents")
    found: pd.DataFrame = sums[sums["people"] > 0].reset_index(drop=True)
    return found


def _compute_share(counts: pd.DataFrame) -> Interval:
    """Return the share of respondents, taken as independent."""
    return compute_wilson_interval(
        int(counts["did"].sum()), int(counts["people"].sum())
    )


def _resample_share(counts: pd.DataFrame) -> Interval:
    """Estimate the share of respondents, resampling strata."""
    clusters = cluster_by_label(counts["stratum"])
    return resample_ratio_of_people(counts["did"], counts["people"], clusters)


@quantity("feels_member", of="share", unit="respondents")
def estimate_feels_member(
    evidence: Evidence, *, agree: Agreement = "clearly", who: str = SILENT
) -> Interval:
    """Estimate the share of silent respondents who feel like members."""
    yes = AGREEMENT[agree]
    no = {*AGREEMENT["somewhat"], *DISAGREE} - {*yes}
    return _compute_share(_count_answers(evidence, MEMBER, who, yes, no))


@quantity("feels_somewhat_member", of="share", unit="respondents")
def estimate_feels_somewhat_member(
    evidence: Evidence, *, agree: Agreement = "somewhat", who: str = SILENT
) -> Interval:
    """Estimate the share of silent respondents who feel at least somewhat members.

    Of surveys with a middle between agreeing and not, where other steps cannot be
    compared: `agree` is always ``somewhat``.
    """
    return estimate_feels_member(evidence, agree=agree, who=who)


@quantity("says_silent", of="share", unit="respondents")
def estimate_says_silent(evidence: Evidence) -> Interval:
    """Estimate the share of respondents who report that they wrote nothing."""
    rows = evidence.table("survey_answers")
    by = rows[rows["question"] == MEMBER].groupby("respondents")["people"].sum()
    silent, writing = (int(by.get(who, 0)) for who in (SILENT, WRITING))
    require_at_least(silent + writing, LEAST_RESPONDENTS, "respondents")
    return compute_wilson_interval(silent, silent + writing)


@quantity("takes_only", of="share", unit="respondents")
def estimate_takes_only(evidence: Evidence) -> Interval:
    """Estimate the share of account holders who only use a site for help or a job."""
    counts = _count_answers(evidence, TAKES_ONLY, "with an account", ("yes",), ("no",))
    return _resample_share(counts)


@quantity("growth_over_pay", of="share", unit="respondents")
def estimate_growth_over_pay(evidence: Evidence) -> Interval:
    """Estimate the share of respondents who prefer growth to pay, of those who choose.

    By what they ticked of a new job (technology, salary), strata resampled; else by
    what they rated higher. Who ticked both or neither, or rated both alike, is left
    out.
    """
    asked = set(evidence.table("survey_answers")["question"])
    question = TICKED if TICKED in asked else "development against compensation"
    counts = _count_answers(evidence, question, "all", ("growth",), ("pay",))
    return _resample_share(counts) if question == TICKED else _compute_share(counts)


@quantity("said", of="share", unit="respondents")
def estimate_said(
    evidence: Evidence, *, questions: Collection[str], answers: Collection[str]
) -> Interval:
    """Estimate the share of a house's respondents who gave one of some answers.

    Polls of one house are added up; each house is a place of its own.
    """
    if len(evidence.networks) > 1:
        raise FewNetworksError("each house is a place", where=evidence.name)
    rows = evidence.table("polls")
    asked = rows["question"].isin(questions) & rows["answer"].isin(answers)
    rows = rows[asked & rows["measure"].eq("share")].dropna(subset="n")
    require_at_least(len(rows), 1, "printed numbers with how many were asked")
    polls = rows.groupby(["published", "n"])["value"].sum().reset_index()
    said = (polls["value"] * polls["n"]).round()
    return compute_wilson_interval(int(said.sum()), int(polls["n"].sum()))


@quantity("likeness_of_values", of="share", unit="respondents")
def estimate_likeness(evidence: Evidence) -> Interval:
    """Estimate the share of variance in values between communities.

    The intraclass correlation of ranks, mean over values: 0 if members of one are no
    more alike than strangers.
    """
    rows = evidence.table("value_ranks")
    rows = rows[rows["people"] >= LEAST_RESPONSES]
    require_at_least(
        len(set(rows["group"])), LEAST_COMMUNITIES, "communities with five responses"
    )
    wide = [
        rows.pivot_table(index="group", columns="value", values=name)
        for name in ("people", "total", "squares")
    ]
    people, total, squares = (table.to_numpy(float) for table in wide)
    clusters = cluster_by_label(pd.Series(wide[0].index))

    def average(weights: Floats) -> Floats:
        values: Floats = compute_icc(weights, people, total, squares).mean(axis=1)
        return values

    interval = bootstrap_statistic(average, clusters, "identity")
    return replace(interval, n=int(people[:, 0].sum()))


def compute_icc(
    weights: Floats, people: Floats, total: Floats, squares: Floats
) -> Floats:
    """Compute the intraclass correlation ICC(1,1) for each weighting of communities.

    >>> two, ones = np.full((3, 1), 2.0), np.ones((1, 3))
    >>> total = np.array([[2.0], [4.0], [6.0]])  # each community is of one mind
    >>> compute_icc(ones, two, total, total**2 / 2).tolist()
    [[1.0]]
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
