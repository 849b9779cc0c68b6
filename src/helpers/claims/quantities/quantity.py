"""A quantity that an estimator reads from a study, with how it was measured.

Complete counts and bounds are intervals without sampling error.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from helpers.claims.contract.finding import (
    Components,
    Finding,
    Sets,
    Specification,
    list_alternatives,
    multiply_sets,
    take_first_choices,
)
from helpers.claims.contract.gates import Gate
from helpers.survival import Interval
from helpers.survival.interval import SCALES, ScaleName

R = TypeVar("R")
NEXT_TO_NOTHING = 1e-9  # a census's error; weights are its inverse, so it is not 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Generic[R]):
    """Data of one variable, its definition, requirements, and limits on verdicts.

    Attributes
    ----------
    rows
        Computes them, by a choice of each of `sets`.
    definition
        What was counted as what, in a finding's words.
    sets
        Other reasonable ways to have measured it in these tables.
    biased
        Words of choices in `sets` that are shown and do not count.
    qualifiers
        What has to be printed after a verdict that rests on them.
    gate
        Asks the tables or the rows for what an estimate needs.
    note
        What a reader has to know about these rows.
    standing
        Fields of `Finding` that limit what they may decide, or name the measure.
    """

    rows: Callable[..., R]
    definition: str
    sets: Sets = field(default_factory=dict)
    biased: Collection[str] = ()
    qualifiers: tuple[str, ...] = ("association",)
    gate: Callable[..., tuple[Gate, ...]] = lambda *_: ()
    note: str = ""
    standing: Mapping[str, Any] = field(default_factory=dict)

    def vary(
        self, estimate: Callable[[R], Interval | Components]
    ) -> tuple[Specification, ...]:
        """Compute an estimate under every other combination of analytic choices."""

        def way(**choices: Any) -> Interval | Components:  # noqa: ANN401 - as the sets have
            return estimate(self.rows(**choices))

        if len(self.sets) > 1:
            return multiply_sets(self.sets, way, biased=self.biased)
        return list_alternatives(
            {words: partial(way, **choice) for words, choice in self.others.items()}
        )

    def build_finding(
        self,
        rows: R,
        estimate: Callable[[R], Interval | Components],
        gates: tuple[Gate, ...],
        **more: Any,  # noqa: ANN401 - other fields of `Finding`, instead of its own
    ) -> Finding:
        """Build the result of an estimator: primary estimate and alternatives.

        Parameters
        ----------
        rows
            Those of the deciding choices.
        estimate
            Computes the intervals from any rows.
        gates
            Those that the deciding rows passed.
        """
        components = estimate(rows)
        own = {
            "specifications": self.vary(estimate),
            "qualifiers": self.qualifiers,
            "note": self.note,
            **self.standing,
        }
        return Finding(
            components=components if isinstance(components, tuple) else (components,),
            definition=self.definition,
            gates=gates,
            **(own | more),
        )

    @property
    def others(self) -> dict[str, dict[str, Any]]:
        """Each option but the primary one of each analytic choice, by its words."""
        return {
            words: {of: value}
            for of, values in self.sets.items()
            for words, value in list(values.items())[1:]
        }

    @property
    def chosen(self) -> dict[str, Any]:
        """The primary option of each analytic choice, except the choice of model."""
        first = take_first_choices(self.sets)
        return {name: first[name] for name in first if name != "model"}


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
