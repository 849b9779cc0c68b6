"""Dominance analysis: which of two predictors explains more of survival.

With two measures the Shapley share of one is its gain in log partial likelihood alone
and after the other, averaged, over the gain of both; the difference of the shares is
that of the gains alone. Clusters are drawn whole.

References
----------
Budescu (1993), Psychol. Bull. 114, 542–551.

Of several families, the largest share, and the lead of one over the next, are Shapley
shares too. The largest of several is too large, in samples by as much again: its bias
is corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.designs.shapley import (
    NEAR,
    Gain,
    compute_family_shares,
    compute_shapley,
)
from helpers.claims.quantities.deaths import SEED
from helpers.errors import NotIdentifiableError
from helpers.survival import Clusters, Interval, choose_clusters
from helpers.survival.bootstrap import cluster_weights, keep_finite
from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.interval import Replicates, ScaleName

SAMPLES = 200  # of a deciding number; other specifications take fewer
SAMPLES_OF_LARGEST = 100
STEPS, CLOSE = 50, 1e-8


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


def compute_largest_share(
    y: Floats, families: Sequence[Floats], clusters: Clusters, gain: Gain
) -> Interval:
    """Estimate the strongest predictor family's share of all explained log likelihood.

    Parameters
    ----------
    y : shape (n,)
        1 or 0.
    families
        Measures of each, of shape (n, k).
    gain
        What a model gains in log likelihood.

    Raises
    ------
    NotIdentifiableError
        If nothing is explained.
    """
    x = [standardise_measures(family) for family in families]
    draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES_OF_LARGEST)
    values = [
        compute_family_shares(y, x, drawn, gain).max()
        for block in draws
        for drawn in block
    ]
    estimate = float(compute_family_shares(y, x, np.ones(len(y)), gain).max())
    if not np.isfinite(estimate):
        raise NotIdentifiableError("nothing is explained", where="factors")
    replicates = keep_finite(np.array(values), clusters)
    bias = float(replicates.mean()) - estimate
    return enclose_estimate(estimate - bias, replicates - 2 * bias, clusters, n=len(y))


def standardise_measures(x: Floats) -> Floats:
    """Standardise predictors to mean 0 and standard deviation 1."""
    standardised: Floats = (x - x.mean(axis=0)) / x.std(axis=0)
    return standardised


def estimate_lead(
    y: Floats, families: Sequence[Floats], clusters: Clusters
) -> Interval:
    """Estimate the first family's Shapley share minus the largest other share.

    Parameters
    ----------
    y, families
        As `compute_lead` takes them.
    """
    draws = cluster_weights(clusters, seed=SEED, replicates=SAMPLES)
    values = [compute_lead(y, families, weight) for block in draws for weight in block]
    finite = keep_finite(np.array(values), clusters)
    return enclose_estimate(
        compute_lead(y, families, np.ones(len(y))), finite, clusters, n=len(y)
    )


def compute_lead(y: Floats, families: Sequence[Floats], weight: Floats) -> float:
    """Compute the first family's Shapley share minus the largest other share.

    Parameters
    ----------
    y : shape (n,)
        Counts; their means are exponential in the measures.
    families
        Measures of each, of shape (n, k).
    weight : shape (n,)

    Examples
    --------
    >>> x = np.random.default_rng(1).normal(size=(3, 500, 1))
    >>> y = np.exp(1 + 0.5 * x[0, :, 0])
    >>> round(compute_lead(y, list(x), np.ones(500)), 1)
    1.0
    """
    drawn = weight > 0
    y, weight = y[drawn], weight[drawn]
    measures = [family[drawn] for family in families]

    def gain(who: tuple[int, ...]) -> float:
        x = np.hstack([np.empty((len(y), 0)), *(measures[nth] for nth in who)])
        return _compute_explained(y, x, weight)

    shares = compute_shapley(gain, len(measures))
    total = shares.sum()
    return float((shares[0] - shares[1:].max()) / total) if total > 0 else np.nan


def _compute_explained(y: Floats, x: Floats, weight: Floats) -> float:
    """Return half the deviance that a Poisson regression explains."""
    design = np.column_stack([np.ones(len(y)), x - x.mean(axis=0)])
    mean = float((weight * y).sum() / weight.sum())
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(max(mean, CLOSE))
    for _ in range(STEPS):
        fitted = np.exp(np.clip(design @ beta, -30, 30))
        score = design.T @ (weight * (y - fitted))
        bread = (design.T * (weight * fitted)) @ design
        step = np.linalg.lstsq(bread, score)[0]
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, 2.0 / max(longest, CLOSE))
        if longest < NEAR:
            break
    eta = np.clip(design @ beta, -30, 30)
    null = np.log(max(mean, CLOSE))
    return float((weight * (y * (eta - null) - (np.exp(eta) - mean))).sum())
