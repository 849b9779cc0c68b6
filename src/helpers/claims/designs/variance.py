"""Variance of lifetimes: the share that operators explain, the spread of kinds.

A lognormal model with a random effect for each operator, integrated by Gauss and
Hermite's rule; the share is profiled, so its limits stay in [0, 1) and reach 0. Of
kinds of groups, the spread is of logs of deaths over those expected at equal ages.

References
----------
Pinheiro and Bates (1995), J. Comput. Graph. Stat. 4, 12–35, on the integration;
Self and Liang (1987), JASA 82, 605–610, on the edge at 0; Viechtbauer (2007),
Statistics in Medicine 26, 37–52: limits of a spread by the Q profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize, special, stats

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.survival import Interval
from helpers.survival.interval import SCALES, ScaleName

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(11)
SHARES = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.3, 0.4, 0.55, 0.7, 0.9)
FINE = 1801
LOG_ROOT = float(np.log(2 * np.pi)) / 2
NORMAL_95 = 1.96
WIDEST = 100.0  # standard deviations on a log scale: beyond any data


def estimate_shared_variance(
    log_time: npt.ArrayLike,
    ended: npt.ArrayLike,
    unit: npt.ArrayLike,
    kinds: pd.DataFrame,
) -> Interval:
    """Estimate the share of variance in log event times explained by groups' operators.

    Parameters
    ----------
    log_time, ended, unit : shape (n,)
        Logs of times, whether each ended, and whose it is.
    kinds : shape (n, k)
        Dummies of what else differs, such as platforms; a constant is added.
    """
    codes = pd.factorize(np.asarray(unit, object), sort=True)[0]
    order = np.argsort(codes, kind="stable")
    design = np.column_stack([np.ones(len(codes)), kinds.to_numpy(np.float64)])
    model = _Model(
        np.asarray(log_time, np.float64)[order], np.asarray(ended, bool)[order],
        design[order], np.flatnonzero(np.diff(codes[order], prepend=-1)),
    )  # fmt: skip
    rule = _Profile.of(model.heights())
    n_units = len(model.starts)
    return Interval.of(
        rule.best, rule, method=f"profile likelihood, {n_units} units", n=len(codes),
        clusters=n_units,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Model:
    """A random-intercept lognormal model of event times; rows sorted by operator."""

    log_time: Floats
    ended: npt.NDArray[np.bool_]
    design: Floats
    starts: npt.NDArray[np.intp]

    @cached_property
    def unit(self) -> npt.NDArray[np.intp]:
        """Index of the operator who runs the group of each row."""
        n_rows = np.diff(self.starts, append=len(self.log_time))
        return np.repeat(np.arange(len(n_rows)), n_rows)

    @cached_property
    def open(self) -> npt.NDArray[np.intp]:
        """Row indices of censored event times."""
        return np.flatnonzero(~self.ended)

    @cached_property
    def open_starts(self) -> npt.NDArray[np.intp]:
        """Index of each operator's first row among the censored rows."""
        return np.flatnonzero(np.diff(self.unit[self.open], prepend=-1))

    def surprise(self, theta: Floats, share: float) -> tuple[float, Floats]:
        """Return minus the log likelihood and its gradient, given a variance share.

        The density of what ended is a parabola in the effect, so that of a unit
        follows from three sums; only what is open is computed row by row.

        Parameters
        ----------
        theta
            Coefficients, then the log of the whole spread.
        """
        within = float(np.exp(theta[-1])) * np.sqrt(1 - share)
        z = (self.log_time - self.design @ theta[:-1]) / within
        shift = np.sqrt(share / (1 - share)) * NODES
        log_survival, slope = _compute_log_survival(z[self.open, None] - shift)
        sums = self._densities(z, shift) + np.log(WEIGHTS)
        units = self.unit[self.open]
        sums[units[self.open_starts]] += np.add.reduceat(log_survival, self.open_starts)
        log_likelihoods = special.logsumexp(sums, axis=1)
        posterior = np.exp(sums - log_likelihoods[:, None])
        scores = z - (posterior @ shift)[self.unit]
        scores[self.open] = (posterior[units] * slope).sum(axis=1)
        n_ended = self.ended.sum()
        slopes = np.append(self.design.T @ scores / within, scores @ z - n_ended)
        return float(n_ended * np.log(within) - log_likelihoods.sum()), -slopes

    def _densities(self, z: Floats, shift: Floats) -> Floats:
        """Return log densities of observed times at each quadrature node."""
        ended, units = self.ended, len(self.starts)
        counts, sums, squares = (
            np.bincount(self.unit, ended * z**power, units)[:, None]
            for power in range(3)
        )
        log_densities: Floats = shift * sums - (squares + counts * shift**2) / 2
        return log_densities

    def heights(self) -> Floats:
        """Return the profile log likelihood on a grid of variance shares."""
        theta = np.zeros(self.design.shape[1] + 1)
        theta[0], theta[-1] = self.log_time.mean(), np.log(self.log_time.std())
        log_likelihoods = []
        for share in SHARES:
            best = optimize.minimize(self.surprise, theta, (share,), "BFGS", jac=True)
            theta = best.x
            log_likelihoods.append(-best.fun)
        return np.array(log_likelihoods)


def _compute_log_survival(z: Floats) -> tuple[Floats, Floats]:
    """Return the log survival function, and minus its derivative in z."""
    log_survival = special.log_ndtr(-z)
    return log_survival, np.exp(-(z**2) / 2 - LOG_ROOT - log_survival)


@dataclass(frozen=True, eq=False, slots=True)
class _Profile:
    """Profile likelihood of the share of outcome variance explained by one factor."""

    shares: Floats
    heights: Floats

    @classmethod
    def of(cls, heights: Floats) -> _Profile:
        """Interpolate the profile likelihood over the variance share."""
        from scipy.interpolate import CubicSpline  # noqa: PLC0415 - slow to import

        fine = np.linspace(0.0, SHARES[-1], FINE)
        return cls(fine, CubicSpline(SHARES, heights)(fine))

    @property
    def best(self) -> float:
        """The variance share of maximal likelihood."""
        return float(self.shares[self.heights.argmax()])

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the smallest and largest share not rejected at `level`."""
        far = 2 * (self.heights.max() - self.heights)
        inside = self.shares[far <= stats.chi2.ppf(level, 1)]
        return float(inside.min()), float(inside.max())

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the variance share and its standard error on a scale, such as log."""
        low, high = self(0.95)
        value = max(self.best, self.shares[1])
        slope = abs(float(SCALES[scale].slope(value)))
        error = (high - low) / (2 * NORMAL_95) * slope
        return float(SCALES[scale].forward(value)), error


@dataclass(frozen=True, eq=False, slots=True)
class _SpreadProfile:
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
    rule = _SpreadProfile(
        np.asarray(values, np.float64), np.asarray(errors, np.float64)
    )
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
