"""Tone by month as an instrument reads it: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation import standing
from helpers.claims.evaluation.evaluate import evaluate

DAY_US = 86_400_000_000
CLAIM = "s4-link-tone-matters"
MESSAGES = 120


@pytest.fixture(autouse=True)
def _measured(monkeypatch):
    """Let the estimator decide as it would by a measured instrument."""
    monkeypatch.setattr(standing, "MEASURED_INSTRUMENTS", {"vader"})


def _toned(plant, effect, groups=500):
    """Plant hazards by a tone that groups keep: e to the effect per SD of each."""
    rng = np.random.default_rng(3)
    negative, positive = rng.standard_normal((2, groups))
    life = 300 * np.exp(effect * (positive - negative))
    study = plant(3, groups, life=life, rate=4.0)
    rows = study.tables["groups"]
    lived = (rows["last_us"] - rows["origin_us"]) // (28 * DAY_US)
    many = lived.astype(int) + 1
    group = np.repeat(np.arange(groups), many)
    month = np.concatenate([np.arange(n) for n in many])
    messages = rng.integers(MESSAGES // 2, 2 * MESSAGES, len(group))
    said = {"group": group, "month": month, "messages": messages}
    shares = {
        name: np.clip(0.25 + 0.06 * tone[group], 0.01, 0.6)
        for name, tone in (("negative", negative), ("positive", positive))
    }
    counts = {name: rng.binomial(messages, share) for name, share in shares.items()}
    voices = pd.DataFrame({**said, **counts, "replies": 0, "we": 0})
    months = pd.DataFrame({**said, "posters": 8})
    return study.with_tables(voices=voices, months=months)


def test_simulated_effect_of_tone_on_death_is_supported(plant):
    """Both components, with the errors of an instrument between."""
    found = evaluate(CLAIM, _toned(plant, 0.45))
    assert found.word == "SUPPORTED"
    assert found.components[0].low > 1.1
    assert found.components[1].high < 0.91
    assert "proxy" in found.qualifiers


def test_unvalidated_instrument_does_not_decide(plant, monkeypatch):
    """The same effect, read by a program that nobody checked."""
    monkeypatch.setattr(standing, "MEASURED_INSTRUMENTS", frozenset())
    found = evaluate(CLAIM, _toned(plant, 0.45))
    assert found.word == "INCONCLUSIVE"
    assert "SUPPORTED, but how often vader errs" in found.reason


def test_null_effect_of_error_prone_tone_does_not_contradict(plant):
    """Noise draws to none, so that only SUPPORTED may be said."""
    found = evaluate(CLAIM, _toned(plant, 0.0))
    assert found.word == "INCONCLUSIVE"


@pytest.mark.parametrize("least", [1000])
def test_groups_with_few_messages_are_excluded(plant, least):
    """Two hundred messages are asked for."""
    study = _toned(plant, 0.45)
    few = study.tables["voices"].assign(messages=1, negative=0, positive=0)
    found = evaluate(CLAIM, study.with_tables(voices=few[few["month"] < least]))
    assert found.word == "UNTESTABLE"
