"""Effects of published trials: intervals are intervals, and nothing is above."""

from __future__ import annotations

from helpers.claims.register import read_register
from helpers.claims.trials import list_trials
from tests.raw_corpora import needs_raw, read_whole


def test_effects_name_claims_of_the_register_in_both_languages():
    """A claim's page lists its trials by id."""
    trials = list_trials()
    assert set(trials["claim"]) <= {*read_register()}
    assert trials[["practice_zh", "treatment_zh", "outcome_zh"]].notna().all(axis=None)


@needs_raw
def test_nothing_is_lost_on_the_way_from_the_list():
    """Independent recomputation: effects, studies, numbers, intervals, drawn by lot."""
    rows = read_whole("published_trials", "trials.csv").to_dict("records")
    told = [row for row in rows if row["estimate"] == row["estimate"]]
    whole = [row for row in told if row["low"] == row["low"]]
    trials = list_trials()
    assert (len(trials), trials["study"].nunique()) == (len(rows), 59)
    assert trials["estimate"].notna().sum() == len(told)
    assert trials["low"].notna().sum() == len(whole) == 22
    assert trials["lot"].sum() == sum(row["design"] == "randomised" for row in rows)
