"""Cumulative incidence of competing events (Aalen–Johansen), with delayed entry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import ShequnError
from helpers.survival.curves.kaplan_meier import (
    SurvivalCurve,
    divide_or_zero,
    estimate_survival,
)


@dataclass(frozen=True, eq=False, repr=False)
class Incidence:
    """Cumulative incidence by cause, with the survival curve of all causes.

    Attributes
    ----------
    overall
        Survival of all causes together.
    incidence : shape (causes, times)
        Share that has ended by each of `overall.times`, by cause.
    """

    overall: SurvivalCurve
    incidence: Floats

    def __repr__(self) -> str:
        return f"Incidence({len(self.incidence)} causes, {self.overall!r})"

    def at(self, time: float, cause: int) -> float:
        """Return the cumulative incidence of `cause` (from 1) at `time`.

        Raises
        ------
        NotIdentifiableError
            If nobody was watched for so long.
        """
        self.overall.at(time)
        index = np.searchsorted(self.overall.times, time, side="right") - 1
        return float(self.incidence[cause - 1, index])


def estimate_cumulative_incidence(
    durations: npt.ArrayLike,
    causes: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
) -> Incidence:
    """Estimate cumulative incidence under competing risks from censored lifetimes.

    One minus Kaplan–Meier of one cause overstates it, because it lets those who
    ended of another cause end again.

    Parameters
    ----------
    durations : shape (n,)
        Age at the end or at censoring, in days.
    causes : shape (n,)
        0 for censored, otherwise the cause 1, 2, …
    entry : shape (n,)
        As for `estimate_survival`.

    Raises
    ------
    ShequnError
        As `estimate_survival`, or if a cause is negative.

    References
    ----------
    Aalen and Johansen (1978), Scand. J. Statist. 5, 141–150.

    Examples
    --------
    >>> both = estimate_cumulative_incidence([1, 2, 3, 4], [1, 2, 0, 1])
    >>> both.at(4, cause=1), both.at(4, cause=2)
    (0.75, 0.25)
    """
    cause = np.asarray(causes).astype(np.intp)
    if (cause < 0).any():
        raise ShequnError("a cause is negative", remedy="use 0 for censored")
    overall = estimate_survival(durations, cause > 0, entry)
    before = np.concatenate([[1.0], overall.survival[:-1]])
    index = np.searchsorted(overall.times, np.asarray(durations, np.float64))
    ends = [
        np.bincount(index[cause == k], minlength=len(overall.times)).astype(float)
        for k in range(1, max(int(cause.max()), 1) + 1)
    ]
    steps = divide_or_zero(before * np.array(ends), overall.at_risk)
    return Incidence(overall, np.cumsum(steps, axis=1))
