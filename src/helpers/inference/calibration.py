"""Regression calibration of a classifier's share of messages by hand labels.

A share of messages that is an exposure (negative talk and later death) can't be put
in as each group's own corrected mean: unbiased as that is, a few labels a group leave
it so noisy that every effect would fade. So the expectation of people's share given
the instrument's goes in, E[X | W] = a + b W, fitted over all units to the
pseudo-outcomes ψ = F + (L/π)(Y − F), whose means are unbiased for X.

References
----------
Carroll, Ruppert, Stefanski and Crainiceanu (2006), Measurement Error in Nonlinear
Models, ch. 4; Spiegelman, McDermott and Rosner (1997), Am. J. Clin. Nutr. 65, 1179S.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from helpers.arrays import Floats
from helpers.errors import NotIdentifiableError
from helpers.survival.bootstrap import Clusters
from helpers.survival.interval import Interval, Wald


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """Line that predicts the hand-labelled share from a classifier's share.

    Attributes
    ----------
    level, slope
        Of the line: an instrument that is always right has 0 and 1.
    covariance : shape (2, 2)
        Of both, robust to clusters.
    clusters
        How many there were.
    """

    level: float
    slope: float
    covariance: Floats
    clusters: int

    @property
    def precision(self) -> float:
        """Slope of the calibration line divided by its standard error."""
        return abs(self.slope) / float(np.sqrt(self.covariance[1, 1]))

    @property
    def ignored(self) -> Calibration:
        """The identity line, which takes the classifier's share as true."""
        return Calibration(0.0, 1.0, np.zeros((2, 2)), self.clusters)

    def shares(self, machine: npt.ArrayLike) -> Floats:
        """Return the expected hand-labelled shares on the line, clipped to 0–1."""
        line = self.level + self.slope * np.asarray(machine, np.float64)
        return np.clip(line, 0.0, 1.0)

    def moved(self) -> Iterator[tuple[Calibration, Calibration]]:
        """Yield pairs of lines, ± one standard error along each covariance axis."""
        sizes, axes = np.linalg.eigh(self.covariance)
        for size, axis in zip(np.sqrt(np.maximum(sizes, 0.0)), axes.T, strict=True):
            yield self._by(size * axis), self._by(-size * axis)

    def _by(self, step: Floats) -> Calibration:
        level, slope = self.level + step[0], self.slope + step[1]
        return replace(self, level=float(level), slope=float(slope))


def calibrate_share(
    messages: npt.ArrayLike,
    predicted: npt.ArrayLike,
    correction: npt.ArrayLike,
    clusters: Clusters,
) -> Calibration:
    """Fit the hand-labelled share to the classifier's share, weighted by messages.

    Parameters
    ----------
    messages, predicted, correction : shape (n,)
        Of each unit: its messages, the sum of F over them, and that of (L/π)(Y − F).
    clusters
        Of the units.

    Raises
    ------
    NotIdentifiableError
        If the instrument finds the same share in all units.

    Examples
    --------
    >>> from helpers.survival.bootstrap import cluster_by_label
    >>> said, found = np.full(8, 10.0), np.arange(8.0)
    >>> line = calibrate_share(said, found, found, cluster_by_label(range(8)))
    >>> round(line.level, 9) + 0, round(line.slope, 9)
    (0.0, 2.0)
    """
    n, f, more = (np.asarray(a, np.float64) for a in (messages, predicted, correction))
    z = np.column_stack([np.ones(len(n)), f / n])
    weighed = (z.T * n) @ z
    if not np.ptp(z[:, 1]) > 0:
        raise NotIdentifiableError(
            "the classifier gives every message the same score",
            where="calibration",
            remedy="label more messages with shequn label",
        )
    line = np.linalg.inv(weighed) @ (z.T @ (f + more))
    scores = z * (f + more - n * (z @ line))[:, None]
    covariance = clusters.sandwich(weighed, scores)
    return Calibration(float(line[0]), float(line[1]), covariance, clusters.count)


def apply_calibration(
    calibration: Calibration,
    estimate: Callable[[Calibration], Interval],
) -> Interval:
    """Estimate a ratio from calibrated shares; its interval includes calibration error.

    Labels are drawn without knowing what became of a group, so both errors are
    independent; the effect of the calibration's is found by moving it.

    Parameters
    ----------
    calibration
        As estimated.
    estimate
        From a calibration to an estimate.
    """
    interval = estimate(calibration)
    _, error = interval.on_scale("log")
    moved = [
        (estimate(up).on_scale("log")[0] - estimate(down).on_scale("log")[0]) / 2
        for up, down in calibration.moved()
    ]
    df = min(interval.clusters, calibration.clusters) - 1
    rule = Wald(interval.estimate, math.hypot(error, *moved), "log", df)
    return Interval.of(
        interval.estimate,
        rule,
        method=f"{interval.method}, calibrated by labels",
        n=interval.n,
        clusters=interval.clusters,
    )


def to_power(ratio: Interval, power: float) -> Interval:
    """Convert a ratio per unit of exposure to a ratio per `power` units.

    >>> rule = Wald(2.0, se=0.1, scale="log", df=19)
    >>> two = Interval.of(2.0, rule, method="", n=100, clusters=20)
    >>> to_power(two, -1.0).estimate
    0.5
    """
    value, error = ratio.on_scale("log")
    estimate = float(np.exp(power * value))
    rule = Wald(estimate, abs(power) * error, "log", ratio.clusters - 1)
    return Interval.of(
        estimate, rule, method=ratio.method, n=ratio.n, clusters=ratio.clusters
    )
