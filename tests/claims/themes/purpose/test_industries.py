"""Spread between industries: found with delayed entry, refused by a count."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from helpers.claims.designs.variance import count_expected
from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry

CLAIM = "s1-any-industry"
END = 2000.0


def _study(sd, categories=10, each=120, seed=2):
    """Plant exponential lives; half of the groups were there before the window."""
    rng = np.random.default_rng(seed)
    n = categories * each
    category = np.repeat(np.arange(categories), each)
    effects = rng.normal(0.0, 1.0, categories)
    effects = sd * (effects - effects.mean()) / effects.std()
    born = rng.uniform(0.0, 1400.0, n)
    life = rng.exponential(900.0 / np.exp(effects[category]))
    last = np.minimum(born + life, END - 1)
    seen = last > 900.0  # the window starts there
    number = np.arange(seen.sum())
    table = registry(len(number), END)
    entry = np.maximum(born[seen], 900.0)
    table["origin_us"] = (born[seen] * DAY_US).astype("int64")
    table["entry_us"] = (entry * DAY_US).astype("int64")
    named = pd.DataFrame(
        {
            "group": number,
            "fact": [f"industry: {one}" for one in category[seen]],
            "value": 1.0,
        }
    )
    finer = named.assign(fact=named["fact"].str.replace("industry", "subject"))
    days = pd.DataFrame(
        {"group": number, "fact": "last_event", "value": np.floor(last[seen])}
    )
    return as_of(
        "nashville_meetup", registry=table, facts=pd.concat([named, finer, days])
    )


@pytest.mark.parametrize(("sd", "word"), [(0.8, "CONTRADICTED"), (0.0, "INCONCLUSIVE")])
def test_simulated_spread_between_industries_is_recovered(sd, word):
    """Closed groups are gone, which hides differences: one side only."""
    found = evaluate(CLAIM, _study(sd))
    assert found.components[0].low <= sd <= found.components[0].high
    assert found.word == word


@pytest.mark.parametrize("sd", [0.8, 0.3, 0.0])
def test_spread_between_industries_is_recomputed_group_by_group(sd):
    """Independent recomputation: expected deaths day by day, Paule and Mandel's SD."""
    study = _study(sd)
    rows = study.table("registry").set_index("group")
    facts = study.table("facts")
    last = facts[facts["fact"] == "last_event"].set_index("group")["value"] + 0.5
    kind = facts[facts["fact"].str.startswith("industry")].set_index("group")["fact"]
    lives = []
    for group, row in rows.iterrows():
        born, until = row["origin_us"] / DAY_US, row["end_us"] / DAY_US - 180
        entry, end = row["entry_us"] / DAY_US - born, min(last[group], until) - born
        if end > entry:
            lives.append((kind[group], entry, end, last[group] < until))
    died, expected = {}, {}
    for time in sorted(end for _, _, end, dead in lives if dead):
        there = [one for one, entry, end, _ in lives if entry < time <= end]
        for one in there:
            expected[one] = expected.get(one, 0) + 1 / len(there)
    for one, _, _, dead in lives:
        died[one] = died.get(one, 0) + dead
    names = sorted(died)
    effects = np.log([died[one] / expected[one] for one in names])
    variances = np.array([1 / died[one] for one in names])
    pooled = combine_effects(effects, variances, method_re="pm")
    found = evaluate(CLAIM, study).components[0].estimate
    assert found == pytest.approx(max(pooled.tau2, 0) ** 0.5, abs=0.002)


def test_permuted_industries_do_not_differ():
    """The control of the verdict that industries differ."""
    found = evaluate(CLAIM, _study(0.8))
    (control,) = (one for one in found.controls if one.control.name == "permuted")
    assert not control.failed


def test_seven_categories_are_refused():
    """The register asks for eight with thirty groups."""
    found = evaluate(CLAIM, _study(0.8, categories=7))
    assert found.word == "UNTESTABLE"
    assert "7 categories with 30 groups at risk, 8 needed" in found.reason


def test_expected_deaths_add_up_to_observed_deaths():
    """With delayed entry, as without: Nelson–Aalen's residuals sum to zero."""
    rng = np.random.default_rng(4)
    entry = rng.uniform(0, 300, 200)
    lives = pd.DataFrame(
        {
            "entry": entry,
            "exit": entry + rng.exponential(200, 200),
            "ended": rng.random(200) < 0.6,
        }
    )
    table = count_expected(lives)
    assert table["expected"].sum() == pytest.approx(table["died"].sum())
    assert (table["expected"] >= 0).all()
