"""Recompute the shares of surveys from their counts, country by country."""

from __future__ import annotations

import math

import pytest
from statsmodels.stats.proportion import proportion_confint

from helpers.study import open_study

NOTHING, SOMETHING = "wrote nothing", "wrote something"


def count_answers(source, respondents, question):
    """Return, stratum by stratum, how many gave each answer but a blank one."""
    counts = {}
    for row in open_study(source).table("survey_answers").itertuples():
        if (row.respondents, row.question) == (respondents, question):
            own = counts.setdefault(row.stratum, {})
            if row.answer != "blank":
                own[row.answer] = own.get(row.answer, 0) + row.people
    return list(counts.values())


def sum_up(counts, *answers):
    """Return how many gave one of some answers, over all strata."""
    return sum(own.get(answer, 0) for own in counts for answer in answers)


def limits_over_places(pairs):
    """Return limits of a ratio of sums, from the residuals of its places."""
    yes, people = (sum(column) for column in zip(*pairs, strict=True))
    share, n = yes / people, len(pairs)
    spread = sum((own - share * of) ** 2 for own, of in pairs)
    error = math.sqrt(spread * n / (n - 1)) / people
    return share - 1.97 * error, share + 1.97 * error


def test_members_among_silent_respondents_are_recomputed(product):
    """Feel a member, of those who say that they wrote nothing."""
    counts = count_answers("so_survey_2017", NOTHING, "feels a member")
    yes = sum_up(counts, "Agree", "Strongly agree")
    n = sum(sum(own.values()) for own in counts)
    found = product("s0-lurkers-still-identify", "so_survey_2017").interval
    low, high = proportion_confint(yes, n, method="wilson")
    assert found.n == n
    assert [found.estimate, found.low, found.high] == pytest.approx(
        [yes / n, low, high], abs=1e-9
    )


def test_share_of_silent_respondents_is_recomputed(product):
    """Wrote nothing, of those who answered all three questions; blanks included."""
    people = {NOTHING: 0, SOMETHING: 0}
    for row in open_study("so_survey_2017").table("survey_answers").itertuples():
        if row.question == "feels a member" and row.respondents in people:
            people[row.respondents] += row.people
    yes, n = people[NOTHING], sum(people.values())
    found = product("s0-lurkers-are-many", "so_survey_2017").interval
    low, high = proportion_confint(yes, n, method="wilson")
    assert [found.estimate, found.low, found.high] == pytest.approx(
        [yes / n, low, high], abs=1e-9
    )


@pytest.mark.parametrize(
    ("claim", "asked", "answers"),
    [
        ("s0-joined-for-handouts", ("with an account", "takes only"), ("yes", "no")),
        (
            "s4-growth-over-income",
            ("all", "technology against salary"),
            ("growth", "pay"),
        ),
    ],
)
def test_share_over_countries_is_recomputed(product, claim, asked, answers):
    """The limits are those of countries as units, not of independent people."""
    (yes, no), counts = answers, count_answers("so_survey_2016", *asked)
    pairs = [(own.get(yes, 0), own.get(yes, 0) + own.get(no, 0)) for own in counts]
    pairs = [pair for pair in pairs if pair[1]]
    n = sum(of for _, of in pairs)
    found = product(claim, "so_survey_2016").interval
    low, high = limits_over_places(pairs)
    assert found.n == n
    assert found.estimate == pytest.approx(sum_up(counts, yes) / n, abs=1e-9)
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.2 * (high - low))
    plain = proportion_confint(sum_up(counts, yes), n, method="wilson")
    assert found.high - found.low > 1.5 * (plain[1] - plain[0])


def test_rating_of_growth_above_pay_is_recomputed(product):
    """Ties count half; an odd one is rounded down in the limits."""
    counts = count_answers("so_survey_2017", "all", "development against compensation")
    tied = sum_up(counts, "equal")
    n = sum_up(counts, "growth", "pay", "equal")
    yes = int(sum_up(counts, "growth") + tied / 2)
    found = product("s4-growth-over-income", "so_survey_2017").interval
    low, high = proportion_confint(yes, n, method="wilson")
    assert found.n == n
    assert [found.estimate, found.low, found.high] == pytest.approx(
        [yes / n, low, high], abs=1e-9
    )
