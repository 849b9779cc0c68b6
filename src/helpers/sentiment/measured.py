"""Sentiment scores of texts, with counts of tokens used and of those recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from helpers.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Measured:
    """Sentiment scores of texts, with counts of tokens used and recognised."""

    score: Floats  # from 0 (negative) to 1 (positive), float64 of length n
    kept: Ints  # tokens that count (after stop words), int64 of length n
    known: Ints  # those among them that the instrument has met, int64 of length n

    @classmethod
    def blank(cls, n: int) -> Self:
        """Allocate scores for n texts, to be filled in place."""
        return cls(np.full(n, np.nan), np.zeros(n, np.int64), np.zeros(n, np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Concatenate several sets of sentiment scores."""
        columns = zip(*(part.columns for part in [cls.blank(0), *parts]), strict=True)
        return cls(*map(np.concatenate, columns))

    @property
    def columns(self) -> tuple[Floats, Ints, Ints]:
        """Arrays of scores, and of numbers of tokens used and recognised."""
        return self.score, self.kept, self.known

    def put(self, rows: Ints, part: Self, source: Ints) -> None:
        """Copy given rows of another set of scores into this one."""
        for whole, column in zip(self.columns, part.columns, strict=True):
            whole[rows] = column[source]
