"""Instruments fitted to own labels, and that none is judged on what it has seen."""

import numpy as np
import pytest
from scipy import special

from helpers.sentiment import learning

WORDS = "天地人你我他山水火土金木日月星风雨雷电云"


def test_logistic_is_at_its_optimum():
    """The gradient of the penalised likelihood vanishes at the fitted weights."""
    texts, truth = worded(3, 120)
    grams = learning._Grams.of(texts)
    names = np.unique(grams.name)
    features = grams.features(names, np.ones(len(names)))
    weights = learning._fit_weights(features, truth.astype(float))
    error = special.expit(features @ weights[1:] + weights[0]) - truth
    assert abs(error.sum()) < 1e-3
    assert abs(features.T @ error + learning.PENALTY * weights[1:]).max() < 1e-3


def test_tf_idf_features_equal_hand_computed_ones():
    """Frequencies times rarity, rows of length one; a one-letter text has one gram."""
    grams = learning._Grams.of(["aab", "", "b"])
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


def test_unlabelled_messages_are_classified_from_labelled_ones():
    """Messages nobody read are told apart by what was read of others."""
    texts, truth = worded()
    known = np.arange(0, 3_000, 5)
    found = learning.cross_read(texts, known, truth[known], known % 40)
    rest = np.setdiff1d(np.arange(3_000), known)
    assert found[rest][truth[rest]].mean() > found[rest][~truth[rest]].mean() + 0.4


def test_message_is_not_classified_by_its_own_label():
    """Labels of pure chance are not found again in the messages that carry them."""
    texts, _ = worded()
    known = np.arange(0, 3_000, 5)
    chance = np.random.default_rng(2).random(len(known)) < 0.5
    found = learning.cross_read(texts, known, chance, known % 40)[known]
    assert abs(np.corrcoef(found, chance)[0, 1]) < 0.12


def test_the_corrected_share_stays_unbiased():
    """Over samples F + L(Y − F)/π has the mean of people's answers."""
    texts, truth = worded(n=600)
    means = []
    for seed in range(40):
        known = np.flatnonzero(np.random.default_rng(seed).random(600) < 0.4)
        found = learning.cross_read(texts, known, truth[known], known % 40)
        found[known] += (truth[known] - found[known]) / 0.4
        means.append(found.mean())
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means) - truth.mean()) < 3.5 * error


def test_too_few_labels_give_even_probabilities():
    """With nine of one answer every message is as likely as not."""
    texts, truth = worded(n=200)
    known = np.concatenate([np.flatnonzero(truth)[:9], np.flatnonzero(~truth)[:90]])
    assert set(learning.cross_read(texts, known, truth[known], known % 9)) == {
        learning.EVEN
    }
