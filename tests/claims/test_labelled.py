"""Planted machines err as often as they are said to, and people are asked as often."""

import numpy as np
import pandas as pd
import pytest

from tests.claims.labelled import asked, messages, months
from validation.worlds.claims.read import Machine


def test_simulated_classifier_has_the_given_error_rates():
    """It says yes to a yes, and to a no, as often as it was made to."""
    said = pd.DataFrame({"group": np.arange(40_000) % 50, "age_day": 0})
    truth = np.random.default_rng(1).random(len(said)) < 0.3
    found = asked(
        said, truth, kind="content", share=0.5, seed=1, machine=Machine(0.8, 0.1)
    )
    labels = found["labels"]
    rates = labels.groupby("label")["predicted"].mean()
    assert len(labels) / len(said) == pytest.approx(0.5, abs=0.02)
    assert rates["yes"] == pytest.approx(0.8, abs=0.02)
    assert rates["no"] == pytest.approx(0.1, abs=0.02)
    assert found["readings"]["messages"].sum() == len(said)


def test_tone_is_read_as_positive():
    """Of tone the machine's reading is that of a positive message."""
    said = pd.DataFrame({"group": np.zeros(99, int), "age_day": 0})
    words = ("negative", "positive")
    how = {"kind": "tone", "words": words, "share": 1.0, "seed": 1}
    found = asked(said, np.ones(99, bool), machine=Machine(1.0, 0.0), **how)
    assert found["labels"]["label"].tolist() == ["negative"] * 99
    assert found["labels"]["predicted"].tolist() == [0.0] * 99


def test_simulated_messages_last_for_the_whole_lifetime():
    """Messages come every other day to the end, and months count them."""
    day = 86_400_000_000
    groups = pd.DataFrame({"group": [0, 1], "origin_us": 0, "last_us": [0, 29 * day]})
    said = messages(groups, each=3)
    assert said.groupby("group").size().tolist() == [3, 45]
    assert said["age_day"].max() == 28
    assert months(said)["messages"].tolist() == [3, 42, 3]
