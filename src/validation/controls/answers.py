"""Simulate survey responses under which the verdict on a claim would be wrong.

Each stratum keeps its respondents and has a share of its own around the planted one,
so that respondents of one country resemble each other as far as they do in the source.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.designs.survey_shares import SurveyShare
from helpers.study.publish.study import Study
from validation.controls.redrawn import Redrawn


def simulate_answers(
    study: Study, share: SurveyShare, planted: float, rng: np.random.Generator
) -> Redrawn:
    """Simulate survey responses to one question, with a given true share of "yes"."""
    answers = study.table("survey_answers")
    counts = share.count_by_stratum(answers)
    people = counts["people"].to_numpy("int64")
    chance = _draw_chances(counts, planted, rng)
    did = rng.binomial(people, chance)
    drawn = [
        pd.DataFrame(
            {
                "group": 0,
                "stratum": counts["stratum"],
                "respondents": share.respondents,
                "question": share.question,
                "answer": min(words),
                "people": number,
            }
        )
        for words, number in ((share.yes, did), (share.no, people - did))
    ]
    asked = answers["respondents"].eq(share.respondents)
    rest = answers[~(asked & answers["question"].eq(share.question))]
    return Redrawn(study, {"survey_answers": pd.concat([rest, *drawn])})


def _draw_chances(
    counts: pd.DataFrame, planted: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw each stratum's true share from a beta distribution fitted to the survey.

    The spread is a beta distribution's; the mean over respondents is the planted one.
    """
    people = counts["people"].to_numpy(float)
    observed = counts["did"].to_numpy(float) / people
    mean = np.average(observed, weights=people)
    excess = (
        np.average((observed - mean) ** 2, weights=people)
        - mean * (1 - mean) * len(people) / people.sum()
    )
    spread = max(excess, 0.0) / (mean * (1 - mean))
    if spread <= 0:
        return np.full(len(people), planted)
    strength = 1 / spread - 1
    chance = rng.beta(planted * strength, (1 - planted) * strength, len(people))
    return np.clip(chance * planted / np.average(chance, weights=people), 0.0, 1.0)
