"""Planted causes of death: one, or several of like weight."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from helpers.claims.evidence import Evidence
from helpers.claims.factors import FAMILIES, many_factors, shares_of
from helpers.claims.register import read_register
from helpers.claims.special import rule_of
from helpers.errors import NotIdentifiableError
from helpers.simulate.worlds.labelled import Machine, asked, messages, months

CLAIM = "s1-many-factors-no-single"
N = 1500


def world(plant, effects, *, seed=1):
    """Plant hazards by posters, core, content and advertisements of a group."""
    chance = np.random.default_rng(seed)
    level = chance.normal(size=(4, N))
    life = 250 * np.exp(-np.array(effects) @ level)
    study = plant(seed, N, life=life)
    said = messages(study.tables["groups"], 4)
    said = said[said["age_day"] < 56].reset_index(drop=True)
    tables = []
    for kind, z in (("content", level[2]), ("advertisement", level[3])):
        share = np.exp(-1.5 + 0.8 * z).clip(0, 0.9)[said["group"]]
        answers = chance.random(len(said)) < share
        how = {"share": 0.2, "seed": seed, "machine": Machine(0.9, 0.05)}
        tables.append(asked(said, answers, kind=kind, **how))
    both = {name: pd.concat([one[name] for one in tables]) for name in tables[0]}
    group = months(said)["group"]
    posters = np.exp(2.5 + 0.7 * level[0]).round()[group]
    core = np.exp(1.5 + 0.7 * level[1]).round()[group]
    both["months"] = months(said).assign(posters=posters, core_8=core, core_4=core)
    return Evidence.of(replace(study, tables=study.tables | both))


@pytest.mark.parametrize(
    ("effects", "word"),
    [((0.5, 0.5, 0.5, 0.5), Word.SUPPORTED), ((1.0, 0.1, 0.1, 0.1), Word.CONTRADICTED)],
)
def test_the_planted_causes_decide(plant, effects, word):
    """Four of like weight support that no single one explains most; one does not."""
    found = many_factors(world(plant, effects))
    assert rule_of(read_register()[CLAIM]).decide(*found.legs).word is word


def test_chance_alone_explains_nothing(plant):
    """Where nothing matters there is no largest share."""
    with pytest.raises(NotIdentifiableError, match="explained"):
        many_factors(world(plant, (0.0, 0.0, 0.0, 0.0), seed=2))


def test_shares_add_up_and_go_by_effect():
    """Of independent measures each share is its squared effect's, about."""
    chance = np.random.default_rng(1)
    x = chance.normal(size=(40_000, len(FAMILIES)))
    hazard = 0.3 * np.exp(x @ [0.4, 0.2, 0.0, 0.0, 0.0])
    died = (chance.random(len(x)) < -np.expm1(-hazard)).astype(float)
    shares = shares_of(died, x, np.ones(len(x)))
    assert shares.sum() == pytest.approx(1.0)
    assert shares[:2] == pytest.approx([0.8, 0.2], abs=0.06)
