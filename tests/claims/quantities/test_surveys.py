"""Survey shares: blanks, halves and countries."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.quantities import surveys
from helpers.errors import NotIdentifiableError
from tests.claims.planted import list_groups, plant


def _plant_answers(rows):
    names = ["stratum", "respondents", "question", "answer", "people"]
    table = pd.DataFrame(rows, columns=names).assign(group=0)
    return plant(list_groups(1), survey_answers=table)


def test_blank_answers_are_in_no_denominator():
    """A tenth of those who answered, whoever skipped the question."""
    who = ("one", surveys.SILENT, surveys.MEMBER)
    room = _plant_answers(
        [(*who, "Agree", 10), (*who, "Somewhat agree", 40), (*who, "Disagree", 50),
         (*who, "blank", 900)]
    )  # fmt: skip
    assert surveys.estimate_feels_member(room).estimate == 0.1
    assert surveys.estimate_feels_member(room, agree="somewhat").estimate == 0.5
    with pytest.raises(NotIdentifiableError, match="0 respondents"):
        surveys.estimate_feels_member(room, who=surveys.WRITING)


def test_ties_are_left_out():
    """Forty for growth, twenty for pay; forty alike had counted half in one survey."""
    who = ("one", "all", surveys.RATED)
    room = _plant_answers(
        [(*who, "growth", 40), (*who, "pay", 20), (*who, "equal", 40)]
    )
    assert surveys.estimate_growth_over_pay(room).estimate == pytest.approx(2 / 3)


def test_respondents_of_one_country_are_no_independent_people():
    """Countries that differ widely make wide limits, many people or not."""
    rows = [
        (f"c{nth}", "with an account", surveys.TAKES_ONLY, answer, people)
        for nth in range(10)
        for answer, people in zip(
            ("yes", "no"), (900, 100) if nth % 2 else (100, 900), strict=True
        )
    ]
    found = surveys.estimate_takes_only(_plant_answers(rows))
    assert (found.estimate, found.n) == (0.5, 10_000)
    assert found.high - found.low > 0.3
