"""Shares of respondents who give an answer, from counts by stratum.

Blank answers are in no denominator. Where strata are places (countries), respondents
of one place resemble each other: strata are resampled, and Wilson's interval is
supplementary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Supplement
from helpers.claims.contract.gates import Gate
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rosters import estimate_pooled_share
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.inference import cluster_by_label, compute_wilson_interval, estimate_mean
from helpers.survival import Interval
from helpers.wording import say

LEAST_OF_STRATUM = 30  # respondents, where each stratum has the same weight


@dataclass(frozen=True, slots=True)
class SurveyShare:
    """Definition of a survey share: which responses count, of which respondents.

    Attributes
    ----------
    respondents, question
        As the table ``survey_answers`` names them.
    yes, no
        Answers that count, and all others that are in the denominator.
    halves
        Answers that count half.
    """

    respondents: str
    question: str
    yes: frozenset[str]
    no: frozenset[str]
    halves: frozenset[str] = frozenset()

    def count_by_stratum(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Count by stratum the respondents who gave the answer, and all respondents."""
        in_class = answers["respondents"].eq(self.respondents)
        rows = answers[in_class & answers["question"].eq(self.question)]
        weight = rows["answer"].isin(self.yes) + rows["answer"].isin(self.halves) / 2
        answered = rows["answer"].isin(self.yes | self.no | self.halves)
        counts = pd.DataFrame(
            {
                "stratum": rows["stratum"],
                "did": rows["people"] * weight,
                "people": rows["people"].where(answered, 0),
            }
        )
        sums = counts.groupby("stratum", as_index=False).sum()
        return sums[sums["people"] > 0].reset_index(drop=True)

    def count_asked(self, answers: pd.DataFrame) -> int:
        """Count all respondents to a question, including blank responses."""
        in_class = answers["respondents"].eq(self.respondents)
        of = in_class & answers["question"].eq(self.question)
        return int(answers.loc[of, "people"].sum())


def require_respondents(
    evidence: Evidence, share: SurveyShare, least: int
) -> tuple[Gate, ...]:
    """Check that at least `least` respondents answered a survey question."""
    counts = share.count_by_stratum(evidence.table("survey_answers"))
    people = int(counts["people"].sum())
    return gates.pass_gates(
        gates.require_units(
            people, "{n} respondents with an answer, {least} needed", least
        )
    )


def estimate_surveyed_share(evidence: Evidence, share: SurveyShare) -> Interval:
    """Estimate the share of respondents with an answer (Wilson interval).

    Ties that count half are split evenly; an odd one is rounded down.
    """
    counts = share.count_by_stratum(evidence.table("survey_answers"))
    return compute_wilson_interval(
        int(counts["did"].sum()), int(counts["people"].sum())
    )


def estimate_nested_share(evidence: Evidence, share: SurveyShare) -> Interval:
    """Estimate the share of respondents with an answer, resampling strata."""
    counts = share.count_by_stratum(evidence.table("survey_answers"))
    interval = estimate_pooled_share(
        counts["did"], counts["people"], cluster_by_label(counts["stratum"])
    )
    return replace(interval, n=int(counts["people"].sum()))


def estimate_mean_of_strata(evidence: Evidence, share: SurveyShare) -> Interval:
    """Estimate a share of survey respondents as the mean over strata."""
    counts = share.count_by_stratum(evidence.table("survey_answers"))
    large = counts[counts["people"] >= LEAST_OF_STRATUM]
    clusters = cluster_by_label(large["stratum"])
    shares = large["did"] / large["people"]
    interval = estimate_mean(shares, clusters, seed=SEED, replicates=DECIDING)
    return replace(interval, n=int(large["people"].sum()))


def list_by_stratum(evidence: Evidence, share: SurveyShare) -> tuple[Supplement, ...]:
    """Return the share of respondents in each stratum, if strata are few."""
    counts = share.count_by_stratum(evidence.table("survey_answers"))
    rows = zip(counts["stratum"], counts["did"], counts["people"], strict=True)
    return tuple(
        Supplement(str(name), compute_wilson_interval(int(n_yes), int(people)))
        for name, n_yes, people in rows
    )


def describe_nonresponse(evidence: Evidence, share: SurveyShare) -> str:
    """Describe the response rate: respondents among all people surveyed."""
    answers = evidence.table("survey_answers")
    n_answered = int(share.count_by_stratum(answers)["people"].sum())
    return say(
        "{told} of {count_asked} respondents answered",
        told=n_answered,
        count_asked=share.count_asked(answers),
    )
