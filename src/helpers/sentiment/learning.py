"""A logistic regression on character n-grams, trained on labelled lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse, special

from helpers.arrays import Bools, Floats, Ints
from helpers.text.columns import code_points, to_text_array

LONGEST_GRAM = 3
POINT_BITS = 21  # of a code point: three make one 64-bit name
FEWEST_TEXTS = 2  # in which an n-gram must occur
PENALTY = 0.1  # of the squared weights, halved


def fit_logistic(texts: Sequence[str], positive: Bools) -> GramModel:
    """Fit a ridge logistic regression on character 1–3-grams to labelled texts.

    Term frequencies times smoothed inverse document frequencies, each text of length
    one (Salton and Buckley 1988), fitted by Newton's method in a trust region.

    `texts, positive`: n texts and whether each is positive.
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
    """A fitted logistic regression on character n-grams, to classify texts."""

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
