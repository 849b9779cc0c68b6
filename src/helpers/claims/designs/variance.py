"""What share of the spread of log lifetimes lies between operators.

A lognormal model with a random effect for each operator, integrated by Gauss and
Hermite's rule; the share is profiled, so its limits stay in [0, 1) and reach 0.

References
----------
Pinheiro and Bates (1995), J. Comput. Graph. Stat. 4, 12–35, on the integration;
Self and Liang (1987), JASA 82, 605–610, on the edge at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from helpers.survival import Interval
from helpers.survival.interval import SCALES

if TYPE_CHECKING:
    import numpy.typing as npt

    from helpers.survival.interval import ScaleName

    Floats = npt.NDArray[np.float64]

__all__ = ["shared_variance"]

NODES = 11
SHARES = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.3, 0.4, 0.55, 0.7, 0.9)
FINE = 1801
LOG_ROOT = float(np.log(2 * np.pi)) / 2
NORMAL_95 = 1.96


def shared_variance(
    log_time: npt.ArrayLike,
    ended: npt.ArrayLike,
    unit: npt.ArrayLike,
    kinds: pd.DataFrame,
) -> Interval:
    """Return the share of the variance of log times that units account for.

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
    many = len(model.starts)
    return Interval.of(
        rule.best, rule, method=f"profile likelihood, {many} units", n=len(codes),
        clusters=many,
    )  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class _Model:
    """Rows sorted by unit; `starts` are where units begin."""

    log_time: Floats
    ended: npt.NDArray[np.bool_]
    design: Floats
    starts: npt.NDArray[np.intp]

    def surprise(self, theta: Floats, share: float) -> tuple[float, Floats]:
        """Return minus the log likelihood and its slopes.

        Parameters
        ----------
        theta
            Coefficients, then the log of the whole spread.
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
        spread = float(np.exp(theta[-1]))
        within, around = spread * np.sqrt(1 - share), spread * np.sqrt(share) * nodes
        mean = (self.design @ theta[:-1])[:, None] + around
        z = (self.log_time[:, None] - mean) / within
        told, slope = self._rows(z)
        told[self.ended] -= np.log(within)
        sums = np.add.reduceat(told, self.starts, axis=0) + np.log(weights)
        whole = special.logsumexp(sums, axis=1)
        many = np.diff(self.starts, append=len(z))
        posterior = np.repeat(np.exp(sums - whole[:, None]), many, axis=0)
        moved = posterior * slope
        wider = moved * (around / within + z) - posterior * self.ended[:, None]
        slopes = np.append(self.design.T @ moved.sum(axis=1) / within, wider.sum())
        return -float(whole.sum()), -slopes

    def _rows(self, z: Floats) -> tuple[Floats, Floats]:
        """Return each row's log density or survival, and minus its slope in z."""
        told, slope = -(z**2) / 2, z.copy()
        open_ = ~self.ended
        told[open_] = special.log_ndtr(-z[open_])
        slope[open_] = np.exp(-(z[open_] ** 2) / 2 - LOG_ROOT - told[open_])
        return told, slope

    def heights(self) -> Floats:
        """Return the greatest log likelihood at each of `SHARES`."""
        theta = np.zeros(self.design.shape[1] + 1)
        theta[0], theta[-1] = self.log_time.mean(), np.log(self.log_time.std())
        found = []
        for share in SHARES:
            best = optimize.minimize(self.surprise, theta, (share,), "BFGS", jac=True)
            theta = best.x
            found.append(-best.fun)
        return np.array(found)


@dataclass(frozen=True, eq=False, slots=True)
class _Profile:
    """A likelihood of shares, on a fine grid."""

    shares: Floats
    heights: Floats

    @classmethod
    def of(cls, heights: Floats) -> _Profile:
        """Draw a line through heights at `SHARES`."""
        from scipy.interpolate import CubicSpline  # noqa: PLC0415 - slow to import

        fine = np.linspace(0.0, SHARES[-1], FINE)
        return cls(fine, CubicSpline(SHARES, heights)(fine))

    @property
    def best(self) -> float:
        """The likeliest share."""
        return float(self.shares[self.heights.argmax()])

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the least and greatest share not rejected."""
        far = 2 * (self.heights.max() - self.heights)
        inside = self.shares[far <= stats.chi2.ppf(level, 1)]
        return float(inside.min()), float(inside.max())

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the share on a scale, and a quarter of the interval's width there."""
        low, high = self(0.95)
        value = max(self.best, self.shares[1])
        slope = abs(float(SCALES[scale].slope(value)))
        error = (high - low) / (2 * NORMAL_95) * slope
        return float(SCALES[scale].forward(value)), error
