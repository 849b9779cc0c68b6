"""The Kaplan–Meier curve with delayed entry: limits, quantiles, numbers at risk."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Real
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from helpers.arrays import Bools, Floats
from helpers.checks import (
    check_choice,
    check_column,
    check_lengths,
    check_share,
    read_days,
    read_flags,
    read_weights,
)
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.survival.interval import SCALES, Interval, ScaleName, Wald

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOLERANCE = 1e-9  # a product of fractions meets one half only up to rounding
FEWEST_AT_RISK = 20  # where a curve may begin under delayed entry

CurveScale = Literal["plain", "log", "loglog", "cloglog"]

SCALE_OF: Mapping[CurveScale, ScaleName] = {
    "plain": "identity",
    "log": "log",
    "loglog": "loglog",
    "cloglog": "loglog",  # cloglog of 1 − S is loglog of S
}


def find_crossing(times: Floats, survival: Floats, height: float) -> float:
    """Return the first time a decreasing curve reaches a height; else ``inf``."""
    reached = survival <= height + TOLERANCE
    if not reached.any():
        return math.inf
    below = survival < height - TOLERANCE
    first = times[np.argmax(reached)]
    known = times[~np.isnan(survival)]
    last = times[np.argmax(below)] if below.any() else known[-1]
    return float((first + last) / 2)


@dataclass(frozen=True, eq=False, repr=False)
class SurvivalCurve:
    """A Kaplan–Meier curve; arrays run over its distinct times, the start first.

    Kaplan and Meier (1958), JASA 53, 457–481; Greenwood (1926) for the variance.
    """

    times: Floats  # the start, then every distinct entry, event or censoring time
    # how many began to be watched, ended or were censored at each time; who is watched
    # from the origin on counts as entered at the start
    entered: Floats
    events: Floats
    censored: Floats

    @cached_property
    def at_risk(self) -> Floats:
        """Number of lifetimes at risk just before each time of the curve."""
        late = np.where(self.times > self.times[0], self.entered, 0.0)
        exits = self.events + self.censored
        at_risk: Floats = np.cumsum(self.entered - exits) - late + exits
        return at_risk

    @cached_property
    def survival(self) -> Floats:
        """Kaplan–Meier survival probability at each time."""
        alive = 1 - divide_or_zero(self.events, self.at_risk)
        return np.cumprod(alive, dtype=np.float64)

    @cached_property
    def log_variance(self) -> Floats:
        """Greenwood's variance of log S; infinite once S is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            step = divide_or_zero(self.events, self.at_risk) / (
                self.at_risk - self.events
            )
        total: Floats = np.cumsum(np.where(self.events > 0, step, 0.0))
        return total

    def __repr__(self) -> str:
        counts = f"n={self.n:g}, ended={self.events.sum():g}"
        return f"SurvivalCurve({counts}, median={self.median:.4g} days)"

    def _repr_html_(self) -> str:
        table = self.to_frame()
        return f"<p>{self!r}<br>first 5 of {len(table)}:</p>{table.head().to_html()}"

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return the curve as a table, one row per distinct time.

        Its limits are Greenwood's on the log(−log S) scale, and 1 while S is 1. At risk
        are those just before each time, as in R's ``summary(survfit)``.

        >>> from helpers.survival.kaplan_meier import estimate_survival
        >>> curve = estimate_survival([1, 2, 3], [True, False, True])
        >>> curve.to_frame()["survival"].round(2).tolist()
        [1.0, 0.67, 0.67, 0.0]
        """
        lower, upper = self.limits(level, "loglog")
        return pd.DataFrame(
            {
                "days": self.times,
                "survival": self.survival,
                "lower": lower,
                "upper": upper,
                "at_risk": _to_counts(self.at_risk),
                "ended": _to_counts(self.events),
                "censored": _to_counts(self.censored),
            }
        )

    def plot(
        self, ax: Axes | None = None, *, label: str | None = None, at_risk: bool = True
    ) -> Axes:
        """Draw the curve as steps with its 95% limits and return the axes.

        Numbers at risk, just before each age, stand below the axis; further curves in
        the same axes get lines of their own.
        """
        if isinstance(ax, str):
            raise ShequnError(
                f"{ax!r} is no axes of Matplotlib",
                where="plot",
                remedy=f"use plot(label={ax!r}) to name the curve",
            )
        import matplotlib.pyplot as plt  # noqa: PLC0415 - only where it is drawn

        axes = plt.gca() if ax is None else ax
        table = self.to_frame()
        (line,) = axes.step(table["days"], table["survival"], where="post", label=label)
        axes.fill_between(
            table["days"], table["lower"], table["upper"],
            step="post", alpha=0.2, color=line.get_color(), linewidth=0,
        )  # fmt: skip
        axes.set(xlabel="days", ylabel="share still active", ylim=(0, 1.02))
        if label is not None:
            axes.legend()
        if at_risk:
            self._write_at_risk(axes, label or "at risk", line.get_color())
        return axes

    def _write_at_risk(self, axes: Axes, label: str, colour: object) -> None:
        ticks = np.asarray(axes.get_xticks(), np.float64)
        ages = ticks[(ticks >= self.times[0]) & (ticks <= self.times[-1])]
        counts = _to_counts(self._count_at_risk(ages))
        height = -0.2 - 0.06 * (len(axes.get_lines()) - 1)
        axes.text(-0.02, height, label, transform=axes.transAxes, ha="right",
                  color=colour, fontsize="small")  # fmt: skip
        for age, count in zip(ages, counts, strict=True):
            axes.text(
                age, height, f"{count:,}", transform=axes.get_xaxis_transform(),
                ha="center", color=colour, fontsize="small",
            )  # fmt: skip

    def _count_at_risk(self, ages: Floats) -> Floats:
        """Count lifetimes at risk just before given ages, as R's `survfit` does."""
        index = np.searchsorted(self.times, ages, side="left")
        gone = np.concatenate([[0.0], np.cumsum(self.events + self.censored)])
        # at the start those who enter there are at risk already
        entered = np.cumsum(self.entered)[np.maximum(index - 1, 0)]
        counts: Floats = entered - gone[index]
        return counts

    @property
    def n(self) -> float:
        """Number of lifetimes that ever entered observation."""
        return float(self.entered.sum())

    @property
    def median(self) -> float:
        """Median survival time in the unit of the durations; ``inf`` if not reached."""
        return self.quantile(0.5)

    def at(self, time: float) -> float:
        """Return S(time); raise where nobody was watched."""
        return float(self.survival[self._index(time)])

    def _index(self, time: float) -> int:
        _check_age(time)
        start, last = self.times[0], self.times[-1]
        if time < start or (time > last and self.survival[-1] > 0):
            raise NotIdentifiableError(
                f"S({time:g}) is outside the observed ages ({start:g} to {last:g})",
                where="Kaplan–Meier",
                remedy="choose a horizon inside it",
            )
        return int(np.searchsorted(self.times, time, side="right")) - 1

    def interval(
        self, time: float, *, level: float = 0.95, scale: CurveScale = "loglog"
    ) -> Interval:
        """Return S(time) with a confidence interval from Greenwood's variance.

        It takes groups for independent; where they share networks, use
        `estimates.estimate_failure_probability`, which draws whole clusters. The limits
        are symmetric on a scale: ``plain``, ``log``, ``loglog`` (of S, the default) or
        ``cloglog`` (of 1 − S, the same limits).
        """
        j = self._index(time)
        rule = Wald(
            float(self.survival[j]),
            float(self._standard_errors(scale)[j]),
            SCALE_OF[scale],
            bounds=(0.0, 1.0),
        )
        method, n = f"Greenwood, {scale}", round(self.n)
        found = Interval.of(
            rule.estimate, rule, method=method, n=n, clusters=n, level=level
        )
        if 0 < rule.estimate < 1:
            return found
        low, high = self.limits(level, scale)  # at an end, variance is not defined
        return replace(found, low=float(low[j]), high=float(high[j]))

    def limits(self, level: float, scale: CurveScale) -> tuple[Floats, Floats]:
        """Return the lower and the upper pointwise confidence limits at every time."""
        check_share(level, "level")
        reach = scipy.special.ndtri((1 + level) / 2) * self._standard_errors(scale)
        forward, inverse, _ = SCALES[SCALE_OF[scale]]
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = forward(self.survival)
            ends = np.array([inverse(centre - reach), inverse(centre + reach)])
        ends = np.clip(np.sort(ends, axis=0), 0.0, 1.0)
        # before the first end, variance is not defined on every scale
        lower, upper = np.where(self.survival == 1, 1.0, ends)
        return np.where(self.survival > 0, lower, 0.0), upper

    def _standard_errors(self, scale: CurveScale) -> Floats:
        check_choice(scale, SCALE_OF, "scale")
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = SCALES[SCALE_OF[scale]].slope(self.survival)
            errors: Floats = np.abs(slope * self.survival) * np.sqrt(self.log_variance)
        return errors

    def quantile(self, share: float) -> float:
        """Return the age by which a given share has ended; ``inf`` if never.

        The share lies between 0 and 1. Where S stays at 1 − share for a while it is the
        middle of that stretch, as the median of an even number of values is.

        >>> from helpers.survival.kaplan_meier import estimate_survival
        >>> estimate_survival([1, 2, 3, 4], [True] * 4).median
        2.5
        """
        check_share(share, "share")
        return find_crossing(self.times, self.survival, 1 - share)

    def median_interval(
        self, *, level: float = 0.95, scale: CurveScale = "log"
    ) -> Interval:
        """Return the median lifetime with the interval read off the limits.

        The default scale is ``log``, that of R's ``survfit``, so that printed medians
        can be compared; that of `interval` is ``loglog``, which keeps within 0 and 1.

        Brookmeyer and Crowley (1982), Biometrics 38, 29–41.
        """
        low, high = (
            find_crossing(self.times, limit, 0.5) for limit in self.limits(level, scale)
        )
        method, n = f"Brookmeyer–Crowley, {scale}", round(self.n)
        return Interval.of(
            self.median, (low, high), method=method, n=n, clusters=n, level=level
        )

    def from_at_risk(self, minimum: float = FEWEST_AT_RISK) -> SurvivalCurve:
        """Return the curve of those who reach the first age with `minimum` at risk.

        Under delayed entry the first risk sets hold one or two, and one death there
        would send the curve to 0 for good. Raise if there are never so many at risk.
        """
        watched = np.cumsum(self.entered - self.events - self.censored)
        if self.entered[0] >= minimum:
            return self
        if not (enough := watched >= minimum).any():
            raise NotIdentifiableError(
                f"never {minimum:g} at risk at once", where="Kaplan–Meier"
            )
        start = int(np.argmax(enough))
        opening = np.zeros(len(self.times) - start)
        opening[0] = 1.0
        later = 1 - opening
        return SurvivalCurve(
            self.times[start:],
            self.entered[start:] * later + watched[start] * opening,
            self.events[start:] * later,
            self.censored[start:] * later,
        )


