"""Heterogeneity: standard deviation of the true values behind estimates.

Of kinds of groups, the values are logs of deaths over those expected at equal ages.

References
----------
Viechtbauer (2007), Statistics in Medicine 26, 37–52: limits by the Q profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, stats

from helpers.arrays import Floats
from helpers.claims.contract import gates
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


def count_expected(lives: pd.DataFrame) -> pd.DataFrame:
    """Return each group's observed and expected deaths (Nelson–Aalen).

    The expected number is the increase of the Nelson–Aalen hazard of all groups from
    entry to exit.
    """
    times = np.unique(lives.loc[lives["ended"], "exit"].to_numpy())
    entry, leave = np.sort(lives["entry"]), np.sort(lives["exit"])
    at_risk = np.searchsorted(entry, times) - np.searchsorted(leave, times)
    ends = np.bincount(
        np.searchsorted(times, lives.loc[lives["ended"], "exit"]), minlength=len(times)
    )
    hazard = np.concatenate([[0.0], np.cumsum(ends / at_risk)])
    rise = (
        hazard[np.searchsorted(times, lives[name], side="right")]
        for name in ("exit", "entry")
    )
    until, since = rise
    return pd.DataFrame(
        {"died": lives["ended"].astype(float), "expected": until - since}
    )


def count_by_category(lives: pd.DataFrame) -> pd.DataFrame:
    """Sum observed and expected deaths of each type with 30 groups and a death."""
    table = count_expected(lives).groupby(lives["category"]).sum()
    large = lives.groupby("category").size() >= gates.LEAST_IN_ARM
    return table[large & table["died"].gt(0)]


def estimate_kind_spread(table: pd.DataFrame) -> Interval:
    """Estimate the SD of log death hazards between types, from death counts."""
    return estimate_spread(
        np.log(table["died"] / table["expected"]), table["died"] ** -0.5
    )
