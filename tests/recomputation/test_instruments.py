"""Recompute how well questions and tone are recognised, by ranks and a pattern."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from helpers import paths
from helpers.sentiment.chat_lines import score_chat_lines
from tests.raw_corpora import needs_raw
from tests.recomputation.register_lifetimes import raw

TABLES = paths.PROCESSED / "instruments"
QUESTIONS = ["whQuestion", "ynQuestion"]


@needs_raw
def test_questions_found_by_question_marks_are_recomputed():
    """Within one in a hundred: the product also reads signs behind the mark."""
    rows = raw("chat_labels", "nps_chat_acts.csv.gz").dropna(subset=["text"])
    rows = rows[rows["label"].ne("System")]  # what the room itself announced
    asks = rows["label"].isin(QUESTIONS)
    one_sided = asks.groupby(rows["text"]).transform("nunique").eq(1)
    rows = rows[one_sided].drop_duplicates("text")
    asks = rows["label"].isin(QUESTIONS)
    marked = rows["text"].str.contains(r"\?\W*$")
    table = pd.read_csv(TABLES / "chat_rules_quality.csv").query("rule == 'question'")
    told = table.set_index("measure")["estimate"]
    assert told["sensitivity"] == pytest.approx(marked[asks].mean(), abs=0.01)
    assert told["precision"] == pytest.approx(asks[marked].mean(), abs=0.01)
    assert told["specificity"] == pytest.approx((~marked[~asks]).mean(), abs=0.01)


@needs_raw
def test_auc_of_chat_lines_is_recomputed_by_ranks():
    """The share of pairs in which the positive line scores higher."""
    rows = raw("chat_labels", "chat_tone_manual.csv.gz").dropna(subset=["text"])
    trained = set(raw("chat_labels", "chat_tone_auto.csv.gz")["text"])
    sides = rows.groupby("text")["label"].transform("nunique")
    rows = rows[sides.eq(1) & ~rows["text"].isin(trained)].drop_duplicates("text")
    scores = np.array(score_chat_lines(rows["text"].tolist()), float)
    known = ~np.isnan(scores)
    positive = rows["label"].eq("pos").to_numpy()[known]
    ranks, n = rankdata(scores[known]), positive.sum()
    auc = (ranks[positive].sum() - n * (n + 1) / 2) / (n * (~positive).sum())
    table = pd.read_csv(TABLES / "tone.csv").query("length == 'all'")
    rows = table[table["instrument"].eq("chat_line") & table["reading"].eq("positive")]
    assert rows["auc"].tolist() == pytest.approx([auc], abs=0.002)


@needs_raw
def test_errors_of_vader_are_recomputed_by_the_package():
    """Pull-request comments, scored by the package itself and counted by hand."""
    rows = raw("english_sentiment", "premo_pull_requests.csv").dropna(subset=["text"])
    sides = rows.groupby("text")["polarity"].transform("nunique")
    rows = rows[sides.eq(1)].drop_duplicates("text")
    score = SentimentIntensityAnalyzer().polarity_scores
    compound = np.array([score(text)["compound"] for text in rows["text"]])
    table = pd.read_csv(TABLES / "tone.csv").query("length == 'all'")
    table = table[table["set"].eq("pull_requests")].set_index("reading")
    for reading, read in {
        "negative": compound <= -0.05,
        "positive": compound >= 0.05,
    }.items():
        truth = rows["polarity"].eq(reading).to_numpy()
        told = table.loc[reading, ["sensitivity", "specificity", "n"]].tolist()
        counted = [read[truth].mean(), (~read[~truth]).mean(), len(rows)]
        assert told == pytest.approx(counted, abs=1e-4)
