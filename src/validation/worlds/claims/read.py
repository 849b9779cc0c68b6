"""Simulate classifier labels of all messages, and hand labels of some.

Messages are counted in cells, of a group and a day of age; a cell's messages are drawn
one by one only where people label them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Ints


class Machine(NamedTuple):
    """Sensitivity and false-alarm rate of a simulated classifier."""

    right: float = 0.7
    false_alarms: float = 0.15


GOOD = Machine(0.8, 0.1)


@dataclass(frozen=True, eq=False)
class Talk:
    """Simulated messages with true labels and a classifier's labels.

    Attributes
    ----------
    cells
        ``group, age_day, messages``: a row a group and day.
    yes, hits, alarms : shape (cells,)
        Messages of which people say yes, those of them of which the instrument does
        too, and others of which it does.
    kind, words
        The question, and what yes and no are called in it.
    """

    cells: pd.DataFrame
    yes: Ints
    hits: Ints
    alarms: Ints
    kind: str
    words: tuple[str, str]

    @classmethod
    def of(
        cls,
        rng: np.random.Generator,
        cells: pd.DataFrame,
        yes: npt.ArrayLike,
        kind: str,
        *,
        words: tuple[str, str] = ("yes", "no"),
        machine: Machine = GOOD,
    ) -> Self:
        """Simulate true labels of messages and a classifier's labels."""
        true = np.asarray(yes, int)
        hits = rng.binomial(true, machine.right)
        others = cells["messages"].to_numpy() - true
        alarms = rng.binomial(others, machine.false_alarms)
        return cls(cells.reset_index(drop=True), true, hits, alarms, kind, words)

    @property
    def readings(self) -> pd.DataFrame:
        """The table of classifier labels, one row per cell."""
        return self.cells.assign(kind=self.kind, predicted=self.hits + self.alarms)

    def sampled(self, rng: np.random.Generator, share: float) -> pd.DataFrame:
        """Return hand labels of a random share of all simulated messages."""
        messages = self.cells["messages"].to_numpy()
        row = np.repeat(np.arange(len(messages)), rng.binomial(messages, share))
        return self._labels(row, rng.integers(0, messages[row]), share, "message")

    def label_whole_groups(self, groups: Collection[int], share: float) -> pd.DataFrame:
        """Return hand labels of all messages in a share of the groups."""
        here = self.cells["group"].isin(groups)
        messages = self.cells["messages"].to_numpy()
        row = np.repeat(np.arange(len(messages)), messages * here)
        first = np.flatnonzero(np.diff(row, prepend=-1))
        place = np.arange(len(row)) - np.repeat(first, np.diff(first, append=len(row)))
        return self._labels(row, place, share, "group")

    def _labels(self, row: Ints, place: Ints, share: float, drawn: str) -> pd.DataFrame:
        """Return hand labels of the messages at given positions."""
        true = place < self.yes[row]
        alarm = place - self.yes[row]
        read = np.where(true, place < self.hits[row], alarm < self.alarms[row])
        chosen = self.cells.iloc[row].drop(columns="messages")
        return chosen.assign(
            kind=self.kind, label=np.where(true, *self.words), probability=share,
            predicted=read.astype(float), drawn=drawn,
        ).reset_index(drop=True)  # fmt: skip
