"""What members bring, where meetings or joins are counted: planted elasticities."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted

GROUPS, DAYS, STEP = 60, 1400, 14


def _chapters(elasticity):
    """Plant chapters that grow, and answers to a meeting of each fortnight."""
    rng = np.random.default_rng(3)
    day = np.arange(0, DAYS, STEP)
    size = rng.uniform(3, 6, GROUPS)[:, None]
    members = np.exp(size + np.cumsum(rng.uniform(0, 0.04, (GROUPS, len(day))), 1))
    group = np.repeat(np.arange(GROUPS), len(day))
    groups = pd.DataFrame(
        {
            "group": np.arange(GROUPS), "network": "one", "batch": np.arange(GROUPS),
            "origin_us": 0, "entry_us": 0, "end_us": DAYS * DAY_US,
            "closed_us": np.nan, "closed_kind": None,
        }
    )  # fmt: skip
    counted = pd.DataFrame(
        {"group": group, "day": np.tile(day, GROUPS), "members": members.ravel()}
    ).assign(active=np.nan, joined=np.nan, posts=np.nan)
    answers = rng.poisson(0.5 * members**elasticity).ravel()
    meetings = pd.DataFrame(
        {"group": group, "time_us": np.tile(day, GROUPS) * DAY_US, "held": True,
         "online": False, "answers": answers}
    )  # fmt: skip
    tables = {"registry": groups, "snapshots": counted, "meetings": meetings}
    return Planted(tables, open_study("rladies_meetup").observability)


@pytest.mark.parametrize(("value", "word"), [(0.2, "SUPPORTED"), (0.9, "CONTRADICTED")])
def test_answers_grow_as_planted(value, word):
    """Within groups and between them alike."""
    found = evaluate("s1-zombie-members-useless", _chapters(value))

    assert found.low < value < found.high
    assert found.word == word
    assert "activity only" in found.qualifiers


def test_a_unit_of_answers_changes_nothing():
    """An elasticity is of no unit."""
    study = _chapters(0.5)
    one = evaluate("s1-zombie-members-useless", study)
    meetings = study.tables["meetings"]
    study.tables["meetings"] = meetings.assign(answers=7 * meetings["answers"])
    two = evaluate("s1-zombie-members-useless", study)

    assert two.estimate == pytest.approx(one.estimate, rel=1e-6)


def test_presence_told_from_later_lines_is_not_used():
    """Joins of the month before stand for it; presence may be anything."""
    rng = np.random.default_rng(5)
    study = _chapters(0.5)
    counted = study.tables["snapshots"]
    joined = rng.poisson(counted["members"] / 5) + 1
    active = rng.poisson(np.sqrt(counted["members"])) + 1
    shown = replace(study.observability, members_source="events")
    seen = replace(study, observability=shown)
    of = {"joined": joined, "active": active}
    words = []
    for present in (1.0, rng.uniform(1, 99, len(counted))):
        seen.tables["snapshots"] = counted.assign(members=present, **of)
        words.append(evaluate("s1-zombie-members-useless", seen).estimate)

    assert words[0] == words[1]
    assert 0.3 < words[0] < 0.7
