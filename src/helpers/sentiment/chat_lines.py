"""Sentiment of short Chinese chat lines: a logistic regression with fixed weights.

Fitted to lines labelled by a rule, measured on lines labelled by hand
(``data/processed/instruments``). Weights of character 1–3-grams are shipped, no text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from helpers.arrays import Bools, Floats, Ints
from helpers.text.columns import code_points, to_text_array

LONGEST_GRAM = 3
POINT_BITS = 21  # of a code point: three make one 64-bit name


@dataclass(frozen=True, eq=False, slots=True)
class GramModel:
    """A fitted logistic regression on character n-grams, to classify texts."""

    names: npt.NDArray[np.uint64]
    rarity: Floats
    weights: Floats

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return the probability that each text is positive."""
        features = Grams.of(texts).features(self.names, self.rarity)
        probabilities: Floats = special.expit(
            features @ self.weights[1:] + self.weights[0]
        )
        return probabilities

    def recognises(self, texts: Sequence[str]) -> Bools:
        """Return whether each text has an n-gram that occurred in training."""
        features = Grams.of(texts).features(self.names, self.rarity)
        known: Bools = np.diff(features.tocsr().indptr) > 0
        return known


class Grams(NamedTuple):
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


WEIGHTS = "chat_line_weights.npz"


def score_chat_lines(texts: Sequence[str]) -> Floats:
    """Return probabilities that chat lines are positive; NaN if all n-grams are new."""
    joined = [remove_blanks(text) for text in texts]
    model = _read_model()
    return np.where(model.recognises(joined), model(joined), np.nan)


def remove_blanks(text: str) -> str:
    """Remove the white space from a Chinese line (some data have it segmented).

    >>> remove_blanks("真 开心")
    '真开心'
    """
    return "".join(text.split())


@cache
def _read_model() -> GramModel:
    with as_file(files(__package__).joinpath(WEIGHTS)) as path, np.load(path) as held:
        return GramModel(
            held["names"],
            held["rarity"].astype(np.float64),
            held["weights"].astype(np.float64),
        )
