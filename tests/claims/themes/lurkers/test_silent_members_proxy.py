"""Lurkers counted by steps: groups, or the years of the only one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from helpers.validation.worlds.claims.tabled import Planted
from tests.claims.themes.paid.test_subscribers_proxy import GROUP

THERE, DID = "joined", "attended"


def _study(share, *, groups=1, cohorts=12, members=80):
    rng = np.random.default_rng(2)
    rows = []
    for group in range(groups):
        for nth in range(cohorts):
            did = int(rng.binomial(members, 1 - share))
            rows += [(group, str(2010 + nth), THERE, members)]
            rows += [(group, str(2010 + nth), DID, did)]
    funnels = pd.DataFrame(rows, columns=["group", "cohort", "step", "people"])
    listed = pd.concat([GROUP.assign(group=n, batch=str(n)) for n in range(groups)])
    shown = open_study("chicago_rug").observability
    return Planted(tables={"registry": listed, "funnels": funnels}, observability=shown)


@pytest.mark.parametrize(("share", "word"), [(0.7, "SUPPORTED"), (0.3, "CONTRADICTED")])
@pytest.mark.parametrize(("groups", "cohorts"), [(1, 12), (20, 1)])
def test_planted_shares_are_found(share, word, groups, cohorts):
    """Over years of joining in one room, over groups where there are many."""
    found = evaluate(
        "s0-lurkers-are-many", _study(share, groups=groups, cohorts=cohorts)
    )
    assert found.low < share < found.high
    assert found.word == word
    assert found.n == max(groups, cohorts)


def test_units_are_named():
    """A reader sees what the mean is over."""
    one = evaluate("s0-lurkers-are-many", _study(0.7))
    many = evaluate("s0-lurkers-are-many", _study(0.7, groups=20, cohorts=1))
    assert "years of joining" in one.definition
    assert "over groups" in many.definition


def test_seven_units_say_nothing():
    """Eight are needed for an interval."""
    found = evaluate("s0-lurkers-are-many", _study(0.7, cohorts=7))
    assert found.word == "UNTESTABLE"


def test_few_members_are_no_unit():
    """A year with nine joiners is left out, and shown beside."""
    found = evaluate("s0-lurkers-are-many", _study(0.7, members=9))
    assert found.word == "UNTESTABLE"


def test_first_look_at_one_offline_group():
    """1,804 of 3,606 members never attended."""
    found = evaluate("s0-lurkers-are-many", open_study("chicago_rug"))
    assert found.note.startswith("1804 of 3606")
    assert found.stand_in


def test_steps_of_different_people_are_refused():
    """More who did than were there: whoever did is not of those who were."""
    study = _study(0.7)
    funnels = study.tables["funnels"]
    funnels.loc[funnels["step"].eq(DID) & funnels["cohort"].eq("2013"), "people"] = 81

    found = evaluate("s0-lurkers-are-many", study)
    assert found.word == "UNTESTABLE"
    assert "2013: the steps count different people" in found.reason


def test_a_list_of_writers_contradicts_nothing():
    """Who stands in a roster because they wrote is no lurker by construction."""
    found = evaluate("s0-lurkers-are-many", open_study("rust_teams"))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")
    assert found.high < 0.5
