"""An estimate with its confidence interval, recomputable at other levels.

Verdicts need one estimate at several levels: 95 %, 90 % for equivalence, wider for
several components or corpora. So an interval carries the rule that made its limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Literal, NamedTuple, Protocol, Self

import numpy as np
from scipy import special

from helpers.checks import check_share

ScaleName = Literal["identity", "log", "logit", "fisher", "cloglog", "loglog"]
LARGEST = 700.0  # e to the power of more than 709 is no float any more
NEXT_TO_NOTHING = 1e-9  # a census's error; weights are its inverse, so it is not 0
WIDTH_95 = 3.92  # standard errors


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
    "logit": Scale(special.logit, special.expit, lambda p: 1 / (p * (1 - p))),
    # Fisher's z, for a correlation
    "fisher": Scale(np.arctanh, np.tanh, lambda r: 1 / (1 - r**2)),
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


class Limits(Protocol):
    """A rule that gives the two confidence limits of an estimate at any level."""

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper confidence limit at `level`."""

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and its standard error on a transformed scale."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its two-sided confidence interval.

    Attributes
    ----------
    estimate, low, high
        In the estimate's own unit; ``inf`` where a time was not reached.
    level
        Confidence level, such as 0.95.
    method
        How the limits were made, for people.
    n, clusters
        How many units entered and how many independent clusters they form.

    Examples
    --------
    >>> rule = Wald(2.0, se=0.1, scale="log", df=19)
    >>> ratio = Interval.of(2.0, rule, method="log scale, t(19)", n=100, clusters=20)
    >>> print(ratio)
    2 [1.62, 2.47]
    >>> print(ratio.at_level(0.90))
    2 [1.68, 2.38]
    """

    estimate: float
    low: float
    high: float
    level: float
    method: str
    n: int
    clusters: int
    limits: Limits = field(repr=False)

    @classmethod
    def of(
        cls,
        estimate: float,
        limits: Limits,
        *,
        method: str,
        n: int,
        clusters: int,
        level: float = 0.95,
    ) -> Self:
        """Build an interval from an estimate and the rule for its confidence limits."""
        if not 0 <= level <= 1:
            check_share(level, "level")
        low, high = limits(level)
        return cls(estimate, low, high, level, method, n, clusters, limits)

    def at_level(self, level: float) -> Self:
        """Return the same estimate with confidence limits at another level."""
        if not 0 <= level <= 1:
            check_share(level, "level")
        low, high = self.limits(level)
        return replace(self, low=low, high=high, level=level)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and its standard error on a transformed scale."""
        return self.limits.on_scale(scale)

    def scaled(self, factor: float, scale: ScaleName) -> Self:
        """Multiply estimate and limits by a factor on a scale such as the logarithm.

        Examples
        --------
        >>> rule = Wald(2.0, se=0.1, scale="log", df=19)
        >>> ratio = Interval.of(2.0, rule, method="", n=100, clusters=20)
        >>> print(ratio, "→", ratio.scaled(2, "log"))
        2 [1.62, 2.47] → 4 [2.63, 6.08]
        """
        limits = _Scaled(self.limits, factor, scale)
        return replace(
            self,
            estimate=_stretch_limit(self.estimate, factor, scale),
            low=_stretch_limit(self.low, factor, scale),
            high=_stretch_limit(self.high, factor, scale),
            limits=limits,
        )

    @property
    def se(self) -> float:
        """Standard error of the estimate on its own scale."""
        return self.on_scale("identity")[1]

    def __str__(self) -> str:
        return f"{self.estimate:.3g} [{self.low:.3g}, {self.high:.3g}]"

    def _repr_html_(self) -> str:  # `repr` keeps all digits
        return f"<p>{self}, {self.level:.0%}, {escape(self.method)}, n = {self.n:,}</p>"


