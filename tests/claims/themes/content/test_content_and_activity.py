"""Planted causes of next month's talk: content, or the number of people."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.dominance import compute_lead
from helpers.claims.fixed.register import get_rule, read_register
from helpers.claims.themes.content.content_and_activity import (
    content_explains_liveliness,
)
from tests.claims.labelled import asked
from validation.worlds.claims.read import Machine

CLAIM = "s4-content-explains-liveliness"
N, MONTHS = 120, 6


def world(plant, content, people, *, seed=1):
    """Plant months whose talk grows with the content, or the people, of the last."""
    chance = np.random.default_rng(seed)
    study = plant(seed, N, life=1e9)
    posters = chance.integers(3, 40, (N, MONTHS))
    items = chance.poisson(chance.gamma(2, 4, (N, MONTHS)))
    said = np.full((N, MONTHS), 30)
    for month in range(1, MONTHS):
        last = items[:, month - 1], posters[:, month - 1]
        pull = content * np.log1p(last[0]) + people * np.log1p(last[1])
        said[:, month] = chance.poisson(np.exp(1.5 + pull))
    at = pd.MultiIndex.from_product([range(N), range(MONTHS)], names=["group", "month"])
    both = {"items": items.ravel(), "other": said.ravel(), "posters": posters.ravel()}
    months = pd.DataFrame(both, at).reset_index()
    months["messages"] = months["items"] + months["other"]
    core = (months["posters"] * 0.2).round().astype(int)
    rows = months.loc[months.index.repeat(months["messages"])]
    nth = rows.groupby(["group", "month"]).cumcount()
    messages = rows[["group"]].assign(age_day=rows["month"] * 28 + nth % 28)
    tables = asked(
        messages.reset_index(drop=True), (nth < rows["items"]).to_numpy(),
        kind="content", share=0.1, seed=seed, machine=Machine(0.9, 0.05),
    )  # fmt: skip
    tables |= {"months": months.assign(core_8=core, core_4=core)}
    return Evidence.of(replace(study, tables=study.tables | tables))


def test_content_that_drives_activity_is_supported(plant):
    """Content that drives the talk is first, whatever the machine misreads."""
    found = content_explains_liveliness(world(plant, 0.7, 0.1))
    assert (
        get_rule(read_register()[CLAIM]).decide(*found.components).word
        is Word.SUPPORTED
    )


def test_simulated_people_do_not_make_content_lead(plant):
    """Where people drive it content does not lead; a machine can't contradict."""
    found = content_explains_liveliness(world(plant, 0.0, 0.7))
    (component,) = found.components
    assert component.estimate < -0.5
    word = get_rule(read_register()[CLAIM]).decide(component).word
    assert word is Word.INCONCLUSIVE


def _each(x):
    """Return every measure as a family of its own."""
    return list(x.T[:, :, None])


def test_shares_of_independent_measures_equal_their_variance_shares():
    """Of two measures with effects 2 and 1 the first explains four fifths."""
    chance = np.random.default_rng(1)
    x = chance.choice([-1.0, 1.0], (40_000, 2))
    y = np.exp(x @ [0.02, 0.01])
    assert compute_lead(y, _each(x), np.ones(len(y))) == pytest.approx(0.6, abs=0.01)


def test_weight_equals_repeated_rows():
    """Rows with weights explain what the same rows repeated do."""
    chance = np.random.default_rng(2)
    x, y = chance.normal(size=(200, 3)), chance.poisson(3.0, 200).astype(float)
    times = chance.integers(0, 3, 200)
    weighed = compute_lead(y, _each(x), times.astype(float))
    often = _each(np.repeat(x, times, 0))
    repeated = compute_lead(np.repeat(y, times), often, np.ones(times.sum()))
    assert weighed == pytest.approx(repeated, rel=1e-6)
