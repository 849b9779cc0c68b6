"""Interrupted time series: test for a step or trend in a short series."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.survival import Interval
from helpers.survival.interval import ScaleName, Wald
from helpers.wording import say


def fit_series_coefficient(
    values: npt.ArrayLike, exposures: pd.DataFrame, scale: ScaleName = "identity"
) -> Interval:
    """Estimate a regression coefficient of a time series with autocorrelated errors.

    The error is that of least squares, widened by √((1 + r)/(1 − r)) where r is the
    residuals' correlation with their neighbours, if that is positive; t(n − p).

    Parameters
    ----------
    values : shape (n,)
        In the order of time.
    exposures : shape (n, coefficients)
        A constant is added.
    scale
        ``log`` if the values are logarithms: then a ratio is returned.

    Raises
    ------
    UndeterminedError
        If there are no more values than coefficients, or they do not determine it.

    References
    ----------
    Bence (1995), Ecology 76, 628–639, on short series.

    Examples
    --------
    >>> import pandas as pd
    >>> x = pd.DataFrame({"x": [0.0, 0, 0, 1, 1, 1]})
    >>> found = fit_series_coefficient([1, 2, 1.5, 3, 2.5, 3.5], x)
    >>> round(found.estimate, 6), round(found.low, 2), round(found.high, 2)
    (1.5, 0.37, 2.63)
    """
    y = np.asarray(values, np.float64)
    x = np.column_stack([np.ones(len(y)), exposures.to_numpy(np.float64)])
    n, p = x.shape
    if n <= p or np.linalg.matrix_rank(x) < p:
        raise UndeterminedError(
            say("{n} values do not determine it", n=n), where="series"
        )
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    residuals = y - x @ beta
    spread = float(residuals @ residuals) / (n - p)
    error = float(np.sqrt(spread * np.linalg.inv(x.T @ x)[1, 1])) * _compute_inflation(
        residuals
    )
    estimate = float(np.exp(beta[1]) if scale == "log" else beta[1])
    return Interval.of(
        estimate, Wald(estimate, error, scale, n - p),
        method=f"least squares over {n} steps, t({n - p})", n=n, clusters=n,
    )  # fmt: skip


def estimate_stopping_ratio(years: pd.DataFrame, names: list[str]) -> Interval:
    """Estimate the hazard ratio of stopping to write from shares by joining year."""
    if not years["share"].between(0, 1, inclusive="neither").all():
        raise NotIdentifiableError("a year of which nobody or everybody stayed")
    return fit_series_coefficient(np.log(-np.log(years["share"])), years[names], "log")


def _compute_inflation(rest: npt.NDArray[np.float64]) -> float:
    sum_of_squares = float(rest @ rest)
    if not sum_of_squares:
        return 1.0
    r = max(float(rest[1:] @ rest[:-1]) / sum_of_squares, 0.0)
    return float(np.sqrt((1 + r) / (1 - r)))
