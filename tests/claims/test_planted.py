"""Planted truth gets its verdict: each claim in a true, a false and a tiny world."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.networks import simulate_doubling
from validation.worlds.claims.people import simulate_loads
from validation.worlds.claims.subject import Tabled, evaluate_in_memory

TABLED = sorted(name for name, one in SUBJECTS.items() if isinstance(one.way, Tabled))
SURE = [name for name in TABLED if SUBJECTS[name].sure]
OF_PEOPLE = {
    "s0-community-not-fading", "s0-lurkers-talk-elsewhere", "s0-many-groups-exit",
    "s2-overload-fatigue", "s2-value-stands-out",
}  # fmt: skip
ROSTERS = {"s0-lurkers-are-many", "s0-lurkers-still-identify"}  # one is enough


@pytest.mark.parametrize("name", SURE)
@pytest.mark.parametrize("nth", [0, 1], ids=["true", "false"])
def test_simulated_truth_gets_its_verdict(name, nth):
    """A world in which the claim holds supports it; one where it does not, does not."""
    subject = SUBJECTS[name]
    truth = subject.sure[nth]
    found = evaluate_in_memory(name, subject.way.study(truth, subject.groups, 20261120))

    assert found.word is truth.right, (found.reason, found.components)
    assert found.low <= found.estimate <= found.high


@pytest.mark.parametrize("name", sorted(set(TABLED) - OF_PEOPLE - ROSTERS))
def test_three_groups_are_untestable(name):
    """Of the same world three groups say nothing, and the refusal says why."""
    subject = SUBJECTS[name]
    study = subject.way.study(subject.truths[0], subject.groups, 1)
    study.tables["groups"] = study.tables["groups"].iloc[:3]
    found = evaluate_in_memory(name, study)

    assert found.word is Word.UNTESTABLE
    assert found.reason


def test_doubling_time_is_estimated_per_network():
    """Two networks are not one: each is told apart, and only in words together."""
    study = simulate_doubling(40.0, 300, np.random.default_rng(7))
    groups = study.tables["groups"]
    study.tables["groups"] = pd.concat(
        [groups, groups.assign(group=groups["group"] + 10_000, network="another")],
        ignore_index=True,
    )
    links = study.tables["links"]
    both = [links, links.assign(group=links["group"] + 10_000)]
    study.tables["links"] = pd.concat(both, ignore_index=True)
    found = evaluate_in_memory("s0-fission-speed", study)

    assert len(found.parts) == 2
    assert [part.word for part in found.parts] == [Word.SUPPORTED] * 2


@pytest.mark.parametrize(
    ("effect", "word"), [(0.7, "SUPPORTED"), (1.4, "CONTRADICTED")]
)
def test_overload_without_recorded_leaving_can_only_contradict(effect, word):
    """Leaving is not recorded: the posting component can only contradict the claim."""
    study = simulate_loads(effect, 300, np.random.default_rng(12))
    found = evaluate_in_memory("s2-overload-fatigue", study)

    out = word == Word.CONTRADICTED
    assert found.word is (Word.CONTRADICTED if out else Word.INCONCLUSIVE)
    assert found.reason == f"RR<(0.95) {word}; HR>(1.05) UNTESTABLE"
