"""How many of the deaths an exposure accounts for, if nothing else confounds.

References
----------
Miettinen (1974), Am. J. Epidemiol. 99, 325–332: PAF = 1 − Σ (share of deaths / HR).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from helpers.claims.definitions.death_definitions import SEED
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, clusters_of
from helpers.survival.bootstrap import cluster_weights, with_estimate
from helpers.survival.hazards.partial_likelihood import PartialLikelihood, Point
from helpers.survival.interval import Replicates

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

__all__ = ["attributable_fraction"]

SAMPLES = 200


def attributable_fraction(data: pd.DataFrame, levels: pd.DataFrame) -> Interval:
    """Return the share of deaths that the levels account for, against none of them.

    Parameters
    ----------
    data
        As `Landmark.at_risk` returns it.
    levels
        Columns of 0 and 1, at most one of them 1 in a row, in the rows of `data`.

    Raises
    ------
    NotIdentifiableError
        If the hazards are not determined in more than 5 % of the samples.
    """
    clusters = clusters_of(data["network"], data["batch"])
    deaths = _Deaths(
        data["duration"].to_numpy(np.float64), data["ended"].to_numpy(bool),
        data["entry"].to_numpy(np.float64), levels.to_numpy(np.float64),
    )  # fmt: skip
    rows = np.arange(len(data))
    values = [
        deaths.fraction(np.repeat(rows, weights.astype(int)))
        for block in cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
        for weights in block
    ]
    kept = with_estimate(np.array(values), clusters)
    estimate = deaths.fraction(rows)
    if not np.isfinite(estimate):
        raise NotIdentifiableError("hazards are not determined", where="PAF")
    rule = Replicates(estimate, tuple(np.sort(kept).tolist()))
    return Interval.of(
        estimate, rule, method=f"{clusters.method}, percentiles of {len(kept)}",
        n=len(data), clusters=clusters.count,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Deaths:
    """Lives at risk from an age on, and their levels, a column each."""

    durations: Floats
    ended: npt.NDArray[np.bool_]
    entry: Floats
    levels: Floats

    def fraction(self, rows: npt.NDArray[np.intp]) -> float:
        """Return the fraction among some rows; nan where hazards are not determined."""
        x, died = self.levels[rows], self.ended[rows]
        x = x[:, x.max(axis=0) > x.min(axis=0)]
        if not (x.shape[1] and died.any()):
            return float("nan")
        lives = self.durations[rows], died, self.entry[rows]
        try:
            best = _ByLevel(*lives, x, efron=True).maximum()
        except NotIdentifiableError:
            return float("nan")
        return float(x[died].mean(axis=0) @ -np.expm1(-best.beta))


class _ByLevel(PartialLikelihood):
    """The likelihood of levels, columns of 0 and 1 with at most one 1 in a row.

    Who is at risk in each level is counted once, not weighed anew at every coefficient.
    """

    @cached_property
    def _counts(self) -> Floats:
        """How many are at risk at each step: in each level, and last in none."""
        return self._sums(np.column_stack([self.x, 1 - self.x.sum(axis=1)]))

    @cached_property
    def _deaths(self) -> Floats:
        """How many die in each level."""
        deaths: Floats = self.x[self.ended].sum(axis=0)
        return deaths

    def at(self, beta: Floats) -> Point:
        """Return likelihood, score and information."""
        weighed = self._counts * np.exp(np.append(beta, 0.0))
        whole = weighed.sum(axis=1)
        mean = weighed[:, :-1] / whole[:, None]
        score = self._deaths - mean.sum(axis=0)
        information = np.diag(mean.sum(axis=0)) - mean.T @ mean
        likelihood = self._deaths @ beta - np.log(whole).sum()
        return Point(beta, float(likelihood), score, information)
