"""Survey shares: blanks, halves and countries."""

import pandas as pd

from helpers.claims.quantities import surveys
from tests.claims.planted import list_groups, plant


def _plant_answers(rows):
    names = ["stratum", "respondents", "question", "answer", "people"]
    table = pd.DataFrame(rows, columns=names).assign(group=0)
    return plant(list_groups(1), survey_answers=table)


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
