"""Accelerated failure time models: how an exposure scales time to an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize
from scipy.special import log_ndtr

from helpers.arrays import Floats
from helpers.errors import UndeterminedError
from helpers.survival import Clusters, Interval
from helpers.survival.hazards.regression import HOPELESS_SE
from helpers.survival.interval import Wald
from helpers.wording import say

STEP = 1e-4
FLAT = 1e-9  # curvature of the likelihood, over the largest, that counts as none
LOG_NORMAL = np.log(np.sqrt(2 * np.pi))


def time_ratio(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposure: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Estimate the lognormal AFT time ratio: factor on event times per exposure unit.

    Parameters
    ----------
    durations, ended, exposure : shape (n,)
        Times above 0, whether the event came, and what may stretch the time.

    Raises
    ------
    UndeterminedError
        If the likelihood has no maximum, or effects cannot be told apart.

    References
    ----------
    Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data,
    ch. 3; White (1982), Econometrica 50, 1–25, for the errors.

    Examples
    --------
    >>> from helpers.inference import cluster_by_label
    >>> times, x = [1.0, 2.0, 4.0] * 4, [0.0] * 12
    >>> x[6:] = [1.0] * 6
    >>> times[6:] = [2 * time for time in times[6:]]
    >>> round(
    ...     time_ratio(times, [True] * 12, x, cluster_by_label(range(12))).estimate, 4
    ... )
    2.0
    """
    x, unit = _standardise(np.asarray(exposure, float)[:, None])
    data = _Times(np.asarray(durations, float), np.asarray(ended, bool), x, None)
    return _build_interval(data, clusters, unit)


def estimate_pace_ratio(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposures: pd.DataFrame,
    clusters: Clusters,
    entry: npt.ArrayLike,
) -> Interval:
    """Estimate one over the AFT time ratio per unit of the first exposure, adjusted.

    One over the ratio of times, adjusted for the other columns; who was first watched
    at an age counts from that age on.

    Raises
    ------
    UndeterminedError
        As `time_ratio`.
    """
    x, unit = _standardise(exposures.to_numpy(np.float64))
    data = _Times(
        np.asarray(durations, float), np.asarray(ended, bool), x,
        np.asarray(entry, float),
    )  # fmt: skip
    return _build_interval(data, clusters, -unit)


def time_ratio_between(
    after: npt.ArrayLike,
    until: npt.ArrayLike,
    exposures: pd.DataFrame,
    clusters: Clusters,
) -> Interval:
    """Estimate the ratio of event times from interval-censored event times.

    Parameters
    ----------
    after, until : shape (n,)
        Times between which the event came: 0 where it may have come at once, infinity
        where it was not seen to come.

    Raises
    ------
    UndeterminedError
        As `time_ratio`.

    References
    ----------
    Turnbull (1976), JRSS B 38, 290–295, for the likelihood; else as `time_ratio`.
    """
    x, unit = _standardise(exposures.to_numpy(np.float64))
    data = _Between(np.asarray(after, float), np.asarray(until, float), x)
    return _build_interval(data, clusters, unit)


class _Data(Protocol):
    """Data of a lognormal accelerated failure time model."""

    @property
    def design(self) -> Floats:
        """Matrix of the covariates with a constant column."""

    def parts(self, theta: Floats) -> Floats:
        """Return the log likelihood of each row, given coefficients and log scale."""

    def slopes(self, theta: Floats) -> Floats:
        """Return each row's derivatives of the log likelihood, one column each."""

    def start(self) -> Floats:
        """Return starting values for maximising the likelihood."""


