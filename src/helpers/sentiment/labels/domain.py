"""Classifiers trained on the user's own hand labels, with cross-validation.

Two that the labels of one study can carry: SnowNLP's Bayes with its counts made anew,
and a logistic regression on character n-grams. Both learn from texts and labels and
return a function from texts to scores; `cross_validate` scores every text by a model
that has not seen it, nor its exact copy.

`cross_read` reads by them what no rule answers. Nobody may be read by a model that
learnt from his own label: the correction would find no error. So the labels are dealt
into folds by group; a labelled message is read by the model of the other folds, any
other message by the mean of all models.

References
----------
Zrnic and Candès (2024), Cross-prediction-powered inference, PNAS 121, e2322083121.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, sparse, special

from helpers.arrays import Bools, Floats, Ints
from helpers.errors import NotIdentifiableError
from helpers.sentiment.kernel import snow
from helpers.sentiment.scoring import EVEN
from helpers.text.columns import code_points, to_text_array

Scorer = Callable[[Sequence[str]], Floats]
Learner = Callable[[Sequence[str], Bools], Scorer]

LONGEST_GRAM = 3
POINT_BITS = 21  # of a code point: three make one 64-bit name
FEWEST_TEXTS = 2  # in which an n-gram must occur
PENALTY = 0.1  # of the squared weights, halved
FOLDS = 5
FEWEST = 10  # labels of each answer outside any fold


def fit_bayes(texts: Sequence[str], positive: Bools) -> Scorer:
    """Fit SnowNLP's naive Bayes classifier to labelled texts.

    The same words, stop words and add-one counts as SnowNLP's own.

    Parameters
    ----------
    texts, positive
        n texts and whether each is positive.

    Examples
    --------
    >>> scorer = fit_bayes(["很好", "太差"], np.array([True, False]))
    >>> scorer(["很好", "太差"]).round(2).tolist()
    [0.8, 0.2]
    """
    counts = Counter[str](), Counter[str]()
    for text, side in zip(texts, positive, strict=True):
        counts[int(side)].update(snow.split_content_words(text))
    # a class's total counts every word once more than it occurred
    totals = [sum(count.values()) + len(count) for count in counts]
    prior = np.log(totals[1]) - np.log(totals[0])

    def log_odds(word: str) -> float:
        negative, positive_ = (count[word] + 1 for count in counts)
        return float(np.log(positive_ / totals[1]) - np.log(negative / totals[0]))

    def scores(new: Sequence[str]) -> Floats:
        sums = [sum(map(log_odds, snow.split_content_words(text))) for text in new]
        probabilities: Floats = special.expit(prior + np.array(sums, np.float64))
        return probabilities

    return scores


def fit_logistic(texts: Sequence[str], positive: Bools) -> GramModel:
    """Fit a ridge logistic regression on character 1–3-grams to labelled texts.

    Term frequencies times smoothed inverse document frequencies, each text of length
    one (Salton and Buckley 1988), fitted by Newton's method in a trust region.

    Parameters
    ----------
    texts, positive
        n texts and whether each is positive.
    """
    grams = _Grams.of(texts)
    names, occurs = np.unique(grams.name, return_counts=True)
    names, occurs = names[occurs >= FEWEST_TEXTS], occurs[occurs >= FEWEST_TEXTS]
    rarity = np.log((1 + len(texts)) / (1 + occurs)) + 1
    features = grams.features(names, rarity)
    weights = _fit_weights(features, np.asarray(positive, np.float64))
    return GramModel(names, rarity, weights)


@dataclass(frozen=True, eq=False, slots=True)
class GramModel:
    """A fitted logistic regression on character n-grams, to classify texts.

    Attributes
    ----------
    names : shape (n,)
        The n-grams, sorted, as `_Grams` names them.
    rarity : shape (n,)
        Their inverse document frequencies.
    weights : shape (n + 1,)
        The intercept, and a weight for each.
    """

    names: npt.NDArray[np.uint64]
    rarity: Floats
    weights: Floats

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return the probability that each text is positive."""
        features = _Grams.of(texts).features(self.names, self.rarity)
        probabilities: Floats = special.expit(
            features @ self.weights[1:] + self.weights[0]
        )
        return probabilities

    def recognises(self, texts: Sequence[str]) -> Bools:
        """Return whether each text has an n-gram that occurred in training."""
        features = _Grams.of(texts).features(self.names, self.rarity)
        known: Bools = np.diff(features.tocsr().indptr) > 0
        return known


