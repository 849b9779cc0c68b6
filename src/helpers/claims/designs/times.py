"""Accelerated failure time: how an exposure stretches the time to an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, stats

from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.survival.interval import Wald

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from helpers.survival import Clusters

    Floats = npt.NDArray[np.float64]

__all__ = ["time_ratio"]

STEP = 1e-5


def time_ratio(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    exposure: npt.ArrayLike,
    clusters: Clusters,
) -> Interval:
    """Return the ratio of times for one unit, from a lognormal model.

    Parameters
    ----------
    durations, ended, exposure : shape (n,)
        Times above 0, whether the event came, and what may stretch the time.

    Raises
    ------
    NotIdentifiableError
        If the likelihood has no maximum.

    References
    ----------
    Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data,
    ch. 3; White (1982), Econometrica 50, 1–25, for the errors.

    Examples
    --------
    >>> from helpers.inference import clusters_by
    >>> times, x = [1.0, 2.0, 4.0] * 4, [0.0] * 12
    >>> x[6:] = [1.0] * 6
    >>> times[6:] = [2 * time for time in times[6:]]
    >>> round(time_ratio(times, [True] * 12, x, clusters_by(range(12))).estimate, 4)
    2.0
    """
    log_time, x = np.log(np.asarray(durations, float)), np.asarray(exposure, float)
    came = np.asarray(ended, bool)
    design = np.column_stack([np.ones(len(x)), x])

    def parts(theta: Floats) -> Floats:
        z = (log_time - design @ theta[:2]) * np.exp(-theta[2])
        told = np.where(came, stats.norm.logpdf(z) - theta[2], stats.norm.logsf(z))
        return np.asarray(told, np.float64)

    start = np.array([log_time.mean(), 0.0, np.log(log_time.std() + STEP)], np.float64)

    def surprise(theta: Floats) -> float:
        return -float(parts(theta).sum())

    best = optimize.minimize(surprise, start)
    found: Floats = best.x
    scores = _slopes(parts, found)
    information = -_slopes(lambda theta: _slopes(parts, theta).sum(axis=0), found)
    if not np.isfinite(best.fun) or np.linalg.matrix_rank(information) < len(start):
        raise NotIdentifiableError("the likelihood has no maximum", where="lognormal")
    k = clusters.count
    sums = np.zeros((k, len(start)))
    np.add.at(sums, clusters.codes, scores)
    bread = np.linalg.inv(information)
    error = float(np.sqrt((bread @ (sums.T @ sums) @ bread.T)[1, 1] * k / (k - 1)))
    ratio = float(np.exp(found[1]))
    return Interval.of(
        ratio, Wald(ratio, error, "log", k - 1),
        method=f"lognormal, {k} clusters, t({k - 1})", n=len(x), clusters=k,
    )  # fmt: skip


def _slopes(of: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Return derivatives by central differences, parameters along the last axis."""
    steps = np.eye(len(at)) * STEP
    columns = [(of(at + step) - of(at - step)) / (2 * STEP) for step in steps]
    return np.stack(columns, axis=-1)
