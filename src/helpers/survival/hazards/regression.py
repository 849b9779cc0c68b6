"""The result of a hazard regression: a hazard ratio for each exposure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.errors import UndeterminedError
from helpers.survival.interval import Interval, Wald

HOPELESS_SE = 50.0  # of a log ratio per deviation of the exposure: all but flat


@dataclass(frozen=True, slots=True)
class Coefficient:
    """The hazard ratio of one exposure.

    Attributes
    ----------
    ratio
        Hazard ratio for one unit of the exposure; ``ratio.on_scale("log")`` gives
        the coefficient and its standard error.
    """

    name: str
    ratio: Interval


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted hazard regression: coefficients, row and event counts, log likelihood.

    Attributes
    ----------
    coefficients
        By exposure, in the order given.
    rows, ends
        Rows (intervals of observation) and ends among them.
    log_likelihood
        At the maximum; partial for Cox's model.
    """

    coefficients: tuple[Coefficient, ...]
    rows: int
    ends: int
    log_likelihood: float

    def __getitem__(self, name: str) -> Coefficient:
        return next(each for each in self.coefficients if each.name == name)


def to_hazard_ratios(
    exposures: pd.DataFrame,
    values: Floats,
    covariance: Floats,
    *,
    method: str,
    units: npt.NDArray[np.intp],
    clustered: bool,
) -> tuple[Coefficient, ...]:
    """Turn coefficients and their covariance into hazard ratios with intervals.

    Raises
    ------
    UndeterminedError
        If a standard error does not exist, as when an exposure never varies among
        those at risk, or separates ends from survivors.
    """
    with np.errstate(invalid="ignore"):  # `_identified` tells of what has no root
        errors = np.sqrt(np.diag(covariance))
    count = int(units.max()) + 1
    rows = zip(exposures.columns, values.tolist(), errors.tolist(), strict=True)
    return tuple(
        Coefficient(
            name,
            Interval.of(
                math.exp(value),
                Wald(
                    math.exp(value), error, "log", count - 1 if clustered else math.inf
                ),
                method=method,
                n=len(exposures),
                clusters=count,
            ),
        )
        for name, value, error in rows
        if _is_identified(name, value, error * exposures[name].std())
    )


def _is_identified(name: str, value: float, error: float) -> bool:
    if not (math.isfinite(value) and 0 < error < HOPELESS_SE):
        raise UndeterminedError(
            "the data do not determine its effect",
            where=f"exposure {name!r}",
            remedy="it may not vary among those at risk, or divide ends from survivors",
        )
    return True


def standardise_exposures(exposures: pd.DataFrame) -> tuple[Floats, Floats]:
    """Scale exposures to mean 0 and standard deviation 1; return the deviations too.

    Raises
    ------
    UndeterminedError
        If an exposure has missing or infinite values, or never varies.
    """
    x = exposures.to_numpy(np.float64)
    x = np.where(np.isfinite(x), x, np.nan)
    unit: Floats = x.std(axis=0)
    if not (unit > 0).all():  # not a number is not more than 0
        raise UndeterminedError(
            "it never varies, or has missing values",
            where=f"exposure {exposures.columns[int(np.argmin(unit > 0))]!r}",
            remedy="leave it out, or leave out the rows",
        )
    return (x - x.mean(axis=0)) / unit, unit
