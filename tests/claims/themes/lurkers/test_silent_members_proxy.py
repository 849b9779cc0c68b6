"""Lurkers counted by steps: groups, or the years of the only one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.registers import as_of, registry

CLAIM, THERE, DID = "s0-lurkers-are-many", "joined", "attended"


def _study(share, *, groups=1, cohorts=12, members=80):
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
def test_planted_shares_are_found(share, word, groups, cohorts, units):
    """Over years of joining in one room, over groups where there are many."""
    found = evaluate(CLAIM, _study(share, groups=groups, cohorts=cohorts))
    assert found.low < share < found.high
    assert found.word == word
    assert found.n == max(groups, cohorts)
    assert f"mean over {units}" in found.definition


@pytest.mark.parametrize("few", [{"cohorts": 7}, {"members": 9}])
def test_seven_units_say_nothing(few):
    """Eight are needed for an interval; a year with nine joiners is none."""
    assert evaluate(CLAIM, _study(0.7, **few)).word == "UNTESTABLE"


def test_steps_of_different_people_are_refused():
    """More who did than were there: whoever did is not of those who were."""
    study = _study(0.7)
    funnels = study.tables["funnels"]
    funnels.loc[funnels["step"].eq(DID) & funnels["cohort"].eq("2013"), "people"] = 81

    found = evaluate(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "2013: the steps count different people" in found.reason


def test_a_list_of_writers_contradicts_nothing():
    """Who stands in a roster because they wrote is no lurker by construction."""
    found = evaluate(CLAIM, open_study("rust_teams"))
    assert (found.word, found.qualifiers[0]) == ("INCONCLUSIVE", "one-sided")
    assert found.high < 0.5
