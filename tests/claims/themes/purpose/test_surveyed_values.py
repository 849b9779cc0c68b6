"""Claims that only a survey answers: opened by amendment, for named surveys only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.themes.purpose.surveyed_values import (
    RATED,
    TAKES_ONLY,
    growth_over_income,
)
from helpers.study import open_study
from tests.claims.registers import as_of, registry

HANDOUTS, GROWTH = "s0-joined-for-handouts", "s4-growth-over-income"


def _answers(share, yes, no, *, countries=40, each=50, spread=0.0, seed=1, **more):
    """Return answers to a question by country, each with a share of its own."""
    rng = np.random.default_rng(seed)
    rows = []
    for country in range(countries):
        own = np.clip(rng.normal(share, spread), 0.01, 0.99)
        did = rng.binomial(each, own)
        for answer, people in ((yes, did), (no, each - did), *more.items()):
            rows.append(("country %d" % country, answer, people))  # noqa: UP031
    table = pd.DataFrame(rows, columns=["stratum", "answer", "people"])
    return table.assign(group=0)


def _takers(share, **more):
    table = _answers(share, "yes", "no", **more)
    names = {
        "respondents": [TAKES_ONLY.respondents, "reputation of 2 or more"],
        "question": ["takes only", "takes only, jobs not counted as taking"],
    }
    whole = pd.concat(
        table.assign(respondents=who, question=what)
        for who in names["respondents"]
        for what in names["question"]
    )
    return as_of("so_survey_2016", registry=registry(1, 30), survey_answers=whole)


@pytest.mark.parametrize(("share", "word"), [(0.4, "SUPPORTED"), (0.1, "CONTRADICTED")])
def test_simulated_share_joining_for_handouts_is_recovered(share, word):
    """A true world supports, a false one contradicts; the amendment is printed."""
    found = evaluate(HANDOUTS, _takers(share))
    assert found.word == word
    assert found.estimate == pytest.approx(share, abs=0.03)
    assert "reasons for using a site stand for reasons for joining" in found.note


def test_countries_that_differ_widen_the_limits():
    """Respondents of one country are no independent sample."""
    alike = evaluate(HANDOUTS, _takers(0.3, spread=0.0)).components[0]
    apart = evaluate(HANDOUTS, _takers(0.3, spread=0.15)).components[0]
    assert apart.high - apart.low > 1.5 * (alike.high - alike.low)


def test_study_not_named_by_an_amendment_is_untestable(plant):
    """Opened for two surveys only."""
    found = evaluate(HANDOUTS, plant(n=60))
    assert found.word == "UNTESTABLE"
    assert found.reason == get_claim(HANDOUTS).untestable_if


def test_tied_ratings_count_half():
    """Rating both alike is no vote for either."""
    table = _answers(0.5, "growth", "pay", equal=50)
    whole = table.assign(respondents="all", question=RATED.question)
    study = as_of("so_survey_2017", registry=registry(1, 30), survey_answers=whole)
    component = evaluate(GROWTH, study).components[0]
    assert component.n == 40 * 100
    assert component.estimate == pytest.approx(0.5, abs=0.02)


def test_the_two_surveys_disagree():
    """The premise of the amendment by which neither decides."""
    rule = get_rule(get_claim(GROWTH))
    words = {
        rule.decide(*find(Evidence.of(open_study(name))).components).word
        for name, find in (
            ("so_survey_2016", growth_over_income),
            ("so_survey_2017", growth_over_income),
        )
    }
    assert words == {"SUPPORTED", "CONTRADICTED"}
    for name in ("so_survey_2016", "so_survey_2017"):
        assert evaluate(GROWTH, open_study(name)).word == "INCONCLUSIVE"
