"""Instruments against labels that people gave."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import NotIdentifiableError
from helpers.sentiment.agreement import compare_with_labels, compute_auc

GOOD, BAD = "服务很好环境不错", "太差了再也不来"


def _label(texts, labels, kind="tone"):
    """Return messages, and labels of all of them."""
    ids = [str(n) for n in range(len(texts))]
    messages = pd.DataFrame({"message": ids, "group": "g", "text": texts})
    return messages, messages.drop(columns="text").assign(kind=kind, label=labels)


def test_neutral_and_skipped_labels_are_left_out():
    """Only the two answers are compared."""
    texts = [f"{GOOD}{n}" for n in range(10)] + [f"{BAD}{n}" for n in range(10)]
    labels = ["positive"] * 9 + ["neutral"] + ["negative"] * 9 + ["skipped"]
    found = compare_with_labels(*_label(texts, labels))
    assert (found.n, found.first) == (18, 9)
    assert found.auc.estimate > 0.95


def test_one_label_of_a_kind_is_refused():
    """One has no spread."""
    texts = [GOOD, BAD, BAD + "1"]
    with pytest.raises(NotIdentifiableError, match="two labels of each kind"):
        compare_with_labels(*_label(texts, ["positive", "negative", "negative"]))


def test_auc_is_the_mann_whitney_statistic():
    """Ties count half, and the interval holds the truth as often as it says."""
    chance = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        truth = chance.random(300) < 0.3
        score = chance.normal(size=300).round(1) + truth
        found = compute_auc(score, truth)
        u = stats.mannwhitneyu(score[truth], score[~truth]).statistic
        assert found.estimate == pytest.approx(u / truth.sum() / (~truth).sum())
        hits += found.low <= stats.norm.cdf(1 / np.sqrt(2)) <= found.high
    assert hits >= 183
