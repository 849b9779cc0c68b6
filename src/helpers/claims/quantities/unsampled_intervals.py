"""Intervals without sampling error: complete counts, and bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from helpers.survival import Interval
from helpers.survival.interval import SCALES, ScaleName

NEXT_TO_NOTHING = 1e-9  # a census's error; weights are its inverse, so it is not 0


@dataclass(frozen=True, slots=True)
class _FixedLimits:
    """Fixed limits, the same at every confidence level, of a value without error."""

    value: float
    low: float
    high: float

    def __call__(self, level: float) -> tuple[float, float]:  # noqa: ARG002 - as all limits
        """Return the fixed lower and upper limit at any level."""
        return self.low, self.high

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the value on a scale with a negligible standard error."""
        return float(SCALES[scale].forward(self.value)), NEXT_TO_NOTHING


def count_exactly(of: npt.ArrayLike) -> Interval:
    """Return the share in a complete list, without sampling error.

    >>> print(count_exactly([True, True, False]))
    0.667 [0.667, 0.667]
    """
    flags = np.asarray(of, bool)
    share = float(flags.mean())
    return build_range(share, share, share, method="census", n=len(flags))


def build_range(
    value: float, low: float, high: float, *, method: str, n: int
) -> Interval:
    """Build an interval with fixed limits, such as bounds or a range of counts.

    >>> print(
    ...     build_range(0.4, 0.3, 0.6, method="lowest to highest of 4 windows", n=100)
    ... )
    0.4 [0.3, 0.6]
    """
    limits = _FixedLimits(float(value), float(low), float(high))
    return Interval.of(float(value), limits, method=method, n=n, clusters=n)


@dataclass(frozen=True, slots=True)
class _Hull:
    """Confidence limits that enclose the limits of several estimates."""

    parts: tuple[Interval, ...]

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the smallest lower and the largest upper limit at `level`."""
        ends = [part.at_level(level) for part in self.parts]
        return min(end.low for end in ends), max(end.high for end in ends)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the first estimate and the largest standard error on a scale."""
        errors = [part.on_scale(scale)[1] for part in self.parts]
        return self.parts[0].on_scale(scale)[0], max(errors)


def enclose_bounds(estimate: Interval, *bounds: Interval, why: str) -> Interval:
    """Return an estimate with limits that enclose those of its bounds.

    A verdict then holds only if it holds whichever bound is the truth.
    """
    limits = _Hull((estimate, *bounds))
    low, high = limits(estimate.level)
    method = f"{estimate.method}; {why}"
    return replace(estimate, low=low, high=high, limits=limits, method=method)


@dataclass(frozen=True, slots=True)
class _Complement:
    """Confidence limits of one minus a probability."""

    part: Interval

    def __call__(self, level: float) -> tuple[float, float]:
        """Return one minus the upper and one minus the lower limit."""
        other = self.part.at_level(level)
        return 1 - other.high, 1 - other.low

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return one minus the estimate on a scale, and its standard error."""
        value = 1 - self.part.estimate
        slope = float(abs(SCALES[scale].slope(value)))
        return float(SCALES[scale].forward(value)), self.part.se * slope


def compute_complement(part: Interval) -> Interval:
    """Compute one minus a probability, with its interval.

    >>> from helpers.inference import compute_exact_interval
    >>> print(compute_complement(compute_exact_interval(5, 100)))
    0.95 [0.887, 0.984]
    """
    limits = _Complement(part)
    low, high = limits(part.level)
    value = 1 - part.estimate
    return replace(part, estimate=value, low=low, high=high, limits=limits)
