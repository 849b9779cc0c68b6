"""The regression that reads chat lines is fitted as it says."""

import numpy as np
import pytest
from scipy import special

from helpers.sentiment.chat_lines import Grams
from pipeline.validation import instruments

WORDS = "天地人你我他山水火土金木日月星风雨雷电云"


def test_logistic_is_at_its_optimum():
    """The gradient of the penalised likelihood vanishes at the fitted weights."""
    texts, truth = worded(3, 120)
    grams = Grams.of(texts)
    names = np.unique(grams.name)
    features = grams.features(names, np.ones(len(names)))
    weights = instruments.solve_ridge(features, truth.astype(float))
    error = special.expit(features @ weights[1:] + weights[0]) - truth
    assert abs(error.sum()) < 1e-3
    assert abs(features.T @ error + instruments.PENALTY * weights[1:]).max() < 1e-3


def test_tf_idf_features_equal_hand_computed_ones():
    """Frequencies times rarity, rows of length one; a one-letter text has one gram."""
    grams = Grams.of(["aab", "", "b"])
    a, b, aa, ab = 98, 99, 98 | 98 << 21, 98 | 99 << 21
    names = np.array(sorted([a, b, aa, ab], key=int), np.uint64)
    rows = grams.features(names, np.array([1.0, 3.0, 1.0, 1.0])).toarray()
    spelt = {98 << 21 | 98: aa, 98 << 21 | 99: ab}
    assert len(spelt) == 2
    assert rows[1].tolist() == [0, 0, 0, 0]
    assert rows[2].tolist() == [0, 1, 0, 0]
    assert rows[0, :2] / rows[0, 0] == pytest.approx([1, 1.5])
    assert (rows[0] ** 2).sum() == pytest.approx(1)


def worded(seed=1, n=3_000):
    """Return messages and whether each is off topic, which one word mostly tells."""
    chance = np.random.default_rng(seed)
    truth = chance.random(n) < 0.3
    texts = ["".join(chance.choice(list(WORDS), 6)) for _ in range(n)]
    tells = truth & (chance.random(n) < 0.8)
    return [
        text + "球" * int(tell) for text, tell in zip(texts, tells, strict=True)
    ], truth
