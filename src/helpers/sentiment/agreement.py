"""Agreement of an instrument's scores with labels that people gave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.sentiment.labelling import read_instrument
from helpers.sentiment.labels import select_labelled
from helpers.sentiment.scoring import EVEN
from helpers.survival.curves.proportion import compute_wilson_interval
from helpers.survival.interval import Interval, Wald

SIDES = {"tone": ("positive", "negative")}  # neutral texts are on neither side
YES_NO = ("yes", "no")


class Compared(NamedTuple):
    """How well scores separate the two labels, with intervals.

    Attributes
    ----------
    n, first, no_score
        Texts compared, those of the first answer, and texts left out without a score.
    auc
        Probability that one of the first answer scores above one of the other.
    sensitivity, specificity
        Shares of the first answer read so, and of the other read otherwise, at one
        half.
    """

    n: int
    first: int
    no_score: int
    auc: Interval
    sensitivity: Interval
    specificity: Interval

    def __str__(self) -> str:
        return (
            f"{self.n} texts ({self.first} of the first answer, {self.no_score} without"
            f" a score), AUC {self.auc}, sensitivity {self.sensitivity},"
            f" specificity {self.specificity}"
        )


def compare_with_labels(
    messages: pd.DataFrame, labels: pd.DataFrame, kind: str = "tone"
) -> Compared:
    """Compare the instrument of a question with a user's own hand labels.

    Parameters
    ----------
    messages
        ``message, group, text``, as `helpers.own_groups.hand_labels.messages_of` reads
        them.
    labels
        As `helpers.sentiment.labels.read_labels` reads them.
    kind
        The question.

    Raises
    ------
    NotIdentifiableError
        With fewer than two scored texts of either answer.
    """
    answers = SIDES.get(kind, YES_NO)
    given = select_labelled(labels[labels["kind"] == kind])
    given = given[given["label"].isin(answers)]
    rows = given.merge(messages, on=["group", "message"], how="inner")
    scores = read_instrument(rows["text"].tolist(), kind)
    scored = np.isfinite(scores)
    first = rows["label"].eq(answers[0]).to_numpy(bool)[scored]
    read = scores[scored] > EVEN
    auc = compute_auc(scores[scored], first)
    return Compared(
        n=len(first),
        first=int(first.sum()),
        no_score=int((~scored).sum()),
        auc=auc,
        sensitivity=compute_wilson_interval(int(read[first].sum()), int(first.sum())),
        specificity=compute_wilson_interval(
            int((~read[~first]).sum()), int((~first).sum())
        ),
    )


def compute_auc(score: npt.ArrayLike, positive: npt.ArrayLike) -> Interval:
    """Compute the area under the ROC curve of scores, ties counting half.

    Standard error after DeLong, DeLong and Clarke-Pearson (1988), by midranks.

    Raises
    ------
    NotIdentifiableError
        Unless there are two scores of each kind.

    Examples
    --------
    >>> compute_auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]).estimate
    0.75
    """
    scores, truth = _check_scores(score, positive)
    m, n = int(truth.sum()), int((~truth).sum())
    ranks = stats.rankdata(scores)
    above = (ranks[truth] - stats.rankdata(scores[truth])) / n
    below = 1 - (ranks[~truth] - stats.rankdata(scores[~truth])) / m
    value = float(above.mean())
    se = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    rule = Wald(value, se, "identity", bounds=(0, 1))
    return Interval.of(value, rule, method="DeLong, normal", n=m + n, clusters=m + n)


def _check_scores(
    score: npt.ArrayLike, positive: npt.ArrayLike
) -> tuple[Floats, Bools]:
    scores, truth = np.asarray(score, np.float64), np.asarray(positive, bool)
    if scores.shape != truth.shape or not np.isfinite(scores).all():
        raise NotIdentifiableError(
            "labels and scores differ in number, or a score is missing",
            where="agreement",
        )
    if min(truth.sum(), (~truth).sum()) < 2:  # noqa: PLR2004 - one has no spread
        raise NotIdentifiableError(
            "agreement needs two labels of each kind",
            where="agreement",
            remedy="label more messages with shequn label",
        )
    return scores, truth