def _stretch_limit(value: float, factor: float, scale: ScaleName) -> float:
    to = SCALES[scale]
    with np.errstate(divide="ignore"):
        return float(to.inverse(factor * to.forward(value)))


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Limits of an estimate that was multiplied by a constant."""

    limits: Limits
    factor: float
    scale: ScaleName

    def __call__(self, level: float) -> tuple[float, float]:
        low, high = self.limits(level)
        return (
            _stretch_limit(low, self.factor, self.scale),
            _stretch_limit(high, self.factor, self.scale),
        )

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        estimate, se = self.limits.on_scale(self.scale)
        to = SCALES[self.scale]
        value = to.inverse(np.float64(self.factor * estimate))
        spread = self.factor * se / to.slope(value)  # in the estimate's own unit
        if scale == "identity":
            return float(value), float(spread)
        other = SCALES[scale]
        return float(other.forward(value)), float(spread * other.slope(value))


@dataclass(frozen=True, slots=True)
class Wald:
    """Wald limits: estimate ± t(df) standard errors on a scale, transformed back.

    Parameters
    ----------
    estimate
        In its own unit.
    se
        Standard error on the scale.
    scale
        Where the estimate is taken to be normal.
    df
        Degrees of freedom of Student's t; infinite for the normal distribution.
    bounds
        The range in which the estimand lies.
    """

    estimate: float
    se: float
    scale: ScaleName
    df: float = math.inf
    bounds: tuple[float, float] = (-math.inf, math.inf)

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper Wald limit at `level`."""
        reach = float(special.stdtrit(self.df, (1 + level) / 2)) * self.se
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
class Replicates:
    """Percentile limits from sorted bootstrap replicates."""

    estimate: float
    values: tuple[float, ...]

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper percentile limit at `level`."""
        # "lower"/"higher" never average a finite replicate with an infinite one
        low = np.quantile(self.values, (1 - level) / 2, method="lower")
        high = np.quantile(self.values, (1 + level) / 2, method="higher")
        return float(low), float(high)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and the replicates' standard deviation on a scale."""
        forward = SCALES[scale].forward
        spread = np.std(forward(np.asarray(self.values)), ddof=1)
        return float(forward(self.estimate)), float(spread)


@dataclass(frozen=True, slots=True)
class Fixed:
    """Limits that are the same at every level: of a census, or stored ones."""

    estimate: float
    low: float
    high: float

    def __call__(self, level: float) -> tuple[float, float]:  # noqa: ARG002 - as all limits
        """Return the two limits."""
        return self.low, self.high

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the estimate and the error of a 95 % interval on a scale."""
        forward = SCALES[scale].forward
        low, high = forward(np.array([self.low, self.high]))
        return float(forward(self.estimate)), max(
            float(high - low) / WIDTH_95, NEXT_TO_NOTHING
        )


@dataclass(frozen=True, slots=True)
class _Hull:
    """Limits that enclose the limits of several estimates."""

    parts: tuple[Interval, ...]

    def __call__(self, level: float) -> tuple[float, float]:
        ends = [part.at_level(level) for part in self.parts]
        return min(end.low for end in ends), max(end.high for end in ends)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        errors = [part.on_scale(scale)[1] for part in self.parts]
        return self.parts[0].on_scale(scale)[0], max(errors)


def enclose(estimate: Interval, *bounds: Interval) -> Interval:
    """Return an estimate with limits that enclose several intervals."""
    limits = _Hull((estimate, *bounds))
    low, high = limits(estimate.level)
    return replace(estimate, low=low, high=high, limits=limits)


def enclose_all(intervals: Iterable[Interval]) -> Interval:
    """Return the first of several estimates, with limits that enclose all."""
    first, *others = intervals
    return enclose(first, *others) if others else first


@dataclass(frozen=True, slots=True)
class _Complement:
    """Limits of one minus a probability."""

    part: Interval

    def __call__(self, level: float) -> tuple[float, float]:
        other = self.part.at_level(level)
        return 1 - other.high, 1 - other.low

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        value = 1 - self.part.estimate
        slope = float(abs(SCALES[scale].slope(value)))
        return float(SCALES[scale].forward(value)), self.part.se * slope


def compute_complement(part: Interval) -> Interval:
    """Return one minus a share, with its interval.

    >>> from helpers.inference import compute_exact_interval
    >>> print(compute_complement(compute_exact_interval(5, 100)))
    0.95 [0.887, 0.984]
    """
    limits = _Complement(part)
    low, high = limits(part.level)
    return replace(part, estimate=1 - part.estimate, low=low, high=high, limits=limits)
