"""A survival curve with cluster bootstrap confidence limits, and its median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.arrays import Bools, Floats
from helpers.survival.bootstrap import REPLICATES, RiskSets, cluster_weights
from helpers.survival.clusters import Clusters, choose_clusters
from helpers.survival.curves.kaplan_meier import find_crossing
from helpers.survival.estimates import restrict_to_survivors
from helpers.survival.interval import SCALES, Interval, ScaleName
from helpers.survival.lifetimes import Lifetimes


@dataclass(frozen=True, eq=False, repr=False)
class SurvivalBand:
    """A survival curve with pointwise confidence limits from a cluster bootstrap.

    Attributes
    ----------
    times, survival
        The start and the times of the ends, and S just after each.
    se
        Standard error of S; the limits use it on the log(−log S) scale.
    clusters
        Whose rows were drawn together.
    complete
        Whether nothing was censored.
    """

    times: Floats
    survival: Floats
    se: Floats
    clusters: Clusters
    complete: bool

    def __repr__(self) -> str:
        return f"SurvivalBand({len(self.times)} times, median={self.median:.4g})"

    def limits(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return lower and upper pointwise confidence limits of survival.

        Where S is 1 the lower is not a number. Where S is 0 the upper is that of
        Clopper and Pearson with each cluster as one, or not a number under censoring.
        """
        forward, inverse, slope = SCALES["loglog"]
        inner = (self.survival > 0) & (self.survival < 1)
        survival = np.where(inner, self.survival, np.nan)
        reach = np.abs(slope(survival)) * self.se
        reach *= stats.t.ppf((1 + level) / 2, self.clusters.count - 1)
        centre = forward(survival)
        lower, upper = inverse(centre + reach), inverse(centre - reach)
        end = 1 - ((1 - level) / 2) ** (1 / self.clusters.count)
        gone = self.survival <= 0
        lower = np.where(gone, 0.0, lower)
        return lower, np.where(gone, end if self.complete else np.nan, upper)

    @property
    def median(self) -> float:
        """Median survival time; ``inf`` if not reached."""
        return find_crossing(self.times, self.survival, 0.5)

    def median_interval(self) -> Interval:
        """Return the median lifetime with the interval read off the band."""
        return Interval.of(
            self.median,
            self,
            method=f"{self.clusters.method}, band crossing one half",
            n=len(self.clusters.codes),
            clusters=self.clusters.count,
        )

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the confidence limits of the median lifetime at `level`."""
        low, high = self.limits(level)
        return find_crossing(self.times, low, 0.5), find_crossing(self.times, high, 0.5)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the median and its standard error on a transformed scale."""
        forward = SCALES[scale].forward
        low, high = forward(np.array(self(0.95)))
        width = 2 * stats.t.ppf(0.975, self.clusters.count - 1)
        return float(forward(self.median)), float((high - low) / width)


def estimate_survival_band(
    lives: Lifetimes,
    *,
    seed: int,
    replicates: int = REPLICATES,
    competing: Bools | None = None,
) -> SurvivalBand:
    """Estimate a survival curve of groups with cluster bootstrap confidence limits.

    Parameters
    ----------
    competing : shape (n,)
        Which ends are not of the cause in question; the curve is then the share that
        has not ended of it, one minus Aalen and Johansen's incidence.

    Raises
    ------
    NotIdentifiableError
        With 2 to 7 networks, or never 20 at risk under delayed entry.
    """
    watched, start = restrict_to_survivors(lives)
    clusters = choose_clusters(watched.network, watched.batch)
    risk = RiskSets(watched.durations, watched.ended, watched.entry, start)
    is_watched = np.isin(lives.group, watched.group)
    of = None if competing is None else ~competing[is_watched]
    return bootstrap_band(risk, clusters, seed=seed, replicates=replicates, of=of)


def bootstrap_band(
    risk: RiskSets,
    clusters: Clusters,
    *,
    seed: int,
    replicates: int = REPLICATES,
    of: Bools | None = None,
) -> SurvivalBand:
    """Bootstrap the Kaplan–Meier curve of weighted risk sets by cluster.

    `of` says which ends are of the cause in question; by default all.
    """

    def alive(weights: Floats) -> Floats:
        return risk.survival(weights) if of is None else 1 - risk.incidence(weights, of)

    total, squares = np.zeros((2, len(risk.times)))
    for weights in cluster_weights(clusters, seed=seed, replicates=replicates):
        survival = alive(weights)
        total += survival.sum(axis=0)
        squares += (survival**2).sum(axis=0)
    variance = np.maximum(squares - total**2 / replicates, 0.0) / (replicates - 1)
    curve = alive(np.ones((1, len(risk.durations))))[0]
    return SurvivalBand(
        np.concatenate([[risk.start], risk.times]),
        np.concatenate([[1.0], curve]),
        np.concatenate([[0.0], np.sqrt(variance)]),
        clusters,
        bool(risk.ended.all()),
    )


def estimate_median_lifetime(
    lives: Lifetimes,
    *,
    seed: int,
    replicates: int = REPLICATES,
    competing: Bools | None = None,
) -> Interval:
    """Estimate the median lifetime; limits are where the band crosses one half.

    A limit that is not reached is ``inf``. Percentiles of resampled medians would
    cover too little with few clusters.

    Raises
    ------
    NotIdentifiableError
        As `estimate_survival_band`.
    """
    curve = estimate_survival_band(
        lives, seed=seed, replicates=replicates, competing=competing
    )
    return curve.median_interval()
