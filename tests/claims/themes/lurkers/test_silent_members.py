"""Members less mails, answers or guests, and members counted by steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry

CLAIM, THERE, DID = "s0-lurkers-are-many", "joined", "attended"
GROUPS = 30
START = int(np.datetime64("2020-01-01", "D").astype(int))  # a quarter's first day


def _lists(mails, *, every=7, members=100, end=START + 91):
    """Plant lists with so many mails in one quarter, one each so many days."""
    days = START + every * np.arange(91 // every)
    rng = np.random.default_rng(3)
    rows = []
    for group in range(GROUPS):
        many = rng.poisson(mails / len(days), len(days)) + (mails > 0)
        rows += [(group, day, n) for day, n in zip(days, many, strict=True)]
    daily = pd.DataFrame(rows, columns=["group", "day", "messages"])
    counts = pd.DataFrame({"group": range(GROUPS), "day": START - 3})
    counts = counts.assign(members=members)
    groups = registry(GROUPS, end)
    return as_of("w3c_groups", groups=groups, daily=daily, snapshots=counts)


@pytest.mark.parametrize(
    ("mails", "word"), [(10, "SUPPORTED"), (60, "INCONCLUSIVE"), (68, "INCONCLUSIVE")]
)
def test_members_less_mails_can_only_support(mails, word):
    """Thirteen weeks with a mail each and some more; many may be the same people's."""
    found = evaluate(CLAIM, _lists(mails))
    assert found.word == word
    assert found.estimate == pytest.approx(max(0, 0.87 - mails / 100), abs=0.03)
    assert {"proxy", "lower bound"} <= set(found.qualifiers)


def test_silence_in_a_silent_list_is_not_lurking():
    """Four mails in a quarter cannot fill half of its weeks."""
    found = evaluate(CLAIM, _lists(0.1, every=25))
    assert found.word == "UNTESTABLE"
    assert "0 groups with mail in half of the weeks or more, 1 needed" in found.reason


def test_incompletely_observed_quarter_is_excluded():
    """The record ends a day too early."""
    assert evaluate(CLAIM, _lists(10, end=START + 90)).word == "UNTESTABLE"


def test_silence_in_meetings_decides_nothing_about_the_chat():
    """Kubernetes' reports: shown, and no verdict comes of it."""
    found = evaluate(CLAIM, open_study("sig_groups"))
    assert found.word == "INCONCLUSIVE"
    assert "one-sided" in found.qualifiers


def _invited(answers, *, meetings=8, groups=12, members=100):
    """Plant groups that meet weekly, each meeting with so many answers."""
    counts = pd.DataFrame({"group": range(groups), "day": 100, "members": members})
    counts = counts.assign(joined=None, readers=None, active=None, posts=None)
    met = pd.DataFrame(
        [(g, n) for g in range(groups) for n in range(meetings)],
        columns=["group", "nth"],
    )
    answers = answers + met["group"] % 3 - 1  # all alike would have no interval
    met = met.assign(
        time_us=(100 + 7 * met["nth"]) * DAY_US, held=True, answers=answers
    )
    listed = registry(groups, 900)
    return as_of("rladies_meetup", registry=listed, snapshots=counts, meetings=met)


def test_few_answers_leave_most_members_silent():
    """Eight meetings with two answers each are sixteen of a hundred at the most."""
    found = evaluate(CLAIM, _invited(2))
    assert found.estimate == pytest.approx(0.84)
    assert found.word == "SUPPORTED"
    assert {"proxy", "lower bound", "within one"} <= set(found.qualifiers)


def test_many_answers_do_not_contradict():
    """They may be the same few people's each time."""
    found = evaluate(CLAIM, _invited(10))
    assert found.estimate == pytest.approx(0.2)
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")


def test_bound_of_zero_in_every_group_has_no_interval():
    """More answers than members in every group leave 0, which tells nothing."""
    found = evaluate(CLAIM, _invited(40))
    assert (found.word, found.estimate) == ("INCONCLUSIVE", None)
    assert "nothing varies" in found.reason


