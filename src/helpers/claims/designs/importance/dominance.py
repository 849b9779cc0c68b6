"""Dominance analysis: which of two predictors explains more of survival.

With two measures the Shapley share of one is its gain in log partial likelihood alone
and after the other, averaged, over the gain of both; the difference of the shares is
that of the gains alone. Clusters are drawn whole.

References
----------
Budescu (1993), Psychol. Bull. 114, 542–551.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import cluster_weights, keep_finite
from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.interval import Replicates, ScaleName

SAMPLES = 200  # of a deciding number; other specifications take fewer


@dataclass(frozen=True, slots=True)
class _Enclosing:
    """Bootstrap percentile limits, widened to include the estimate."""

    replicates: Replicates

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the percentile limits, widened to include the estimate."""
        low, high = self.replicates(level)
        estimate = self.replicates.estimate
        return min(low, estimate), max(high, estimate)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return estimate and bootstrap standard error on a scale, such as the log."""
        return self.replicates.on_scale(scale)


def estimate_dominance(
    data: pd.DataFrame, first: str, second: str, *, seed: int, samples: int = SAMPLES
) -> Interval:
    """Estimate the difference between two predictors' shares of explained deviance.

    Parameters
    ----------
    data
        Groups at risk: ``entry, duration, ended, network, batch`` and the measures.

    Raises
    ------
    NotIdentifiableError
        If both together explain nothing, or too many samples say nothing.
    """
    clusters = choose_clusters(data["network"], data["batch"])
    draws = cluster_weights(clusters, seed=seed, replicates=samples)
    lives, rows = _Lives.of(data, first, second), np.arange(len(data))
    values = [
        _estimate_difference(lives.at(np.repeat(rows, drawn.astype(int))))
        for block in draws
        for drawn in block
    ]
    replicates = keep_finite(np.array(values), clusters)
    estimate = _estimate_difference(lives)
    if not np.isfinite(estimate):
        raise NotIdentifiableError(
            "neither predictor explains anything", where="dominance analysis"
        )
    return enclose_estimate(estimate, replicates, clusters, n=len(data))


def enclose_estimate(
    estimate: float, replicates: Floats, clusters: Clusters, *, n: int
) -> Interval:
    """Return an estimate with bootstrap percentile limits widened to include it."""
    return Interval.of(
        estimate,
        _Enclosing(Replicates(estimate, tuple(np.sort(replicates).tolist()))),
        method=f"{clusters.method}, percentiles of {len(replicates)}",
        n=n,
        clusters=clusters.count,
    )


class _Lives(NamedTuple):
    """Lifetimes and predictors as numpy arrays, for fast resampling."""

    duration: Floats
    ended: npt.NDArray[np.bool_]
    entry: Floats
    x: Floats

    @classmethod
    def of(cls, data: pd.DataFrame, *names: str) -> Self:
        """Convert a table of lifetimes to arrays, predictors in given order."""
        return cls(
            data["duration"].to_numpy(np.float64),
            data["ended"].to_numpy(bool),
            data["entry"].to_numpy(np.float64),
            data[list(names)].to_numpy(np.float64),
        )

    def at(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return selected rows, some maybe repeatedly, as in a bootstrap sample."""
        return type(self)(
            self.duration[rows], self.ended[rows], self.entry[rows], self.x[rows]
        )


def _estimate_difference(lives: _Lives) -> float:
    """Return the difference of two predictors' explained shares; NaN if undefined."""
    try:
        alone, other, both = (
            _compute_gain(lives, names) for names in ([0], [1], [0, 1])
        )
    except NotIdentifiableError:
        return float("nan")
    return (alone - other) / both if both > 0 else float("nan")


def _compute_gain(lives: _Lives, columns: list[int]) -> float:
    x = lives.x[:, columns]
    spread = x.std(axis=0)
    if not (spread > 0).all():
        raise NotIdentifiableError("it never varies", where="dominance analysis")
    model = PartialLikelihood(
        lives.duration, lives.ended, lives.entry, (x - x.mean(axis=0)) / spread,
        efron=True,
    )  # fmt: skip
    return model.maximum().log_likelihood - model.origin.log_likelihood
