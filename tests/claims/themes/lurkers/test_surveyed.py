"""Volunteers' answers: they may contradict engagement, and support silence."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from tests.claims.registers import as_of, registry

ENGAGED, MANY = "s0-lurkers-still-identify", "s0-lurkers-are-many"


def _study(silent=2000, writing=1000, members=0.1, blank=100):
    agree = round(silent * members)
    sizes = {
        "wrote nothing": {"Agree": agree, "Disagree": silent - agree, "blank": blank},
        "wrote something": {"Agree": writing},
        "neither asked nor answered": {"Agree": agree, "Disagree": silent - agree},
        "asked or answered": {"Agree": writing},
        "all": {"Agree": silent + writing + blank},
    }
    rows = [
        {
            "group": 0,
            "stratum": "quarter 1",
            "respondents": who,
            "question": "feels a member",
            "answer": answer,
            "people": people,
        }
        for who, answers in sizes.items()
        for answer, people in answers.items()
    ]
    found = {
        "group": 0,
        "stratum": "quarter 1",
        "respondents": "wrote nothing",
        "question": "feels a member and found an answer",
    }
    rows += [
        found | {"answer": "yes", "people": 5},
        found | {"answer": "no", "people": 9},
    ]
    return as_of(
        "so_survey_2017",
        registry=registry(1, 30),
        survey_answers=pd.DataFrame(rows),
    )


@pytest.mark.parametrize(
    ("members", "word"), [(0.1, "CONTRADICTED"), (0.4, "INCONCLUSIVE")]
)
def test_many_members_among_volunteers_do_not_support(members, word):
    """Who answers is more engaged than who does not."""
    found = evaluate(ENGAGED, _study(members=members))
    assert found.estimate == pytest.approx(members)
    assert found.word == word
    assert ("one-sided" in found.qualifiers) == (word == "INCONCLUSIVE")


def test_blank_answers_are_excluded_from_the_denominator():
    """They are counted and printed."""
    found = evaluate(ENGAGED, _study(blank=700))
    assert found.n == 2000
    assert "2000 of 2700 respondents answered" in found.note


@pytest.mark.parametrize(
    ("writing", "word"), [(1000, "SUPPORTED"), (4000, "INCONCLUSIVE")]
)
def test_few_silent_volunteers_do_not_contradict(writing, word):
    """Silent users answer less, so their share errs down."""
    found = evaluate(MANY, _study(writing=writing))
    assert found.word == word


def test_fewer_than_fifty_silent_respondents_are_refused():
    """A share of a handful is none."""
    found = evaluate(ENGAGED, _study(silent=40))
    assert found.word == "UNTESTABLE"
    assert "40 respondents with an answer, 50 needed" in found.reason