def test_answers_outside_the_first_weeks_do_not_count():
    """Before the first count and after 84 days."""
    study = _invited(2)
    met = study.tables["meetings"]
    late = met.assign(time_us=met["time_us"] + 84 * DAY_US, answers=90)
    study.tables["meetings"] = pd.concat([met, late, late.assign(time_us=0)])
    assert evaluate(CLAIM, study).estimate == pytest.approx(0.84)


def test_silence_in_a_silent_group_is_not_lurking():
    """The chapters at hand meet too seldom, and the refusal counts those that do."""
    found = evaluate(CLAIM, open_study("rladies_meetup"))
    assert found.word == "UNTESTABLE"
    assert "0 groups that met in half of the weeks or more, 1 needed" in found.reason
    assert evaluate(CLAIM, _invited(2, meetings=5)).word == "UNTESTABLE"


def _meetups(guests, groups=30, events=20.0):
    return as_of(
        "nashville_meetup",
        registry=registry(groups, 700),
        facts=facts(groups, events=events, members=100.0, guests=guests),
    )


@pytest.mark.parametrize(
    ("guests", "word"), [(20.0, "SUPPORTED"), (80.0, "INCONCLUSIVE")]
)
def test_few_silent_members_do_not_contradict(guests, word):
    """Guests who left before the end are subtracted from members all the same."""
    found = evaluate(CLAIM, _meetups(guests))
    assert found.estimate == pytest.approx(1 - guests / 100)
    assert found.word == word


def test_groups_that_hardly_met_are_excluded():
    """Silence where nobody was invited is none."""
    found = evaluate(CLAIM, _meetups(20.0, events=5.0))
    assert found.word == "UNTESTABLE"
    assert "0 groups with 6 events, 8 needed" in found.reason


def _steps(share, *, groups=1, cohorts=12, members=80):
    rng = np.random.default_rng(2)
    rows = []
    for group in range(groups):
        for nth in range(cohorts):
            did = int(rng.binomial(members, 1 - share))
            rows += [(group, str(2010 + nth), THERE, members)]
            rows += [(group, str(2010 + nth), DID, did)]
    funnels = pd.DataFrame(rows, columns=["group", "cohort", "step", "people"])
    listed = registry(groups, 4000)
    return as_of("chicago_rug", named=False, registry=listed, funnels=funnels)


@pytest.mark.parametrize(("share", "word"), [(0.7, "SUPPORTED"), (0.3, "CONTRADICTED")])
@pytest.mark.parametrize(
    ("groups", "cohorts", "units"), [(1, 12, "years of joining"), (20, 1, "groups")]
)
def test_share_of_silent_members_is_recovered(share, word, groups, cohorts, units):
    """Over years of joining in one room, over groups where there are many."""
    found = evaluate(CLAIM, _steps(share, groups=groups, cohorts=cohorts))
    assert found.low < share < found.high
    assert found.word == word
    assert found.n == max(groups, cohorts)
    assert f"mean over {units}" in found.definition


@pytest.mark.parametrize("few", [{"cohorts": 7}, {"members": 9}])
def test_seven_units_are_untestable(few):
    """Eight are needed for an interval; a year with nine joiners is none."""
    assert evaluate(CLAIM, _steps(0.7, **few)).word == "UNTESTABLE"


def test_steps_of_different_people_are_refused():
    """More who did than were there: whoever did is not of those who were."""
    study = _steps(0.7)
    funnels = study.tables["funnels"]
    funnels.loc[funnels["step"].eq(DID) & funnels["cohort"].eq("2013"), "people"] = 81

    found = evaluate(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "2013: the steps count different people" in found.reason


def test_roster_of_writers_does_not_contradict():
    """Who stands in a roster because they wrote is no lurker by construction."""
    found = evaluate(CLAIM, open_study("rust_teams"))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")
    assert found.high < 0.5
