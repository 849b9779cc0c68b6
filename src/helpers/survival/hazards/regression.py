"""The result of a hazard regression: a hazard ratio for each exposure."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Floats
from helpers.checks import check_column, check_lengths, check_share
from helpers.errors import NotIdentifiableError, ShequnError, UndeterminedError
from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.interval import Interval, Wald
from helpers.survival.kaplan_meier import estimate_survival
from helpers.wording import say

HOPELESS_SE = 50.0  # of a log ratio per deviation of the exposure: all but flat


@dataclass(frozen=True, slots=True)
class Coefficient:
    """The hazard ratio of one exposure with its interval and p-value."""

    name: str
    ratio: Interval  # for one unit of the exposure

    @property
    def wald(self) -> Wald:
        """The ratio with the standard error of its logarithm."""
        assert self.ratio.wald is not None  # noqa: S101 - all are made so
        return self.ratio.wald

    def __str__(self) -> str:
        return f"{self.name}: {self.ratio}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


ALL = "(all)"


def _transform_by_survival(model: PartialLikelihood, times: Floats) -> Floats:
    """Return the Kaplan–Meier share of ended lifetimes just before each time."""
    curve = estimate_survival(
        model.exits, model.ended, np.maximum(model.entry, 0.0), model.weights
    )
    before = np.searchsorted(curve.times, times) - 1
    survival: Floats = np.where(before < 0, 1.0, curve.survival[before])
    return 1 - survival


TRANSFORMS: Mapping[str, Callable[[PartialLikelihood, Floats], Floats]] = {
    "km": _transform_by_survival,
    "rank": lambda _, times: np.asarray(pd.Series(times).rank(), np.float64),
    "log": lambda _, times: np.log(times),
    "identity": lambda _, times: times,
}


@dataclass(frozen=True, eq=False)
class ResidualTest:
    """Schoenfeld residual test of whether Cox hazard ratios change with time."""

    model: PartialLikelihood
    beta: Floats
    names: tuple[str, ...]

    def test(self, transform: str) -> pd.DataFrame:
        """Return ``chi2, df, p`` per exposure, and for all of them together."""
        if transform not in TRANSFORMS:
            raise ShequnError(
                f"there is no function of time {transform!r}",
                remedy=f"use one of {', '.join(TRANSFORMS)}",
            )
        times, residuals, variances = self.model.residuals(self.beta)
        g = TRANSFORMS[transform](self.model, times)
        g = g - g.mean()
        score = g @ residuals
        plain = variances.sum(axis=0)
        crossed = np.einsum("i,ijk->jk", g, variances)
        squared = np.einsum("i,ijk->jk", g**2, variances)
        rows = {
            name: _compute_statistic(score, plain, crossed, squared, [nth])
            for nth, name in enumerate(self.names)
        }
        every = list(range(len(self.names)))
        rows[ALL] = _compute_statistic(score, plain, crossed, squared, every)
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["chi2", "df"])
        table["p"] = scipy.special.chdtrc(table["df"], table["chi2"])
        return table.rename_axis("exposure")


def _compute_statistic(
    score: Floats, plain: Floats, crossed: Floats, squared: Floats, which: list[int]
) -> tuple[float, int]:
    """Return the chi-square test of chosen time interactions, with its df."""
    u = score[which]
    between = crossed[which]
    information = squared[np.ix_(which, which)] - between @ np.linalg.solve(
        plain, between.T
    )
    return float(u @ np.linalg.solve(information, u)), len(which)


@dataclass(frozen=True, slots=True, repr=False)
class Regression:
    """A fitted hazard regression: coefficients, counts of rows and ends, likelihood."""

    coefficients: tuple[Coefficient, ...]  # by exposure, in the order given
    rows: int  # intervals of observation
    ends: int  # among them
    log_likelihood: float  # at the maximum; partial for Cox's model
    # of Cox's model: the test behind `check_proportional_hazards`
    proportionality: ResidualTest | None = field(default=None, compare=False)

    def __getitem__(self, name: str) -> Coefficient:
        for coefficient in self.coefficients:
            if coefficient.name == name:
                return coefficient
        raise ShequnError(
            f"the regression has no exposure {name!r}",
            remedy=f"it has {', '.join(each.name for each in self.coefficients)}",
        )

    def __repr__(self) -> str:
        ratios = ", ".join(
            f"{coefficient.name}: {coefficient.ratio}"
            for coefficient in self.coefficients
        )
        return f"Regression({self.rows} rows, {self.ends} ended; {ratios})"

    def _repr_html_(self) -> str:
        return f"<p>{self.rows} rows, {self.ends} ended</p>" + str(
            self.summary().to_html(float_format="{:.3g}".format)
        )

    def summary(self, level: float = 0.95) -> pd.DataFrame:
        """Return a table of hazard ratios, limits and p-values, by exposure."""
        check_share(level, "level")
        rows = {}
        for row in self.coefficients:
            coefficient, error = row.wald.on_scale("log")
            p = float(2 * scipy.special.stdtr(row.wald.df, -abs(coefficient) / error))
            limits = row.wald(level)
            rows[row.name] = (row.ratio.estimate, *limits, coefficient, error, p)
        columns = ["ratio", "lower", "upper", "coefficient", "se", "p"]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return table.rename_axis("exposure")

    def check_proportional_hazards(self, transform: str = "km") -> pd.DataFrame:
        """Test whether each hazard ratio of Cox's model is constant over time.

        The score test of an interaction with a function of time: ``km`` (1 −
        Kaplan–Meier), ``rank``, ``log`` or ``identity``; a row ``chi2, df, p`` per
        exposure, and ``(all)`` for all together. Small p-values speak against
        proportional hazards; with clusters they are too small.

        Grambsch and Therneau (1994), Biometrika 81, 515–526; as R's ``cox.zph``
        computes it since version 3.0 of `survival`.
        """
        if self.proportionality is None:
            raise NotIdentifiableError(
                "only Cox's model assumes proportional hazards", remedy="use fit_cox"
            )
        return self.proportionality.test(transform)


def to_hazard_ratios(
    exposures: pd.DataFrame,
    values: Floats,
    covariance: Floats,
    *,
    method: str,
    units: npt.NDArray[np.intp],
    clustered: bool,
) -> tuple[Coefficient, ...]:
    """Turn coefficients and their covariance into hazard ratios with intervals."""
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
            say("the data do not determine its effect"),
            where=f"exposure {name!r}",
            remedy="it may be constant at risk, or separate events from survivors",
        )
    return True


def check_exposures(exposures: pd.DataFrame, **rows: npt.ArrayLike | None) -> None:
    """Raise ShequnError unless exposures are numeric and match the other columns' rows.

    `rows`: the other columns by name, None if not given. Series must have the index of
    the exposures: values are matched by position.

    >>> check_exposures(pd.DataFrame({"kind": ["a", "b"]}))
    Traceback (most recent call last):
    helpers.errors.ShequnError: exposures, column 'kind': it is no number. \
