"""A logistic regression of survival, stored as a table of coefficients."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.arrays import Floats
from helpers.errors import ShequnError, UndeterminedError

CONSTANT = "constant"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Coefficients of a logistic regression, with what it was trained on.

    Attributes
    ----------
    coefficients
        By feature, the constant first.
    groups, sources
        Groups and sources of the training.
    """

    coefficients: pd.Series[float]
    groups: int
    sources: tuple[str, ...]

    @property
    def features(self) -> list[str]:
        """Names of the predictors in the model."""
        return [name for name in self.coefficients.index if name != CONSTANT]

    def predict(self, rows: pd.DataFrame) -> Floats:
        """Predict each group's probability of later activity; NaN without features."""
        x = rows[self.features].to_numpy(np.float64)
        level, *slopes = self.coefficients
        probability: Floats = expit(level + x @ np.asarray(slopes, np.float64))
        return probability

    def __repr__(self) -> str:
        """Return a one-line description of the model."""
        return f"Forecast of {self.groups} groups in {', '.join(self.sources)}"

    def _repr_html_(self) -> str:
        table = self.coefficients.to_frame().to_html(float_format="{:.3g}".format)
        return f"<p>{self!r}</p>{table}"


def fit_forecast(
    rows: pd.DataFrame, features: Sequence[str], outcome: str = "alive"
) -> Forecast:
    """Fit a logistic regression that forecasts group survival (statsmodels GLM).

    Parameters
    ----------
    rows
        As `helpers.forecast.first_days.build_first_days` returns them.
    features
        Columns; with none, the base rate.

    Raises
    ------
    ShequnError
        If a column is missing.
    UndeterminedError
        If features separate the outcomes, repeat each other or one outcome is absent.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": "a", "alive": [True, False, False, False]})
    >>> fit_forecast(rows, []).predict(rows).round(2).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    # statsmodels takes a second to import
    import statsmodels.api as sm  # noqa: PLC0415
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning  # noqa: PLC0415

    if missing := [name for name in (*features, outcome) if name not in rows]:
        raise ShequnError(
            f"the rows have no column {', '.join(missing)}",
            where="fit_forecast",
            remedy=f"they have {', '.join(map(str, rows.columns))}",
        )
    whole = rows.dropna(subset=[*features, outcome])
    x = whole[[*features]].astype("float64")
    x.insert(0, CONSTANT, 1.0)
    y = whole[outcome].to_numpy(np.float64)
    if len(whole) == 0 or y.min() == y.max():
        raise UndeterminedError("all training groups have the same outcome")
    if np.linalg.matrix_rank(x.to_numpy()) < x.shape[1]:
        raise UndeterminedError("features repeat each other in the training groups")
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fit = sm.GLM(y, x, family=sm.families.Binomial()).fit()
        except PerfectSeparationWarning:
            raise UndeterminedError("features separate the outcomes") from None
    sources = tuple(sorted(set(whole["source"])))
    return Forecast(fit.params.rename("coefficient"), len(whole), sources)
