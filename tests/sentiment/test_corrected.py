"""Human labels of public sets, asked of a sample: the correction finds their share."""

import io

import numpy as np
import pandas as pd
import pytest

from helpers.inference import cluster_by_label, compute_wilson_interval
from helpers.inference.labels import label_corrected
from helpers.sentiment import labelling
from helpers.sentiment import labels as sample
from helpers.sentiment.quality import read_chinese_set
from tests.raw_corpora import SHARED

GROUPS, ASKED, TIMES = 100, 400, 40
KEYS = {"tone": ("p", "n"), "advertisement": ("y", "n")}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there"),
]


def spam():
    """Return chat messages and whether people called them advertisements."""
    texts, truth = [], []
    for name in ("train", "eval"):
        with (SHARED / "chinese_spam" / f"{name}.csv").open(encoding="utf-8") as file:
            rows = [line.rstrip().partition(",") for line in file]
        said = [(label, text) for label, _, text in rows if label in {"0", "1"}]
        texts += [text for _, text in said]
        truth += [label == "1" for label, _ in said]
    return texts, np.array(truth)


def tone(name):
    """Return the texts of a set and whether people called them positive."""
    labelled = read_chinese_set(SHARED, name)
    return labelled.texts, labelled.sides > 0


LABELLED = {
    "hotel": ("tone", lambda: tone("hotel")),
    "weibo_7_class": ("tone", lambda: tone("weibo_7_class")),
    "spam": ("advertisement", spam),
}


@pytest.fixture(scope="module", params=LABELLED)
def read(request):
    """Return one set: question, texts, people's answers, instrument's, groups."""
    kind, load = LABELLED[request.param]
    texts, truth = load()
    scores = labelling.read_instrument(texts, kind)
    group = np.random.default_rng(1).integers(GROUPS, size=len(texts))
    return kind, texts, truth, scores, group


def corrected(read, seed):
    """Return the corrected share from the labels of one sample."""
    kind, _, truth, scores, group = read
    ids = np.arange(len(truth))
    drawn = sample.draw_sample(ids, group, scores, size=ASKED, seed=seed, kind=kind)
    rows = drawn["message"].to_numpy(int)
    labels = np.full(len(truth), np.nan)
    labels[rows] = truth[rows]
    pi = np.full(len(truth), drawn["probability"].iloc[0])
    expected = labelling.predict_first_answer(scores, kind)
    return label_corrected(expected, labels, pi, cluster_by_label(group))


def test_corrected_interval_covers_the_share_of_all_labels(read):
    """In 40 samples of 400 the corrected interval holds the share of all labels."""
    truth = read[2].mean()
    found = [corrected(read, seed) for seed in range(TIMES)]
    hits = sum(one.low <= truth <= one.high for one in found)
    error = np.std([one.estimate for one in found]) / np.sqrt(TIMES)
    assert hits >= 34
    assert abs(np.mean([one.estimate for one in found]) - truth) < 3.5 * error


def test_the_instrument_alone_is_wrong(read):
    """Its own share of all messages, with its interval, misses that of people."""
    kind, _, truth, scores, _ = read
    said = labelling.predict_first_answer(scores, kind)
    alone = compute_wilson_interval(round(said.sum()), len(said))
    assert not alone.low <= truth.mean() <= alone.high
    assert abs(said.mean() - truth.mean()) > 0.03


def test_labels_typed_in_the_terminal_give_the_same_estimate(read, tmp_path):
    """Typing people's answers into `shequn label` gives that sample's estimate."""
    kind, texts, truth, _, group = read
    rows = np.arange(0, len(texts), 20)
    ids = rows.astype(str)
    messages = pd.DataFrame({"message": ids, "group": group[rows].astype(str)})
    messages["text"] = [texts[row] for row in rows]
    path = tmp_path / "labels.csv"
    asked = labelling.Labelling(messages, path, kind=kind, size=30, seed=2)
    drawn = sample.read_labels(path)
    yes, no = KEYS[kind]
    typed = [yes if truth[int(row)] else no for row in drawn["message"]]
    labelling.ask_labels(asked, typed, io.StringIO())
    given = sample.select_labelled(sample.read_labels(path))
    first = "positive" if kind == "tone" else "yes"
    assert len(given) == 30
    assert given["label"].eq(first).tolist() == [key == yes for key in typed]
    assert given["probability"].tolist() == pytest.approx([30 / len(rows)] * 30)
