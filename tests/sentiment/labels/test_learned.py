"""A question without a rule is read by what people's own labels teach."""

import numpy as np

from helpers.sentiment.labels.domain import EVEN, cross_read

WORDS = "天地人你我他山水火土金木日月星风雨雷电云"


def said(seed=1, n=3_000):
    """Return messages and whether each is off topic, which one word mostly tells."""
    chance = np.random.default_rng(seed)
    truth = chance.random(n) < 0.3
    texts = ["".join(chance.choice(list(WORDS), 6)) for _ in range(n)]
    tells = truth & (chance.random(n) < 0.8)
    return [
        text + "球" * int(tell) for text, tell in zip(texts, tells, strict=True)
    ], truth


def test_it_learns_what_tells():
    """Messages nobody read are told apart by what was read of others."""
    texts, truth = said()
    known = np.arange(0, 3_000, 5)
    found = cross_read(texts, known, truth[known], known % 40)
    rest = np.setdiff1d(np.arange(3_000), known)
    assert found[rest][truth[rest]].mean() > found[rest][~truth[rest]].mean() + 0.4


def test_nobody_is_read_by_his_own_label():
    """Labels of pure chance are not found again in the messages that carry them."""
    texts, _ = said()
    known = np.arange(0, 3_000, 5)
    chance = np.random.default_rng(2).random(len(known)) < 0.5
    found = cross_read(texts, known, chance, known % 40)[known]
    assert abs(np.corrcoef(found, chance)[0, 1]) < 0.12


def test_the_corrected_share_stays_unbiased():
    """Over samples F + L(Y − F)/π has the mean of people's answers."""
    texts, truth = said(n=600)
    means = []
    for seed in range(40):
        known = np.flatnonzero(np.random.default_rng(seed).random(600) < 0.4)
        found = cross_read(texts, known, truth[known], known % 40)
        found[known] += (truth[known] - found[known]) / 0.4
        means.append(found.mean())
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means) - truth.mean()) < 3.5 * error


def test_too_few_labels_teach_nothing():
    """With nine of one answer every message is as likely as not."""
    texts, truth = said(n=200)
    known = np.concatenate([np.flatnonzero(truth)[:9], np.flatnonzero(~truth)[:90]])
    assert set(cross_read(texts, known, truth[known], known % 9)) == {EVEN}
