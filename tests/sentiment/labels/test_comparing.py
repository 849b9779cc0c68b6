"""Instruments are compared on a user's own labels, copies and all."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotIdentifiableError
from helpers.sentiment.labels import sample
from helpers.sentiment.labels.comparing import compare_instruments

GOOD, BAD = "服务很好环境不错", "太差了再也不来"


def labelled(texts, labels, kind="tone"):
    """Return messages, and labels of all of them."""
    ids = [str(n) for n in range(len(texts))]
    messages = pd.DataFrame({"message": ids, "group": "g", "text": texts})
    drawn = sample.draw_sample(ids, ["g"] * len(ids), [np.nan] * len(ids),
                               size=len(ids), seed=1, kind=kind)  # fmt: skip
    said = dict(zip(ids, labels, strict=True))
    return messages, drawn.assign(label=drawn["message"].map(said))


def test_each_instrument_is_reported_by_its_agreement():
    """Good and bad reviews are told apart by all three, each in its own words."""
    texts = [f"{GOOD}{n}" for n in range(20)] + [f"{BAD}{n}" for n in range(20)]
    found = compare_instruments(*labelled(texts, ["positive"] * 20 + ["negative"] * 20))
    names = [one.instrument for one in found]
    assert names == [
        "SnowNLP, as shipped", "SnowNLP's Bayes, retrained", "character n-grams",
    ]  # fmt: skip
    assert min(one.agreement.auc.estimate for one in found) > 0.95
    assert {one.agreement.n for one in found} == {40}


def test_copies_of_a_text_count_once():
    """Labels of chance on copied texts are not learnt by heart."""
    texts = [f"第{n % 40}个人说的话" for n in range(400)]
    sides = np.random.default_rng(1).random(40) < 0.5
    labels = ["positive" if sides[n % 40] else "negative" for n in range(400)]
    found = {
        one.instrument: one.agreement
        for one in compare_instruments(*labelled(texts, labels))
    }
    assert found["character n-grams"].n == 40
    assert found["character n-grams"].auc.low < 0.5


def test_neutral_and_skipped_labels_are_excluded():
    """Only the two answers are compared."""
    texts = [f"{GOOD}{n}" for n in range(10)] + [f"{BAD}{n}" for n in range(10)]
    labels = ["positive"] * 9 + ["neutral"] + ["negative"] * 9 + ["skipped"]
    found = compare_instruments(*labelled(texts, labels))
    assert {one.agreement.n for one in found} == {18}


def test_a_question_without_a_rule_has_learners_only():
    """No instrument is shipped for talk off topic."""
    texts = [f"打球去{n}" for n in range(10)] + [f"读书去{n}" for n in range(10)]
    found = compare_instruments(
        *labelled(texts, ["yes"] * 10 + ["no"] * 10, "off_topic"), "off_topic"
    )
    assert len(found) == 2


def test_too_few_labels_of_one_kind_are_refused_with_counts():
    """Four of one answer can't be dealt into five folds."""
    texts = [f"{GOOD}{n}" for n in range(4)] + [f"{BAD}{n}" for n in range(10)]
    with pytest.raises(NotIdentifiableError, match=r"4 different texts .* 10 of the"):
        compare_instruments(*labelled(texts, ["positive"] * 4 + ["negative"] * 10))
