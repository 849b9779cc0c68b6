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

STEP = 1e-5
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
    x = np.asarray(exposure, float)[:, None]
    data = _Times(np.asarray(durations, float), np.asarray(ended, bool), x, None)
    return _build_unit_interval(data, clusters, 1.0)


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
    data = _Times(
        np.asarray(durations, float), np.asarray(ended, bool),
        exposures.to_numpy(np.float64), np.asarray(entry, float),
    )  # fmt: skip
    return _build_unit_interval(data, clusters, -1.0)


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
    data = _Between(
        np.asarray(after, float), np.asarray(until, float),
        exposures.to_numpy(np.float64),
    )  # fmt: skip
    return _build_unit_interval(data, clusters, 1.0)


class _Data(Protocol):
    """Data of a lognormal accelerated failure time model."""

    @property
    def design(self) -> Floats:
        """Matrix of the covariates with a constant column."""

    def parts(self, theta: Floats) -> Floats:
        """Return the log likelihood of each row, given coefficients and log scale."""

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
            self.ended, -(z**2) / 2 - LOG_NORMAL - theta[-1], log_ndtr(-z)
        )
        late, entry = self.late
        log_likelihood[late] -= log_ndtr(-(entry - mean[late]) * narrow)
        return log_likelihood

    def start(self) -> Floats:
        """Return starting values: least-squares coefficients and log residual SD."""
        beta = np.linalg.lstsq(self.design, self.logs, rcond=None)[0]
        residual_sd = float(np.std(self.logs - self.design @ beta))
        return np.append(beta, np.log(residual_sd + STEP)).astype(np.float64)


def _build_unit_interval(data: _Data, clusters: Clusters, sign: float) -> Interval:
    design = data.design
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise UndeterminedError(
            say("the data do not identify the separate effects"), where="lognormal"
        )
    start = data.start()

    def surprise(theta: Floats) -> float:
        return -float(data.parts(theta).sum())

    best = optimize.minimize(surprise, start)
    estimates: Floats = best.x
    scores = _compute_slopes(data.parts, estimates)
    information = -_compute_slopes(
        lambda at: _compute_slopes(data.parts, at).sum(axis=0), estimates
    )
    if not np.isfinite(best.fun) or np.linalg.matrix_rank(information) < len(start):
        raise UndeterminedError(say("the likelihood has no maximum"), where="lognormal")
    plain = float(np.linalg.inv(information)[1, 1])
    if not 0 < plain * np.var(design[:, 1]) < HOPELESS_SE**2:
        raise UndeterminedError(say("the likelihood has no maximum"), where="lognormal")
    k = clusters.count
    sums = clusters.sums(scores)
    bread = np.linalg.inv(information)  # differences are not quite symmetric
    error = float(np.sqrt((bread @ (sums.T @ sums) @ bread.T)[1, 1] * k / (k - 1)))
    ratio = float(np.exp(sign * estimates[1]))
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"lognormal, {k} clusters, t({k - 1})", n=len(design), clusters=k,
    )  # fmt: skip


def _compute_slopes(of: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Compute derivatives of the likelihood by central differences."""
    steps = np.eye(len(at)) * STEP
    columns = [(of(at + step) - of(at - step)) / (2 * STEP) for step in steps]
    return np.stack(columns, axis=-1)