class _Grams(NamedTuple):
    """Counts of character n-grams by text; an n-gram is encoded as one integer."""

    row: Ints
    name: npt.NDArray[np.uint64]
    times: Ints
    rows: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Count the character n-grams of texts."""
        column = code_points(to_text_array(texts))
        points, owner = column.points.astype(np.uint64) + np.uint64(1), column.owners
        name, names, rows = points, [points], [owner]
        for n in range(1, LONGEST_GRAM):
            name = name[:-1] << np.uint64(POINT_BITS) | points[n:]
            inside = owner[n:] == owner[: len(owner) - n]
            names, rows = [*names, name[inside]], [*rows, owner[n:][inside]]
        return cls._counted(np.concatenate(rows), np.concatenate(names), len(texts))

    @classmethod
    def _counted(cls, row: Ints, name: npt.NDArray[np.uint64], rows: int) -> Self:
        order = np.lexsort((name, row))
        row, name = row[order], name[order]
        new = np.ones(len(row), np.bool_)
        new[1:] = (row[1:] != row[:-1]) | (name[1:] != name[:-1])
        first = np.flatnonzero(new)
        return cls(row[first], name[first], np.diff(first, append=len(row)), rows)

    def features(
        self, names: npt.NDArray[np.uint64], rarity: Floats
    ) -> sparse.csr_array:
        """Return normalised tf–idf features of given n-grams."""
        column = np.searchsorted(names, self.name)
        is_named = np.append(names, 0)[column] == self.name
        column, row = column[is_named], self.row[is_named]
        value = self.times[is_named] * rarity[column]
        value /= np.sqrt(np.bincount(row, value**2, self.rows))[row]
        return sparse.csr_array((value, (row, column)), shape=(self.rows, len(names)))


def _fit_weights(features: sparse.csr_array, positive: Floats) -> Floats:
    """Fit a ridge logistic regression; the intercept is not penalised."""
    transposed = features.T.tocsr()

    def loss(weights: Floats) -> float:
        margin = features @ weights[1:] + weights[0]
        entropy = np.logaddexp(0, margin) - positive * margin
        return float(entropy.sum() + PENALTY * (weights[1:] @ weights[1:]) / 2)

    def pulled(error: Floats, weights: Floats) -> Floats:
        inner = transposed @ error + PENALTY * weights[1:]
        return np.concatenate([[error.sum()], inner])

    def slope(weights: Floats) -> Floats:
        margin = features @ weights[1:] + weights[0]
        return pulled(special.expit(margin) - positive, weights)

    def curvature(weights: Floats, along: Floats) -> Floats:
        chance = special.expit(features @ weights[1:] + weights[0])
        step = features @ along[1:] + along[0]
        return pulled(chance * (1 - chance) * step, along)

    start = np.zeros(features.shape[1] + 1)
    optimum = optimize.minimize(
        loss, start, jac=slope, hessp=curvature, method="trust-ncg"
    )
    weights: Floats = optimum.x
    return weights


def drop_repeated_texts(
    texts: Sequence[str], positive: Sequence[bool]
) -> tuple[list[str], Bools]:
    """Return each labelled text once, without those labelled both ways.

    >>> drop_repeated_texts(["a", "b", "a", "b"], [True, True, True, False])
    (['a'], array([ True]))
    """
    labels: dict[str, set[bool]] = {}
    for text, side in zip(texts, positive, strict=True):
        labels.setdefault(text, set()).add(bool(side))
    unique = {text: sides.pop() for text, sides in labels.items() if len(sides) == 1}
    return list(unique), np.array(list(unique.values()), np.bool_)


def cross_validate(
    learner: Learner,
    texts: Sequence[str],
    positive: Bools,
    *,
    folds: int = FOLDS,
    seed: int,
) -> Floats:
    """Return the score of each text by a model fitted to the other folds.

    Parameters
    ----------
    learner
        `fit_bayes` or `fit_logistic`.
    texts, positive
        n texts, no two the same (see `drop_repeated_texts`), and their labels.
    folds
        Parts of equal size and equal share of positives.

    Raises
    ------
    NotIdentifiableError
        If a text occurs twice, or a fold would lack a class.
    """
    truth = np.asarray(positive, np.bool_)
    if len(set(texts)) < len(texts):
        raise NotIdentifiableError("a text occurs twice", where="cross-validation")
    if min(truth.sum(), (~truth).sum()) < folds:
        raise NotIdentifiableError(
            f"fewer than {folds} labels of a kind",
            where="cross-validation",
            remedy="label more messages with shequn label",
        )
    fold, scores = _assign_folds(truth, folds, seed), np.empty(len(truth))
    for k in range(folds):
        inside = fold == k
        scorer = learner(list(compress(texts, ~inside)), truth[~inside])
        scores[inside] = scorer(list(compress(texts, inside)))
    return scores


def _assign_folds(truth: Bools, folds: int, seed: int) -> Ints:
    """Assign the texts of each class to folds at random."""
    shuffled = np.random.default_rng(seed).permutation(len(truth))
    order = shuffled[np.argsort(truth[shuffled], kind="stable")]
    fold = np.empty(len(truth), np.int64)
    fold[order] = np.arange(len(truth)) % folds
    return fold


def cross_read(
    texts: Sequence[str],
    labelled: npt.ArrayLike,
    positive: npt.ArrayLike,
    group: npt.ArrayLike,
) -> Floats:
    """Predict each text's label probability by cross-validation; 0.5 with few labels.

    Parameters
    ----------
    texts : length n
    labelled : shape (k,)
        Which of them people read.
    positive : shape (k,)
        Whether they found the answer.
    group : shape (k,)
        Of the labelled texts; a group lies in one fold.

    Examples
    --------
    >>> said = ["谁来打球"] * 40 + ["今天读书"] * 40
    >>> known = np.arange(0, 80, 2)
    >>> cross_read(said, known, known < 40, known // 2 % 10)[[1, 41]].round().tolist()
    [1.0, 0.0]
    """
    rows, truth = np.asarray(labelled, np.int64), np.asarray(positive, np.bool_)
    fold = pd.factorize(np.asarray(group, object), sort=True)[0] % FOLDS
    if not all(_has_enough_labels(truth[fold != k]) for k in range(FOLDS)):
        return np.full(len(texts), EVEN)
    names, code = np.unique(np.asarray(texts, object), return_inverse=True)
    unique, probabilities = names.tolist(), np.zeros(len(texts))
    own = np.empty(len(rows))
    for k in range(FOLDS):
        others = fold != k
        learnt = fit_logistic([texts[row] for row in rows[others]], truth[others])
        scores = learnt(unique)[code]
        probabilities += scores / FOLDS
        own[~others] = scores[rows[~others]]
    probabilities[rows] = own
    return probabilities


def _has_enough_labels(truth: Bools) -> bool:
    return min(int(truth.sum()), int((~truth).sum())) >= FEWEST
