"""Intervals: an estimate with its limits, scales of errors, and of proportions."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal, NamedTuple, Self

import numpy as np
import scipy

from helpers.checks import check_share
from helpers.errors import ShequnError

ScaleName = Literal["identity", "log", "logit", "cloglog", "loglog"]
LARGEST = 700.0  # e to the power of more than 709 is no float any more


class Scale(NamedTuple):
    """A monotone transformation with its inverse and derivative (numpy functions)."""

    forward: Callable[..., np.ndarray]
    inverse: Callable[..., np.ndarray]
    slope: Callable[..., np.ndarray]


def _to_cumulative_hazard(log: np.ndarray) -> np.ndarray:
    """Return exp of a log cumulative hazard, capped where survival is zero."""
    hazard: np.ndarray = np.exp(np.minimum(log, LARGEST))
    return hazard


SCALES: Mapping[ScaleName, Scale] = {
    "identity": Scale(np.asarray, np.asarray, np.ones_like),
    "log": Scale(np.log, np.exp, lambda x: 1 / x),
    "logit": Scale(
        lambda p: np.asarray(scipy.special.logit(p)),  # which is slow to load
        lambda y: np.asarray(scipy.special.expit(y)),
        lambda p: 1 / (p * (1 - p)),
    ),
    # log(−log(1 − p)), for a probability of failure
    "cloglog": Scale(
        lambda p: np.log(-np.log1p(-p)),
        lambda y: -np.expm1(-_to_cumulative_hazard(y)),
        lambda p: -1 / ((1 - p) * np.log1p(-p)),
    ),
    # log(−log s), the same for a probability of survival
    "loglog": Scale(
        lambda s: np.log(-np.log(s)),
        lambda y: np.exp(-_to_cumulative_hazard(y)),
        lambda s: 1 / (s * np.log(s)),
    ),
}


@dataclass(frozen=True, slots=True)
class Wald:
    """Wald limits: estimate ± t(df) standard errors on a scale, transformed back."""

    estimate: float
    se: float
    scale: ScaleName
    df: float = math.inf
    bounds: tuple[float, float] = (-math.inf, math.inf)

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper Wald limit at `level`."""
        reach = float(scipy.special.stdtrit(self.df, (1 + level) / 2)) * self.se
        scale = SCALES[self.scale]
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = scale.forward(self.estimate)
            ends = scale.inverse(centre - reach), scale.inverse(centre + reach)
        if not np.isfinite(centre):  # at the edge of the scale it says nothing
            return math.nan, math.nan
        low, high = np.clip(np.sort(np.array(ends)), *self.bounds)
        return float(low), float(high)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and its standard error on a scale (delta method)."""
        centre = float(SCALES[scale].forward(self.estimate))
        if scale == self.scale:
            return centre, self.se
        there, here = (
            float(SCALES[name].slope(self.estimate)) for name in (scale, self.scale)
        )
        return centre, self.se * abs(there / here)


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its two-sided confidence interval.

    >>> rule = Wald(2.0, se=0.1, scale="log", df=19)
    >>> print(Interval.of(2.0, rule, method="log scale, t(19)", n=100, clusters=20))
    2 [1.62, 2.47]
    """

    # in the estimate's own unit; ``inf`` where a time was not reached
    estimate: float
    low: float
    high: float
    level: float  # of confidence, such as 0.95
    method: str  # how the limits were made, for people
    n: int  # units that entered
    clusters: int  # independent ones that they form
    # the rule for the limits at other levels, where they are Wald's
    wald: Wald | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        estimate: float,
        limits: Wald | tuple[float, float],
        *,
        method: str,
        n: int,
        clusters: int,
        level: float = 0.95,
    ) -> Self:
        """Build an interval from an estimate and its limits, or the rule for them."""
        if not 0 <= level <= 1:
            check_share(level, "level")
        rule = limits if isinstance(limits, Wald) else None
        low, high = limits(level) if isinstance(limits, Wald) else limits
        return cls(estimate, low, high, level, method, n, clusters, rule)

    def __str__(self) -> str:
        return f"{self.estimate:.3g} [{self.low:.3g}, {self.high:.3g}]"

    def _repr_html_(self) -> str:  # `repr` keeps all digits
        return f"<p>{self}, {self.level:.0%}, {escape(self.method)}, n = {self.n:,}</p>"


def enclose(estimate: Interval, *bounds: Interval) -> Interval:
    """Return an estimate with limits that enclose several intervals."""
    low = min(each.low for each in (estimate, *bounds))
    high = max(each.high for each in (estimate, *bounds))
    return replace(estimate, low=low, high=high, wald=None)


def enclose_all(intervals: Iterable[Interval]) -> Interval:
    """Return the first of several estimates, with limits that enclose all."""
    first, *others = intervals
    return enclose(first, *others) if others else first


LEVEL = 0.95


def compute_clopper_pearson(
    successes: float, n: float, level: float = LEVEL
) -> tuple[float, float]:
    """Return the limits of a proportion from inverting the binomial test."""
    find, tail = scipy.special.betaincinv, (1 - level) / 2
    low = find(successes, n - successes + 1, tail) if successes > 0 else 0.0
    if successes == n:
        return float(low), 1.0
    return float(low), float(find(successes + 1, n - successes, 1 - tail))


def compute_exact_interval(successes: int, n: int, *, level: float = LEVEL) -> Interval:
    """Return a proportion with its Clopper–Pearson interval, as used in verdicts.

    Clopper and Pearson (1934), Biometrika 26, 404–413.
    """
    _check_counts(successes, n)
    limits = compute_clopper_pearson(successes, n, level)
    return Interval.of(
        successes / n, limits, method="Clopper–Pearson", n=n, clusters=n, level=level
    )


def compute_wilson_interval(successes: float, n: int) -> Interval:
    """Return a proportion with its Wilson interval, as used in descriptions.

    Wilson (1927), JASA 22, 209–212.

    >>> print(compute_wilson_interval(200, 343))
    0.583 [0.53, 0.634]
    """
    _check_counts(successes, n)
    z, p = float(scipy.special.ndtri((1 + LEVEL) / 2)), successes / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (p * (1 - p) / n + (z / (2 * n)) ** 2) ** 0.5
    limits = max(0.0, centre - reach), min(1.0, centre + reach)
    return Interval.of(p, limits, method="Wilson", n=n, clusters=n)


def _check_counts(successes: float, n: int) -> None:
    if not 0 <= successes <= n or n == 0:
        raise ShequnError(f"{successes} of {n} is no proportion", where="proportion")
