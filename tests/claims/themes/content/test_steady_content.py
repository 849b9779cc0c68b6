"""Planted shares of groups, read whole by people and by a machine that errs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.gates import GateError
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.registry import ESTIMATORS
from tests.claims.labelled import asked, messages
from validation.worlds.claims.read import Machine

SUPPLY, VALUE = "s1-good-groups-supply-content", "s2-low-value-majority"
N, DAYS = 500, 180


def read_whole(tables, share, seed=3):
    """Ask people about all messages of a share of the groups instead of any."""
    labels, n = tables["labels"], tables["readings"]["group"].nunique()
    many = round(share * n)
    chosen = np.random.default_rng(seed).permutation(n)[:many]
    kept = labels[labels["group"].isin(chosen)]
    return tables | {"labels": kept.assign(probability=many / n, drawn="group")}


def talk(plant, seed):
    """Return long lives and their messages of the first half year."""
    study = plant(seed, N, life=1e9)
    groups = study.tables["groups"]
    said = messages(groups, 2)
    return study, said[said["age_day"] < DAYS].reset_index(drop=True)


def supplied(plant, steady, *, share=1.0, seed=1):
    """Plant a share of steady content among the tenth most talked in."""
    study, said = talk(plant, seed)
    chance = np.random.default_rng(seed)
    has = chance.random(N) < steady
    weekly = said["age_day"] % 14 == 0
    weekly |= said["age_day"] % 14 == 8
    first = ~said.duplicated(["group", "age_day"])
    answers = first & weekly & (has[said["group"]] | (said["age_day"] < 30))
    some = {"share": 1.0, "seed": seed, "machine": Machine(0.9, 0.05)}
    tables = asked(said, answers, kind="content", **some)
    posters = pd.DataFrame({"group": range(N), "messages": 10, "posters": range(N)})
    tables = read_whole(tables, share) | {"short_talk": posters}
    study = replace(study, tables=study.tables | tables)
    return Evidence.of(study), has[int(0.9 * N) :].mean()


def valued(plant, low, *, share=0.5, seed=1):
    """Plant a share of groups with hardly any content."""
    study, said = talk(plant, seed)
    chance = np.random.default_rng(seed)
    worthless = chance.random(N) < low
    level = np.where(worthless, 0.005, 0.25)[said["group"]]
    some = {"share": 1.0, "seed": seed, "machine": Machine(0.8, 0.1)}
    content = asked(said, chance.random(len(said)) < level, kind="content", **some)
    ads = asked(said, chance.random(len(said)) < 0.02, kind="advertisement", **some)
    content, ads = read_whole(content, share), read_whole(ads, share)
    both = {name: pd.concat([content[name], ads[name]]) for name in content}
    study = replace(study, tables=study.tables | both)
    return Evidence.of(study), worthless.mean()


def test_groups_labelled_in_full_correct_classifier_bias(plant):
    """The corrected interval holds the planted share, the machine's does not."""
    hits = np.zeros(2)
    for seed in range(10):
        evidence, true = valued(plant, 0.6, seed=seed, share=0.25)
        found = ESTIMATORS[VALUE](evidence)
        alone = {one.name: one for one in found.specifications}["instrument alone"]
        hits += [
            component.low <= true <= component.high
            for component in (*found.components, *alone.components)
        ]
    assert hits[0] >= 8
    assert hits[1] <= 2


def test_refusal_says_how_many_groups_must_be_labelled_in_full(plant):
    """Where no group was read whole, the refusal says what reading them takes."""
    evidence, _ = supplied(plant, 0.9, share=0.1)
    labels = evidence.study.tables["labels"].iloc[::2].assign(drawn="message")
    tables = evidence.study.tables | {"labels": labels}
    evidence = Evidence.of(replace(evidence.study, tables=tables))
    with pytest.raises(GateError, match=r"0 of \d+ groups .* 20 needed, some 180"):
        ESTIMATORS[SUPPLY](evidence)


def test_equal_group_sizes_give_no_supplementary_estimate(plant):
    """Where all are among the best there is nothing beside, and no error."""
    evidence, _ = supplied(plant, 0.9)
    same = evidence.study.tables["short_talk"].assign(posters=7)
    tables = evidence.study.tables | {"short_talk": same}
    found = ESTIMATORS[SUPPLY](Evidence.of(replace(evidence.study, tables=tables)))
    assert found.beside == ()