Hint: use pd.get_dummies(exposures, drop_first=True).
    """
    if not isinstance(exposures, pd.DataFrame) or exposures.shape[1] == 0:
        raise ShequnError(
            "exposures need a data frame with a named column for each exposure",
            where=type(exposures).__name__,
            remedy="for one series use x.to_frame('x')",
        )
    for name, kind in exposures.dtypes.items():
        if not pd.api.types.is_numeric_dtype(kind):
            raise ShequnError(
                "it is no number",
                where=f"exposures, column {name!r}",
                remedy="use pd.get_dummies(exposures, drop_first=True)",
            )
    given = {name: column for name, column in rows.items() if column is not None}
    lengths = {name: check_column(column, name) for name, column in given.items()}
    check_lengths({"exposures": len(exposures)} | lengths)
    for name, column in given.items():
        if isinstance(column, pd.Series) and not column.index.equals(exposures.index):
            raise ShequnError(
                f"{name} has another index than exposures",
                remedy=f"use exposures.reindex({name}.index), or reset_index(drop=True)"
                " on both if their rows are in the same order",
            )


def standardise_exposures(exposures: pd.DataFrame) -> tuple[Floats, Floats]:
    """Scale exposures to mean 0 and standard deviation 1; return the deviations too."""
    x = exposures.to_numpy(np.float64)
    x = np.where(np.isfinite(x), x, np.nan)
    unit: Floats = x.std(axis=0)
    if not (unit > 0).all():  # not a number is not more than 0
        first = int(np.argmin(unit > 0))
        missing = np.isnan(x[:, first])
        raise UndeterminedError(
            say("it has missing or infinite values")
            if missing.any()
            else say("it never varies"),
            where=f"exposure {exposures.columns[first]!r}",
            remedy=f"leave out the rows without a value ({missing.sum()})"
            if missing.any()
            else "leave it out",
        )
    return (x - x.mean(axis=0)) / unit, unit
