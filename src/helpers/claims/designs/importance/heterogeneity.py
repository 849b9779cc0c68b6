"""Heterogeneity: standard deviation of the true values behind estimates.

References
----------
Viechtbauer (2007), Statistics in Medicine 26, 37–52: limits by the Q profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from helpers.arrays import Floats
from helpers.survival import Interval
from helpers.survival.interval import SCALES, ScaleName

WIDEST = 100.0  # standard deviations on a log scale: beyond any data
NORMAL_95 = 1.96


@dataclass(frozen=True, eq=False, slots=True)
class _Profile:
    """Confidence limits of a between-group standard deviation (Q-profile method)."""

    values: Floats
    errors: Floats

    def q(self, sd: float) -> float:
        """Return Cochran's Q at a given between-group standard deviation."""
        weight = 1 / (self.errors**2 + sd**2)
        mean = (weight * self.values).sum() / weight.sum()
        return float((weight * (self.values - mean) ** 2).sum())

    def meeting(self, target: float) -> float:
        """Return the SD of true values at which Cochran's Q equals a given value."""
        if self.q(0.0) <= target:
            return 0.0
        return float(optimize.brentq(lambda sd: self.q(sd) - target, 0.0, WIDEST))

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper Q-profile limit at `level`."""
        df = len(self.values) - 1
        most, least = (
            float(stats.chi2.ppf(tail, df))
            for tail in ((1 + level) / 2, (1 - level) / 2)
        )
        return self.meeting(most), self.meeting(least)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and its standard error on a scale, such as the log."""
        low, high = self(0.95)
        value = self.meeting(len(self.values) - 1)
        slope = abs(float(SCALES[scale].slope(max(value, 1e-9))))
        forward = float(SCALES[scale].forward(max(value, 1e-9)))
        return forward, (high - low) / (2 * NORMAL_95) * slope


def estimate_spread(values: npt.ArrayLike, errors: npt.ArrayLike) -> Interval:
    """Estimate the SD of true values (tau) behind estimates with standard errors.

    The estimate is Paule and Mandel's; the limits are those of the Q profile.

    Parameters
    ----------
    values, errors : shape (k,)

    Examples
    --------
    >>> found = estimate_spread([1.0, 1.0, 1.0], [0.1, 0.1, 0.1])
    >>> found.estimate, found.low
    (0.0, 0.0)
    """
    rule = _Profile(np.asarray(values, np.float64), np.asarray(errors, np.float64))
    k = len(rule.values)
    return Interval.of(
        rule.meeting(k - 1), rule, method=f"Q profile of {k}", n=k, clusters=k
    )