def _check_age(age: object) -> None:
    if not isinstance(age, Real):
        raise ShequnError(
            f"{age!r} is no number of days",
            where="Kaplan–Meier",
            remedy="give one age, such as 90; curve.to_frame() has all",
        )


def _to_counts(counts: Floats) -> npt.NDArray[np.int64] | Floats:
    """Return whole numbers as integers; weighted counts may be fractions."""
    whole = np.rint(counts)
    return whole.astype(np.int64) if np.array_equal(whole, counts) else counts


def divide_or_zero(part: Floats, whole: Floats) -> Floats:
    """Divide arrays; 0 wherever the numerator is 0, even over a denominator of 0.

    >>> divide_or_zero(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    shares: Floats = np.divide(part, whole, out=np.zeros_like(part), where=part > 0)
    return shares


def estimate_survival(
    durations: npt.ArrayLike,
    ended: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
) -> SurvivalCurve:
    """Estimate the Kaplan–Meier curve from censored, possibly late-entering lifetimes.

    Parameters
    ----------
    durations : shape (n,)
        Age at the end or at censoring, in days, or as time differences. At equal ages
        ends come first.
    ended : shape (n,)
        Whether the lifetime ended then: booleans, or 0 and 1.
    entry : shape (n,)
        Age from which on it was watched: at risk on (entry, duration]. An entry of
        0 means from the origin on, the origin included, so that ends at age 0 count.
    weights : shape (n,)
        How often each row counts; not negative.

    Raises
    ------
    ShequnError
        If there are no rows, lengths differ, a value is negative or not a number,
        `ended` holds anything but true, false, 0 and 1, or an entry does not precede
        its duration.

    Examples
    --------
    >>> curve = estimate_survival([1, 2, 2, 3], [True, True, False, True])
    >>> curve.survival.tolist(), curve.at(2.5)
    ([1.0, 0.75, 0.5, 0.0], 0.5)
    """
    exits, ends, start = check_lifetimes(durations, ended, entry)
    counts = (
        np.ones(len(exits)) if weights is None else read_weights(weights, len(exits))
    )
    times = np.unique(np.concatenate([[0.0], start, exits]))
    at_exit, at_entry = np.searchsorted(times, exits), np.searchsorted(times, start)

    def tally(index: npt.NDArray[np.intp], count: Floats) -> Floats:
        return np.bincount(index, count, minlength=len(times)).astype(np.float64)

    return SurvivalCurve(
        times,
        tally(at_entry, counts),
        tally(at_exit, counts * ends),
        tally(at_exit, counts * ~ends),
    )


def _check_columns(**columns: npt.ArrayLike | None) -> None:
    for name, values in columns.items():
        if values is not None and getattr(values, "ndim", 0) != 1:
            check_column(values, name)


def check_lifetimes(
    durations: npt.ArrayLike, ended: npt.ArrayLike, entry: npt.ArrayLike | None
) -> tuple[Floats, Bools, Floats]:
    """Check lifetimes and return them as arrays (durations, ended, entry)."""
    _check_columns(durations=durations, ended=ended, entry=entry)
    exits, ends = np.asarray(durations), np.asarray(ended)
    start = np.zeros(len(exits)) if entry is None else np.asarray(entry)
    if exits.dtype != np.float64:
        exits = read_days(durations, "durations")
    if start.dtype != np.float64:
        start = read_days(start, "entry")
    if ends.dtype != np.bool_:
        ends = read_flags(ended, "ended")
    if not len(exits):
        raise NotIdentifiableError(
            "there are no lifetimes", where="lifetimes",
            remedy="give one row a group; see which step left none",
        )  # fmt: skip
    lengths = {"durations": len(exits), "ended": len(ends), "entry": len(start)}
    check_lengths(lengths)
    faults = {
        "have a negative or missing duration or entry": ~((exits >= 0) & (start >= 0)),
        "enter no sooner than they end": (start > 0) & (start >= exits),
    }
    for fault, rows in faults.items():
        if rows.any():
            raise ShequnError(
                f"{rows.sum()} of {len(exits)} lifetimes {fault}",
                where=f"durations, row {np.argmax(rows)}",
                remedy="leave out the rows of groups that were never observed",
            )
    return exits, ends, start
