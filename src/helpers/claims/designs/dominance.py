"""Which of two measures explains more of who dies: a difference of Shapley shares.

With two measures the Shapley share of one is its gain in log partial likelihood alone
and after the other, averaged, over the gain of both; the difference of the shares is
that of the gains alone. Clusters are drawn whole.

References
----------
Budescu (1993), Psychol. Bull. 114, 542–551.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, clusters_of
from helpers.survival.bootstrap import cluster_weights, with_estimate
from helpers.survival.interval import Replicates
from helpers.survival.partial_likelihood import PartialLikelihood

if TYPE_CHECKING:
    import pandas as pd

    from helpers.survival.interval import ScaleName

__all__ = ["dominance"]

SAMPLES = 200  # of a deciding number; other specifications take fewer


@dataclass(frozen=True, slots=True)
class _Enclosing:
    """Percentiles, widened to the estimate: a share at its bound is beyond them."""

    replicates: Replicates

    def __call__(self, level: float) -> tuple[float, float]:
        """Return limits that enclose the estimate."""
        low, high = self.replicates(level)
        estimate = self.replicates.estimate
        return min(low, estimate), max(high, estimate)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate on a scale and the replicates' deviation there."""
        return self.replicates.on_scale(scale)


def dominance(
    data: pd.DataFrame, first: str, second: str, *, seed: int, samples: int = SAMPLES
) -> Interval:
    """Return the first measure's share of what both explain, less the second's.

    Parameters
    ----------
    data
        Groups at risk: ``entry, duration, ended, network, batch`` and the measures.

    Raises
    ------
    NotIdentifiableError
        If both together explain nothing, or too many samples say nothing.
    """
    clusters = clusters_of(data["network"], data["batch"])
    draws = cluster_weights(clusters, seed=seed, replicates=samples)
    rows = np.arange(len(data))
    values = [
        _difference(data.iloc[np.repeat(rows, drawn.astype(int))], first, second)
        for block in draws
        for drawn in block
    ]
    kept = with_estimate(np.array(values), clusters)
    estimate = _difference(data, first, second)
    if not np.isfinite(estimate):
        raise NotIdentifiableError("both explain nothing", where="dominance")
    return Interval.of(
        estimate,
        _Enclosing(Replicates(estimate, tuple(np.sort(kept).tolist()))),
        method=f"{clusters.method}, percentiles of {len(kept)}",
        n=len(data),
        clusters=clusters.count,
    )


def _difference(data: pd.DataFrame, first: str, second: str) -> float:
    """Return the difference of shares, nan where a model has no maximum."""
    try:
        alone, other, both = (
            _gain(data, names) for names in ([first], [second], [first, second])
        )
    except NotIdentifiableError:
        return float("nan")
    return (alone - other) / both if both > 0 else float("nan")


def _gain(data: pd.DataFrame, names: list[str]) -> float:
    x = data[names].to_numpy(np.float64)
    spread = x.std(axis=0)
    if not (spread > 0).all():
        raise NotIdentifiableError("it never varies", where="dominance")
    model = PartialLikelihood(
        data["duration"].to_numpy(np.float64),
        data["ended"].to_numpy(bool),
        data["entry"].to_numpy(np.float64),
        (x - x.mean(axis=0)) / spread,
        efron=True,
    )
    null = model.at(np.zeros(len(names))).log_likelihood
    return model.maximum().log_likelihood - null
