"""Compare sentiment classifiers on the user's own hand labels.

An instrument that rules or SnowNLP's words make is taken as it is; one that learns
from labels reads each text by a model that saw neither it nor its exact copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.sentiment.labels.agreement import Agreement, measure_agreement
from helpers.sentiment.labels.domain import (
    Learner,
    cross_validate,
    drop_repeated_texts,
    fit_bayes,
    fit_logistic,
)
from helpers.sentiment.labels.labelling import read_instrument
from helpers.sentiment.labels.sample import select_labelled

SEED = 20130726
ANSWERS = {"tone": ("positive", "negative")}  # neutral texts are on neither side
YES_NO = ("yes", "no")
LEARNERS: Mapping[str, Learner] = {
    "SnowNLP's Bayes, retrained": fit_bayes,
    "character n-grams": fit_logistic,
}


class Compared(NamedTuple):
    """One classifier's agreement with hand labels, and texts without a score."""

    instrument: str
    agreement: Agreement
    no_score: int

    def __str__(self) -> str:
        statistics = self.agreement
        return (
            f"{self.instrument}: {statistics.n} texts"
            f" ({statistics.positive} of the first answer,"
            f" {self.no_score} without a score), AUC {statistics.auc},"
            f" calibration error {statistics.calibration_error}, κ {statistics.kappa}"
        )


def compare_instruments(
    messages: pd.DataFrame, labels: pd.DataFrame, kind: str = "tone"
) -> list[Compared]:
    """Compare classifiers on a user's hand labels of one question.

    Parameters
    ----------
    messages
        ``message, group, text``, as `helpers.study.own.hand_labels.messages_of` reads
        them.
    labels
        As `helpers.sentiment.labels.sample.read_labels` reads them.
    kind
        The question.

    Raises
    ------
    NotIdentifiableError
        With fewer than five different texts of either answer.
    """
    texts, positive = _select_labelled_texts(messages, labels, kind)
    unique, sides = drop_repeated_texts(texts, positive)
    if min(int(sides.sum()), int((~sides).sum())) < 5:  # noqa: PLR2004 - folds
        raise NotIdentifiableError(
            f"{int(sides.sum())} different texts of one answer and"
            f" {int((~sides).sum())} of the other are too few to compare",
            where=f"labels of {kind}",
            remedy="label more messages with shequn label",
        )
    return list(_compare_learners(unique, sides, kind))


def _select_labelled_texts(
    messages: pd.DataFrame, labels: pd.DataFrame, kind: str
) -> tuple[list[str], list[bool]]:
    answers = ANSWERS.get(kind, YES_NO)
    given_labels = select_labelled(labels[labels["kind"] == kind])
    given_labels = given_labels[given_labels["label"].isin(answers)]
    rows = given_labels.merge(messages, on=["group", "message"], how="inner")
    return rows["text"].tolist(), rows["label"].eq(answers[0]).tolist()


def _compare_learners(
    texts: Sequence[str], sides: Bools, kind: str
) -> Iterator[Compared]:
    shipped = read_instrument(texts, kind)
    if not np.isnan(shipped).all():
        name = "SnowNLP, as shipped" if kind == "tone" else "rules"
        yield compare_scores(name, shipped, sides)
    for name, learner in LEARNERS.items():
        yield compare_scores(
            name, cross_validate(learner, texts, sides, seed=SEED), sides
        )


def compare_scores(name: str, scores: Floats, sides: Bools) -> Compared:
    """Compare a classifier's scores with hand labels of the same texts."""
    informed = np.isfinite(scores)
    statistics = measure_agreement(scores[informed], sides[informed], seed=SEED)
    return Compared(name, statistics, int((~informed).sum()))
