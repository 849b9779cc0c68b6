"""Agreement of an instrument's scores with labels that people gave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from helpers.arrays import Bools, Floats
from helpers.errors import NotIdentifiableError
from helpers.sentiment.scoring import EVEN, score_texts
from helpers.survival.curves.proportion import compute_wilson_interval
from helpers.survival.interval import Interval, Wald
from helpers.text import classify_advertisements, is_content_item, is_question

SIDES = {"tone": ("positive", "negative")}  # neutral texts are on neither side
YES_NO = ("yes", "no")
KINDS = ("tone", "advertisement", "content", "question")


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
        ``message, group, text``, as `helpers.own_groups.hand_labels.read_messages`
        reads them.
    labels
        As `helpers.sentiment.labelling.read_labels` reads them.
    kind
        The question.

    Raises
    ------
    NotIdentifiableError
        With fewer than two scored texts of either answer.
    """
    answers = SIDES.get(kind, YES_NO)
    given = labels[labels["kind"].eq(kind) & labels["label"].isin(answers)]
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


def read_instrument(texts: Iterable[str], kind: str) -> Floats:
    """Score texts by the classifier that answers a label question.

    >>> read_instrument(["加V信兼职日结300元", "早上好"], "advertisement").tolist()
    [1.0, 0.0]
    """
    messages = list(texts)
    if kind == "tone":
        scores: Floats = score_texts(messages).score.to_numpy(zero_copy_only=False)
        return scores
    if kind == "advertisement":
        kinds = classify_advertisements(messages).kind.to_pylist()
        return np.array([category == "ad" for category in kinds], float)
    rule = is_content_item if kind == "content" else is_question
    return rule(messages).astype(float)


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
