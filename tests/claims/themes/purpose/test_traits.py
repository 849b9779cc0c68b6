"""Traits of success months apart: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate

CLAIM = "s0-success-traits-cohere"
MONTHS = 8


def _traits(plant, shared, groups=150, *, luck=0.0, last=MONTHS):
    """Plant three traits that share a part; luck is common to a month's three."""
    rng = np.random.default_rng(4)
    group, month = (one.ravel() for one in np.indices((groups, MONTHS)))
    common = rng.standard_normal(groups)[group]
    once = luck * rng.standard_normal(len(group))
    level = {
        name: 1 / (1 + np.exp(-(shared * common + once
        + np.sqrt(1 - shared**2) * rng.standard_normal(groups)[group])))
        for name in ("retained", "replies", "we")
    }  # fmt: skip
    told = {name: rng.binomial(60, share) for name, share in level.items()}
    at = {"group": group, "month": month}
    retained = np.where(month > 0, told.pop("retained"), 0)
    months = pd.DataFrame({**at, "messages": 60, "posters": 60, "retained": retained})
    voices = pd.DataFrame({**at, "messages": 60, **told, "negative": 0, "positive": 0})
    months, voices = (one[one["month"] < last] for one in (months, voices))
    return plant(4, groups).with_tables(months=months, voices=voices)


@pytest.mark.parametrize(
    ("shared", "word"), [(0.0, "CONTRADICTED"), (0.9, "INCONCLUSIVE")]
)
def test_traits_are_undecided_without_sales_and_belief(plant, shared, word):
    """That they go together may not be said without sales and belief."""
    found = evaluate(CLAIM, _traits(plant, shared))
    assert found.word == word
    assert {"proxy", "partly tautological"} <= set(found.qualifiers)
    if shared:
        assert all(component.low > 0.3 for component in found.components)


def test_shared_monthly_shock_is_not_taken_for_correlated_traits(plant):
    """Luck of a month lifts its traits together, and not those of other months."""
    found = evaluate(CLAIM, _traits(plant, 0.0, luck=2.0))
    assert found.word == "CONTRADICTED"


@pytest.mark.parametrize("last", [0, 1, 2])
def test_groups_too_young_for_two_halves_are_refused_by_name(plant, last):
    """A study of one month has no odd and even ones to set against each other."""
    found = evaluate(CLAIM, _traits(plant, 0.0, last=last))
    assert found.word == "UNTESTABLE"
    assert any(not gate.passed for gate in found.gates)
