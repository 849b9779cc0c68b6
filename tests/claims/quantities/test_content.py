"""Opening questions: planted effects, and days that do not count."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import content
from helpers.errors import NotIdentifiableError
from tests.claims.planted import list_groups, plant


def _plant_days(ratio, *, number=60, days=120, seed=1):
    """Plant hosts who ask on half of their days, more often on busy weekdays."""
    rng = np.random.default_rng(seed)
    group, day = (axis.ravel() for axis in np.indices((number, days)))
    busy = np.isin(day % 7, (1, 2))
    prompt = rng.random(len(day)) < np.where(busy, 0.7, 0.3)
    level = rng.gamma(5, 1, number)[group] * np.where(busy, 2.0, 1.0)
    others = rng.poisson(level * np.where(prompt, ratio, 1.0))
    rows = pd.DataFrame({"group": group, "day": day, "host": 1, "others": others})
    return rows.assign(prompt=prompt, question=prompt)


def test_planted_effect_of_prompts_is_recovered_within_weekdays():
    """Busy weekdays have more prompts; that alone is no effect."""
    for ratio in (1.5, 1.0):
        evidence = plant(list_groups(60), host_days=_plant_days(ratio))
        found = content.compare_prompt_days(evidence)
        assert found.low < ratio < found.high
        assert found.high - found.low < 0.2
        before = content.compare_prompt_days(evidence, before=True)
        assert before.estimate == pytest.approx(1, abs=0.05)


def test_days_by_which_the_host_is_chosen_do_not_count():
    """Who wrote most in days 0–27 is not asked about those days."""
    days = _plant_days(1.5)
    spoilt = days.assign(
        others=days["others"].where((days["day"] > 28) | days["prompt"], 500)
    )
    found = content.compare_prompt_days(plant(list_groups(60), host_days=spoilt))
    assert found.n == len(days[days["day"] > 28])


def test_hosts_who_always_ask_tell_no_difference():
    """Thirty groups with both kinds of day are needed."""
    days = _plant_days(1.5)
    always = days.assign(prompt=days["prompt"] | (days["group"] >= 29))
    with pytest.raises(NotIdentifiableError, match="29 groups"):
        content.compare_prompt_days(plant(list_groups(60), host_days=always))
