"""A logistic regression on character n-grams, trained on hand labels.

`cross_read` reads by it what no rule answers. Nobody may be read by a model that
learnt from his own label: the correction would find no error. So the labels are dealt
into folds by group; a labelled message is read by the model of the other folds, any
other message by the mean of all models.

References
----------
Zrnic and Candès (2024), Cross-prediction-powered inference, PNAS 121, e2322083121.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, sparse, special

from helpers.arrays import Bools, Floats, Ints
from helpers.sentiment.scoring import EVEN
from helpers.text.columns import code_points, to_text_array

LONGEST_GRAM = 3
POINT_BITS = 21  # of a code point: three make one 64-bit name
FEWEST_TEXTS = 2  # in which an n-gram must occur
PENALTY = 0.1  # of the squared weights, halved
FOLDS = 5
FEWEST = 10  # labels of each answer outside any fold


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
