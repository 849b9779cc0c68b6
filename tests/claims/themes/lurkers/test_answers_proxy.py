"""Lists of members and sums of answers bound who never answered."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted

CLAIM = "s0-lurkers-are-many"


def _study(answers, *, meetings=8, groups=12, members=100):
    """Plant groups that meet weekly, each meeting with so many answers."""
    names = [f"g{n}" for n in range(groups)]
    registry = pd.DataFrame({"group": range(groups), "key": names, "batch": names})
    registry = registry.assign(
        network="one", kind="chapter", origin_us=0, entry_us=0, end_us=900 * DAY_US
    )
    counts = pd.DataFrame({"group": range(groups), "day": 100, "members": members})
    counts = counts.assign(joined=None, readers=None, active=None, posts=None)
    met = pd.DataFrame(
        [(g, n) for g in range(groups) for n in range(meetings)],
        columns=["group", "nth"],
    )
    met = met.assign(
        time_us=(100 + 7 * met["nth"]) * DAY_US, held=True, answers=answers
    )
    tables = {"registry": registry, "snapshots": counts, "meetings": met}
    shown = open_study("rladies_meetup").observability
    return Planted(tables=tables, observability=shown, name="rladies_meetup")


def test_few_answers_leave_most_members_silent():
    """Eight meetings with two answers each are sixteen of a hundred at the most."""
    found = evaluate(CLAIM, _study(2))
    assert found.estimate == pytest.approx(0.84)
    assert found.word == "SUPPORTED"
    assert {"proxy", "lower bound", "within one"} <= set(found.qualifiers)


@pytest.mark.parametrize("answers", [10, 40])
def test_many_answers_contradict_nothing(answers):
    """They may be the same few people's each time; the bound is never below nothing."""
    found = evaluate(CLAIM, _study(answers))
    assert found.estimate == pytest.approx(max(0, 1 - 8 * answers / 100))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")


def test_answers_outside_the_first_weeks_do_not_count():
    """Before the first count and after 84 days."""
    study = _study(2)
    met = study.tables["meetings"]
    late = met.assign(time_us=met["time_us"] + 84 * DAY_US, answers=90)
    study.tables["meetings"] = pd.concat([met, late, late.assign(time_us=0)])
    assert evaluate(CLAIM, study).estimate == pytest.approx(0.84)


def test_silence_in_a_silent_group_is_not_lurking():
    """The chapters at hand meet too seldom, and the refusal counts those that do."""
    found = evaluate(CLAIM, open_study("rladies_meetup"))
    assert found.word == "UNTESTABLE"
    assert "0 groups that met in half of the weeks or more, 1 needed" in found.reason
    assert evaluate(CLAIM, _study(2, meetings=5)).word == "UNTESTABLE"