@dataclass(frozen=True, eq=False)
class _Between:
    """Interval-censored event times and their covariates."""

    after: Floats
    until: Floats
    x: Floats

    @cached_property
    def design(self) -> Floats:
        return np.column_stack([np.ones(len(self.x)), self.x])

    @cached_property
    def logs(self) -> Floats:
        """Return logs of the lower and upper bound of each event time, shape (2, n)."""
        with np.errstate(divide="ignore"):
            return np.log(np.stack([self.after, self.until]))

    def parts(self, theta: Floats) -> Floats:
        """Return each row's log probability, computed in the smaller tail."""
        mean, narrow = self.design @ theta[:-1], np.exp(-theta[-1])
        low, high = (self.logs - mean) * narrow
        upper = low > 0
        near = np.where(upper, log_ndtr(-low), log_ndtr(high))
        far = np.where(upper, log_ndtr(-high), log_ndtr(low))
        with np.errstate(invalid="ignore", divide="ignore"):
            between = near + np.log1p(-np.exp(far - near))
        log_probabilities: Floats = np.where(
            np.isfinite(near), between, -np.inf
        )  # out of all reach
        return log_probabilities

    def slopes(self, theta: Floats) -> Floats:
        """Return each row's derivatives by the coefficients and the log scale."""
        mean, narrow = self.design @ theta[:-1], np.exp(-theta[-1])
        z = (self.logs - mean) * narrow
        density = np.exp(_log_density(z) - self.parts(theta))
        finite = np.where(np.isfinite(z), z, 0.0)  # the density is 0 at infinity
        by_mean = narrow * (density[0] - density[1])
        by_scale = (finite * density)[0] - (finite * density)[1]
        return _by_coefficients(self.design, by_mean, by_scale)

    def start(self) -> Floats:
        """Return starting values: least squares on interval midpoints."""
        low, high = self.logs
        times = np.ma.masked_invalid([low, high])
        middle = times.mean(axis=0).filled(0.0)
        beta = np.linalg.lstsq(self.design, middle, rcond=None)[0]
        residual_sd = float(np.std(middle - self.design @ beta))
        return np.append(beta, np.log(residual_sd + STEP)).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Times:
    """Right-censored event times with covariates and ages at entry."""

    durations: Floats
    ended: npt.NDArray[np.bool_]
    x: Floats
    entry: Floats | None

    @cached_property
    def design(self) -> Floats:
        return np.column_stack([np.ones(len(self.x)), self.x])

    @cached_property
    def logs(self) -> Floats:
        return np.log(self.durations)

    @cached_property
    def late(self) -> tuple[npt.NDArray[np.intp], Floats]:
        """Indices of rows with delayed entry, and the logs of their entry times."""
        entry = np.zeros(len(self.x)) if self.entry is None else self.entry
        rows = np.flatnonzero(entry > 0)
        return rows, np.log(entry[rows])

    def parts(self, theta: Floats) -> Floats:
        """Return each row's log likelihood at given coefficients and log scale."""
        mean, narrow = self.design @ theta[:-1], np.exp(-theta[-1])
        z = (self.logs - mean) * narrow
        log_likelihood: Floats = np.where(
            self.ended, _log_density(z) - theta[-1], log_ndtr(-z)
        )
        late, entry = self.late
        log_likelihood[late] -= log_ndtr(-(entry - mean[late]) * narrow)
        return log_likelihood

    def slopes(self, theta: Floats) -> Floats:
        """Return each row's derivatives by the coefficients and the log scale."""
        mean, narrow = self.design @ theta[:-1], np.exp(-theta[-1])
        z = (self.logs - mean) * narrow
        pull = np.where(self.ended, z, _compute_hazard(z))
        by_scale = pull * z - self.ended
        late, entry = self.late
        at_entry = (entry - mean[late]) * narrow
        hazard = _compute_hazard(at_entry)
        pull[late] -= hazard
        by_scale[late] -= hazard * at_entry
        return _by_coefficients(self.design, narrow * pull, by_scale)

    def start(self) -> Floats:
        """Return starting values: least-squares coefficients and log residual SD."""
        beta = np.linalg.lstsq(self.design, self.logs, rcond=None)[0]
        residual_sd = float(np.std(self.logs - self.design @ beta))
        return np.append(beta, np.log(residual_sd + STEP)).astype(np.float64)


def _standardise(x: Floats) -> tuple[Floats, float]:
    """Return columns of mean 0 and SD 1, and one unit of the first in its SDs.

    Years near 2020 beside a constant would leave the maximum to rounding errors.
    """
    sd = x.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    return (x - x.mean(axis=0)) / sd, 1 / float(sd[0])


def _build_interval(data: _Data, clusters: Clusters, unit: float) -> Interval:
    design = data.design
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise UndeterminedError(
            say("the data do not identify the separate effects"), where="lognormal"
        )
    start = data.start()

    def surprise(theta: Floats) -> float:
        return -float(data.parts(theta).sum())

    def slope(theta: Floats) -> Floats:
        slopes: Floats = -data.slopes(theta).sum(axis=0)
        return slopes

    best = optimize.minimize(surprise, start, jac=slope)
    estimates: Floats = best.x
    scores = data.slopes(estimates)
    information = -_differentiate(lambda at: data.slopes(at).sum(axis=0), estimates)
    # the constant of a place without events moves to infinity; it tells nothing
    bread = np.linalg.pinv(information, rcond=FLAT)
    is_found = abs((bread @ information)[1, 1] - 1) < FLAT**0.5
    if not (np.isfinite(best.fun) and is_found and 0 < bread[1, 1] < HOPELESS_SE**2):
        raise UndeterminedError(say("the likelihood has no maximum"), where="lognormal")
    k = clusters.count
    sums = clusters.sums(scores)
    error = float(np.sqrt((bread @ (sums.T @ sums) @ bread.T)[1, 1] * k / (k - 1)))
    ratio = float(np.exp(unit * estimates[1]))
    return Interval.of(
        ratio, Wald(ratio, abs(unit) * error, "log", k - 1),
        method=f"lognormal, {k} clusters, t({k - 1})", n=len(design), clusters=k,
    )  # fmt: skip


def _log_density(z: Floats) -> Floats:
    """Return the log density of the standard normal distribution."""
    log_density: Floats = -(z**2) / 2 - LOG_NORMAL
    return log_density


def _compute_hazard(z: Floats) -> Floats:
    """Return the hazard of the standard normal distribution."""
    hazard: Floats = np.exp(_log_density(z) - log_ndtr(-z))
    return hazard


def _by_coefficients(design: Floats, by_mean: Floats, by_scale: Floats) -> Floats:
    return np.column_stack([design * by_mean[:, None], by_scale])


def _differentiate(of: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Compute derivatives by central differences."""
    steps = np.eye(len(at)) * STEP
    columns = [(of(at + step) - of(at - step)) / (2 * STEP) for step in steps]
    return np.stack(columns, axis=-1)
