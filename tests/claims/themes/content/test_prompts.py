"""Prompts told by question marks: planted true and false."""

import numpy as np
import pytest

from helpers.records import DAY_US
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory

CLAIM = "s3-daily-prompts"
prompted = SUBJECTS[CLAIM].way.world


def _hosted(value, groups, *, seed=1, read=1.0):
    """Let the owner be the host, whose prompts are told apart as often as said."""
    rng = np.random.default_rng(seed)
    study = prompted(value, groups, rng)
    days = study.tables.pop("owner_days").rename(columns={"owner": "host"})
    seen = days["prompt"] ^ (rng.random(len(days)) > read)
    return study.with_tables(host_days=days.assign(prompt=seen, question=seen))


@pytest.mark.parametrize(("value", "word"), [(1.0, "SUPPORTED"), (0.0, "CONTRADICTED")])
def test_simulated_effect_of_prompts_is_recovered(value, word):
    """Half as much talk again on days with a prompt, or no more."""
    found = evaluate_in_memory(CLAIM, _hosted(value, 60))
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)
    assert found.components[0].low < 1 + value / 2 < found.components[0].high


def test_effect_of_misread_prompts_is_not_contradicted():
    """A prompt read rightly three times in four shows half of its effect."""
    assert evaluate_in_memory(CLAIM, _hosted(0.4, 60, read=0.75)).word != "CONTRADICTED"


def test_days_used_to_identify_the_host_are_excluded():
    """Who wrote most in days 0–27 is not asked about those days."""
    study = _hosted(1.0, 60)
    days = study.tables["host_days"]
    born = days["group"].map(study.tables["groups"]["origin_us"] // DAY_US)
    early = days["day"] - born <= 28
    spoilt = days.assign(others=days["others"].where(~early | days["prompt"], 500))
    clean = evaluate_in_memory(CLAIM, study)
    found = evaluate_in_memory(CLAIM, study.with_tables(host_days=spoilt))
    assert found.components[0].n == clean.components[0].n
    assert found.components[0].low < 1.5 < found.components[0].high


def test_thirty_groups_with_both_kinds_of_day():
    """Groups whose host always asks say nothing of the difference."""
    study = _hosted(1.0, 60)
    days = study.tables["host_days"]
    always = days.assign(prompt=days["prompt"] | (days["group"] >= 29))
    found = evaluate_in_memory(CLAIM, study.with_tables(host_days=always))
    assert found.word == "UNTESTABLE"
    assert "29 groups, 30 needed" in found.reason
