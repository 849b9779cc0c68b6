"""Planted pulls of content on people in few groups and in many."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from helpers.claims.contract.study_view import Evidence
from helpers.claims.fixed.register import get_rule, read_register
from helpers.claims.themes.overload.value_stands_out import value_stands_out
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from tests.claims.labelled import asked
from validation.worlds.claims.read import Machine

CLAIM = "s2-value-stands-out"
N, PEOPLE, WEEKS, MONTHS, EACH = 30, 240, 30, 9, 240


def world(plant, effect, *, seed=1, people=PEOPLE):
    """Plant a pull of content that grows by e^effect per 10 points and doubling."""
    chance = np.random.default_rng(seed)
    study = plant(seed, N, life=1e9)
    groups = study.tables["groups"].assign(origin_us=70 * 7 * DAY_US)
    groups = groups.assign(created_us=groups["origin_us"], entry_us=groups["origin_us"])
    level = chance.uniform(0.05, 0.6, (N, MONTHS))
    group, month = np.indices((N, MONTHS)).reshape(2, -1)
    said = pd.DataFrame({"group": group, "month": month}).loc[
        np.repeat(range(N * MONTHS), EACH)
    ]
    said["age_day"] = said["month"] * 28 + np.tile(range(EACH), N * MONTHS) % 28
    answers = chance.random(len(said)) < level[said["group"], said["month"]]
    tables = asked(
        said[["group", "age_day"]].reset_index(drop=True), answers, kind="content",
        share=0.1, seed=seed, machine=Machine(0.8, 0.1),
    )  # fmt: skip
    rows = []
    for person in range(people):
        mine = chance.choice(N, chance.choice([2, 4, 8]), replace=False)
        for week in range(4, WEEKS):
            share = level[mine, max((week - 4) // 4, 0)]
            pull = effect * 10 * share * np.log2(len(mine))
            written = chance.poisson(np.exp(1 + pull - pull.mean()))
            rows += [
                (g, person, 7 * (70 + week), many)
                for g, many in zip(mine, written, strict=True)
                if many
            ]
    columns = ["group", "member", "day", "messages"]
    tables |= {"groups": groups, "member_days": pd.DataFrame(rows, columns=columns)}
    return Evidence.of(replace(study, tables=study.tables | tables))


@pytest.mark.parametrize(
    ("effect", "word"), [(0.15, Word.SUPPORTED), (0.0, Word.CONTRADICTED)]
)
def test_simulated_effect_of_content_is_decided_correctly(plant, effect, word):
    """The verdict is that of the truth."""
    found = value_stands_out(world(plant, effect))
    (component,) = found.components
    assert abs(np.log(component.estimate) - effect) < 0.02
    assert get_rule(read_register()[CLAIM]).decide(*found.components).word is word


def test_few_people_in_three_groups_are_refused(plant):
    """A hundred people in three groups are asked for."""
    with pytest.raises(NotIdentifiableError, match="in 3 groups and more, 100 needed"):
        value_stands_out(world(plant, 0.0, people=60))
