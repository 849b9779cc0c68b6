"""Planted truth gets its verdict: each claim in a true, a false and a tiny world."""

from collections import ChainMap

import pandas as pd
import pytest

from helpers.claims import Word, evaluate

from . import (
    planted_groups,
    planted_happenings,
    planted_kinds,
    planted_networks,
    planted_owners,
    planted_people,
    planted_readings,
    planted_records,
)

SEEN = (planted_groups.WORLDS, planted_people.WORLDS)
RECORDED = (
    planted_happenings.WORLDS,
    planted_kinds.WORLDS,
    planted_networks.WORLDS,
    planted_owners.WORLDS,
    planted_readings.WORLDS,
    planted_records.WORLDS,
)
WORLDS = dict(ChainMap({}, *SEEN, *RECORDED))
TINY = set().union(*RECORDED) - planted_networks.OF_PEOPLE


def test_no_claim_is_planted_twice():
    """A claim that two modules plant would be tried in one of them only."""
    assert len(WORLDS) == sum(map(len, (*SEEN, *RECORDED)))


@pytest.mark.parametrize("claim", sorted(WORLDS))
def test_true_claim_is_supported(plant, claim):
    """A world in which the claim holds supports it."""
    world, true, _ = WORLDS[claim]
    verdict = evaluate(claim, world(plant, true))

    assert verdict.word is Word.SUPPORTED, (verdict.reason, verdict.legs)
    assert verdict.low <= verdict.estimate <= verdict.high


@pytest.mark.parametrize("claim", sorted(WORLDS))
def test_false_claim_is_contradicted(plant, claim):
    """A world in which it does not hold contradicts it."""
    world, _, false = WORLDS[claim]
    verdict = evaluate(claim, world(plant, false))

    assert verdict.word is Word.CONTRADICTED, (verdict.reason, verdict.legs)


@pytest.mark.parametrize("claim", sorted(TINY))
def test_few_groups_get_no_number(plant, claim):
    """Of the same world three groups say nothing, and the refusal says why."""
    world, true, _ = WORLDS[claim]
    study = world(plant, true)
    study.tables["groups"] = study.tables["groups"].iloc[:3]
    verdict = evaluate(claim, study)

    assert verdict.word is Word.UNTESTABLE
    assert verdict.reason


def test_each_network_has_its_own_pace(plant):
    """Two networks are not one: each is told apart, and only in words together."""
    study = planted_networks.split(plant, (1, 50))
    groups = study.tables["groups"]
    study.tables["groups"] = pd.concat(
        [groups, groups.assign(group=groups["group"] + 1000, network="another")],
        ignore_index=True,
    )
    links = study.tables["links"]
    both = [links, links.assign(group=links["group"] + 1000)]
    study.tables["links"] = pd.concat(both, ignore_index=True)
    verdict = evaluate("s0-fission-speed", study)

    assert len(verdict.parts) == 2
    assert [part.word for part in verdict.parts] == [Word.SUPPORTED] * 2


@pytest.mark.parametrize(
    ("effect", "word"), [(-0.5, "SUPPORTED"), (0.5, "CONTRADICTED")]
)
def test_overload_decides_what_it_sees(plant, effect, word):
    """Leaving is not recorded: the posting leg is decided, the whole is not."""
    verdict = evaluate("s2-overload-fatigue", planted_people.loads(plant, effect))

    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.reason == f"RR<(0.95) {word}; HR>(1.05) UNTESTABLE"
