"""Quantiles of a decreasing step function: medians and their confidence limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from helpers.survival.interval import SCALES

if TYPE_CHECKING:
    from helpers.arrays import Floats
    from helpers.survival.curves.curve import CurveScale, SurvivalCurve
    from helpers.survival.interval import ScaleName

TOLERANCE = 1e-9  # a product of fractions meets one half only up to rounding


@dataclass(frozen=True, slots=True)
class MedianLimits:
    """Confidence limits of a median lifetime: where a curve's limits cross one half."""

    curve: SurvivalCurve
    scale: CurveScale

    def __call__(self, level: float) -> tuple[float, float]:
        """Return the lower and upper limit of the median at `level`."""
        lower, upper = self.curve.limits(level, self.scale)
        times = self.curve.times
        return find_crossing(times, lower, 0.5), find_crossing(times, upper, 0.5)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the median and its standard error on a transformed scale."""
        forward = SCALES[scale].forward
        low, high = forward(np.array(self(0.95)))
        width = 2 * special.ndtri(0.975)
        return float(forward(self.curve.median)), float((high - low) / width)


def find_crossing(times: Floats, survival: Floats, height: float) -> float:
    """Return the first time a decreasing curve reaches a height; else ``inf``."""
    reached = survival <= height + TOLERANCE
    if not reached.any():
        return math.inf
    below = survival < height - TOLERANCE
    first = times[np.argmax(reached)]
    last = (
        times[np.argmax(below)] if below.any() else _find_last_height(times, survival)
    )
    return float((first + last) / 2)


def _find_last_height(times: Floats, survival: Floats) -> float:
    return float(times[~np.isnan(survival)][-1])
