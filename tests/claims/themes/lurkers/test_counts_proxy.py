"""Members less mails or answers, and members whose absence costs the place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.measures.lurking import DUTY
from helpers.records import DAY_US
from helpers.study import open_study
from tests.claims.registers import as_of, registry

CLAIM = "s0-lurkers-are-many"
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


def test_a_quarter_that_was_not_seen_whole_is_out():
    """The record ends a day too early."""
    assert evaluate(CLAIM, _lists(10, end=START + 90)).word == "UNTESTABLE"


def _dutiful(silent, gone_silent, gone, *, groups=GROUPS):
    """Plant groups of a hundred members each, so many of whom stayed silent."""
    counts = {"joined": 100, "silent": silent, "gone_silent": gone_silent, "gone": gone}
    varying = {
        "joined": 0,
        "silent": 1,
        "gone_silent": 0,
        "gone": 0,
    }  # or all are alike
    rows = (
        [
            (group, "2024", DUTY[name], people + varying[name] * (group % 3 - 1))
            for group in range(groups)
            for name, people in counts.items()
        ]
        if groups > 1
        else [(0, "2024", DUTY[name], people) for name, people in counts.items()]
    )
    funnels = pd.DataFrame(rows, columns=["group", "cohort", "step", "people"])
    listed = registry(groups, START + 400)
    return as_of("cn_colearning", registry=listed, funnels=funnels)


@pytest.mark.parametrize(
    ("silent", "gone_silent", "word"),
    [(70, 5, "SUPPORTED, which"), (5, 20, "CONTRADICTED, which"), (20, 45, "")],
)
@pytest.mark.parametrize("groups", [GROUPS, 1])
def test_leavers_who_never_took_part_are_all_lurkers_or_none(
    silent, gone_silent, word, groups
):
    """Of those who stayed; both readings of the leavers have to agree."""
    found = evaluate(CLAIM, _dutiful(silent, gone_silent, 10, groups=groups))
    assert found.word == "INCONCLUSIVE"  # silent members are expelled there
    assert found.reason.startswith(word)
    assert found.estimate == pytest.approx(silent / (90 - gone_silent))
    assert {"proxy", "under duty"} <= set(found.qualifiers)


def test_who_is_silent_in_meetings_may_write_in_the_chat():
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


def test_many_answers_contradict_nothing():
    """They may be the same few people's each time."""
    found = evaluate(CLAIM, _invited(10))
    assert found.estimate == pytest.approx(0.2)
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")


def test_a_bound_of_nothing_everywhere_has_no_interval():
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
