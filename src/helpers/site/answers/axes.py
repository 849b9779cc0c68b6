"""Axes of small charts on pages, in percent of their width."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.claims.contract.card import Of
from helpers.site.answers.board import Range

MARGIN = 0.06
TICKS = 5
COARSE, FINE = (1, 2, 5), (1, 1.2, 1.5, 2, 3, 5, 7)  # in each power of ten
QUARTERS = [0.0, 0.25, 0.5, 0.75, 1.0]  # a phone shows every other one, and both ends
FEW = 3  # fewer ticks are no scale


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear or logarithmic chart axis from `low` to `high`."""

    low: float
    high: float
    log: bool

    def place(self, value: float) -> float:
        """Return the position of a value on the axis in percent, clipped.

        >>> Axis(0.1, 10.0, log=True).place(1.0), Axis(0.0, 1.0, log=False).place(2.0)
        (50.0, 100.0)
        """
        if value <= self.low or value >= self.high:
            return 0.0 if value <= self.low else 100.0
        low, high, at = (self._scaled(v) for v in (self.low, self.high, value))
        return round(100 * (at - low) / (high - low), 2)

    def _scaled(self, value: float) -> float:
        return math.log(value) if self.log else value

    @property
    def ticks(self) -> list[float]:
        """Return a few round values within the axis, to be labelled."""
        if self.log:
            return _round_ratios(self.low, self.high)
        if (self.low, self.high) == (0, 1):
            return QUARTERS
        return _round_values(self.low, self.high)


def _round_values(low: float, high: float) -> list[float]:
    step = _round_step((high - low) / TICKS)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 10) for k in range(first, last + 1)]


def _round_step(rough: float) -> float:
    size = 10.0 ** math.floor(math.log10(rough))
    return next(size * k for k in (1, 2, 5, 10) if size * k >= rough * (1 - 1e-9))


def _round_ratios(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in (COARSE, FINE):
        candidates = [float(f"{m * 10.0**p:g}") for p in powers for m in steps]
        inside = [value for value in candidates if low <= value <= high]
        if len(inside) >= FEW:
            return inside[:: 1 + len(inside) // (TICKS + 2)]
    return _round_values(low, high)


def choose_axis(ranges: Iterable[Range], marks: Sequence[float | None], of: Of) -> Axis:
    """Choose a chart axis that shows all estimates and thresholds of a claim.

    Shares stand between 0 and 1; differences show 0, ratios 1 on a logarithmic axis.
    """
    if of == "share":
        return Axis(0.0, 1.0, log=False)
    differs = of in {"difference", "points"}
    marks = [*marks, 0.0] if differs else [*marks, *([1.0] if of == "ratio" else [])]
    numbers = [
        v for bounds in ranges for v in (bounds.estimate, bounds.low, bounds.high)
    ]
    numbers += [mark for mark in marks if mark is not None]
    finite = [value for value in numbers if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    if low > 0 and not differs:
        pad = (high / low) ** MARGIN if high > low else 2.0
        return Axis(low / pad, high * pad, log=True)
    pad = (high - low) * MARGIN or 1.0
    return Axis(low - pad, high + pad, log=False)
