"""Planted effects of content, read by a machine that errs."""

from dataclasses import replace

import numpy as np

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.content.content_and_survival import (
    Premise,
)
from tests.claims.labelled import asked, messages, months

A_MONTH = 56  # messages


def world(plant, effect, *, seed=1, n=1000, share=0.05):
    """Plant hazards that change by e^effect per doubling of 1 + items a week."""
    chance = np.random.default_rng(seed)
    level = chance.beta(1, 4, n)
    early = chance.binomial(A_MONTH, level)
    items = np.log2(1 + early / 4)
    study = plant(seed, n, life=400 * np.exp(-effect * (items - items.mean())), rate=2)
    said = messages(study.tables["groups"])
    of = said["group"].to_numpy()
    answers = chance.random(len(said)) < level[of]
    nth = said.groupby("group").cumcount().to_numpy()
    first = nth < A_MONTH
    answers[first] = nth[first] * 37 % A_MONTH < early[of][first]  # 37: a shuffle
    tables = asked(said, answers, kind="content", share=share, seed=seed)
    tables |= {"months": months(said)}
    return Evidence.of(replace(study, tables=study.tables | tables))


def test_hand_labels_correct_classifier_bias(plant):
    """Over worlds the corrected effect is the planted one, the machine's is larger."""
    planted, found = np.log(0.7), []
    for seed in range(12):
        premise = Premise.of(world(plant, planted, seed=seed, n=300, share=0.03))
        both = premise.ratio(), premise.ratio(corrected=False)
        found.append([np.log(component.estimate) / planted for component in both])
    corrected, alone = np.mean(found, axis=0)
    assert 0.8 < corrected < 1.15
    assert alone > 1.3
