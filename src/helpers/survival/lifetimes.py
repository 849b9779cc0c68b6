"""Censored lifetimes of groups with entry, follow-up, network and founding batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.survival.curves.kaplan_meier import SurvivalCurve, estimate_survival


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Lifetimes:
    """Censored lifetimes of groups; arrays of shape (n,), ages in days.

    Attributes
    ----------
    group
        The groups' numbers in the other tables.
    durations, ended, entry
        As `estimate_survival` takes them.
    potential
        Age at the end of observation less W, in days, whether the group ended or not;
        groups that did not end are censored there.
    last_age
        Age at the last message; 0 if there was none.
    waited
        Days of silence that declare each of them dead (W).
    slow
        Whether traffic was too thin even for the longest W.
    never_active
        Whether there never was a message.
    revived
        Whether it came back from a silence of W days or more.
    network, batch
        What operates it, such as a workspace; a key of the groups of one network that
        were founded in the same week.
    listed, born_late, gone_before_entry
        Groups in the table, and those left out: born after the end less W, or
        silent for good before anyone watched. ``len(lives)`` is the rest.
    definition
        The rule, in words.
    """

    group: npt.NDArray[np.int64]
    durations: Floats
    ended: Bools
    entry: Floats
    potential: Floats
    last_age: Floats
    waited: Floats
    slow: Bools
    never_active: Bools
    revived: Bools
    network: npt.NDArray[np.object_]
    batch: npt.NDArray[np.object_]
    listed: int
    born_late: int
    gone_before_entry: int
    definition: str

    def __len__(self) -> int:
        return len(self.group)

    def __repr__(self) -> str:
        ended = int(self.ended.sum())
        return f"Lifetimes({len(self)} groups, {ended} ended, {self.definition})"

    def to_frame(self) -> pd.DataFrame:
        """Return a table of lifetimes: duration, event, entry, …; one row per group."""
        arrays = {n: v for n, v in vars(self).items() if isinstance(v, np.ndarray)}
        return pd.DataFrame(arrays)

    def _repr_html_(self) -> str:
        rows = self.to_frame().head().to_html()
        return f"<p>{self!r}<br>first 5 of {len(self)}:</p>{rows}"

    def where(self, keep: npt.ArrayLike) -> Self:
        """Select lifetimes by a mask; counts of excluded groups stay the same."""
        mask = np.asarray(keep)
        arrays: dict[str, Any] = {
            name: value[mask]
            for name, value in vars(self).items()
            if isinstance(value, np.ndarray)
        }
        return replace(self, **arrays)

    def potential_at_least(self, days: float) -> int:
        """Count groups that could have been followed for at least `days` days."""
        return int(np.sum(self.potential >= days))

    def curve(self) -> SurvivalCurve:
        """Estimate the Kaplan–Meier curve of these lifetimes."""
        return estimate_survival(self.durations, self.ended, self.entry)

    @property
    def revived_share(self) -> float:
        """Share of groups declared inactive that became active again."""
        silent = int(np.sum(self.revived | self.ended))
        return int(self.revived.sum()) / silent if silent else 0.0

    def bounds(self) -> tuple[Self, Self]:
        """Return the lifetimes twice: rarely posting groups all ended, or all alive.

        For slow groups (`slow`) even the longest W is too short to tell silence from
        death. In the first they have all ended, at their end or where follow-up
        stopped; in the second they are all censored there. Groups that never had a
        message stay as they are. The true curve lies between the two.
        """
        slow = self.slow & ~self.never_active
        ended = replace(self, ended=self.ended | slow)
        alive = replace(
            self,
            durations=np.where(slow, self.potential, self.durations),
            ended=self.ended & ~slow,
        )
        return ended, alive
