"""Tone passed on, and questions answered, as instruments tell: planted worlds."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation import standing
from helpers.claims.evaluation.evaluate import evaluate
from helpers.measures import echoing
from helpers.measures.echoing import Sequence
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory

INFLUENCE = "s0-mutual-influence"


@pytest.fixture(autouse=True)
def _measured(monkeypatch):
    """Let the estimator decide as it would by a measured instrument."""
    monkeypatch.setattr(standing, "MEASURED_INSTRUMENTS", {"vader"})


def _talked(plant, monkeypatch, *, pull=0.0, mood=0.0, seed=1, many=8000):
    """Let tones follow those of others before, or the mood of the day."""
    monkeypatch.setattr(echoing, "DEALS", 119)
    rng = np.random.default_rng(seed)
    writer, day = rng.integers(0, 60, many), np.arange(many) // 80
    tone = rng.standard_normal(many) + mood * rng.standard_normal(day[-1] + 1)[day]
    for at in range(30, many):
        others = [b for b in range(at - 25, at) if writer[b] != writer[at]][-10:]
        tone[at] += pull * tone[others].mean()
    told = Sequence(np.zeros(many, int), writer, day, tone, np.ones(many, bool))
    sums = echoing.sum_echoes(told, rng.random(many) < 0.2, np.arange(60) % 30)
    return plant(1, 10).with_tables(echoed=sums)


def test_contagion_beyond_chance_is_supported(plant, monkeypatch):
    """More than chance, and more than the day's own tone."""
    found = evaluate(INFLUENCE, _talked(plant, monkeypatch, pull=0.6))
    assert found.word == "SUPPORTED"
    assert {"proxy", "contagion-consistent", "association"} <= set(found.qualifiers)


def test_shared_mood_of_a_day_is_not_taken_for_contagion(plant, monkeypatch):
    """Its slope is large, in any order of the day alike."""
    found = evaluate(INFLUENCE, _talked(plant, monkeypatch, mood=0.7))
    assert found.components[0].low > 0.05
    assert found.word != "SUPPORTED"


@pytest.mark.parametrize(("many", "ruled_out"), [(3000, False), (60_000, True)])
def test_no_contagion_is_concluded_only_at_half_reliability(plant, many, ruled_out):
    """Noise draws to none: limits must hold when taken twice as far."""
    rng = np.random.default_rng(3)
    each = {"way": "10 before", "bundle": np.arange(200), "messages": many // 200}
    xx = np.full(200, many / 200)
    noise = rng.standard_normal(200) * np.sqrt(xx)
    xy = -0.01 * xx + noise - noise.mean()
    sums = pd.DataFrame({**each, "deal": 0, "xx": xx, "xy": xy})
    by_chance = [
        sums.head(1).assign(deal=nth, xy=rng.normal(0, 0.005) * xx[0])
        for nth in range(1, 120)
    ]
    study = plant(1, 10).with_tables(echoed=pd.concat([sums, *by_chance]))
    word = evaluate(INFLUENCE, study).word
    assert (word in {"CONTRADICTED", "TOO_SMALL"}) is ruled_out


TEACHERS = "s4-teachers-and-learners"
taught = SUBJECTS[TEACHERS].way.world


def _counted(hazard, *, questions=20):
    """Turn what people coded into counts of question marks and who wrote them."""
    study = taught(hazard, 800, np.random.default_rng(3))
    coded = study.tables.pop("codings").drop_duplicates(["group", "fact"])
    wide = coded.pivot_table(index="group", columns="fact", values="value")
    counts = wide[["askers", "answerers"]].astype(int).reset_index()
    return study.with_tables(questions=counts.assign(questions=questions))


@pytest.mark.parametrize(
    ("hazard", "word"), [(0.5, "SUPPORTED"), (1.3, "CONTRADICTED")]
)
def test_hazard_of_groups_with_few_answerers_is_recovered(hazard, word):
    """Groups where five ask and two answer die at a hazard planted."""
    found = evaluate_in_memory(TEACHERS, _counted(hazard))
    assert found.word == word
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_null_effect_of_misread_questions_is_inconclusive():
    """What is drawn to none is not ruled out by it."""
    found = evaluate_in_memory(TEACHERS, _counted(0.9))
    assert found.word == "INCONCLUSIVE"


def test_groups_with_few_questions_are_in_no_arm():
    """Nineteen questions say too little of who answers."""
    found = evaluate_in_memory(TEACHERS, _counted(0.5, questions=19))
    assert found.word == "UNTESTABLE"
    assert isinstance(found.reason, str)
    assert "0 exposed" in found.reason or "no group" in found.reason


def test_hand_labels_replace_question_marks():
    """Where people told who asks, question marks are not asked."""
    study = taught(0.5, 800, np.random.default_rng(3))
    study.with_tables(questions=pd.DataFrame(columns=["group", "questions"]))
    assert "proxy" not in evaluate_in_memory(TEACHERS, study).qualifiers
