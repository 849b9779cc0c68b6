"""Shares of units: of groups that ended by an age, of a list, of resampled units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.requirements import require_followed
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.survival import (
    Clusters,
    Interval,
    Lifetimes,
    choose_clusters,
    estimate_failure_probability,
)
from helpers.survival.bootstrap import Draws, Enough
from helpers.survival.interval import SCALES, ScaleName

SEED = 20161231  # of every bootstrap behind an answer
# samples: with ten networks, 1,000 leave a fifth of the error to luck
DRAWS = Enough(least=5000, error=0.002, most=60_000)
NEXT_TO_NOTHING = 1e-9  # a census's error; weights are its inverse, so it is not 0


class Ends(NamedTuple):
    """Lifetimes of groups, and which of their ends are no death."""

    lives: Lifetimes
    competing: Bools

    def where(self, keep: npt.ArrayLike) -> Ends:
        """Return the ends of the groups for which a condition is true."""
        flags = np.asarray(keep, bool)
        return Ends(self.lives.where(flags), self.competing[flags])


def estimate_share_ended(
    ends: Ends, day: float, *, error_days: float = 0.0, replicates: Draws = DRAWS
) -> Interval:
    """Estimate the share of groups that have ended by an age in days.

    Where times may be wrong by some days, the limits enclose the estimates at the age
    less and plus these days.

    Raises
    ------
    NotIdentifiableError
        If there are fewer than 50 groups or 20 followed so long.
    FewNetworksError
        If they are of two to seven networks.
    """
    require_followed(ends.lives, day)
    competing = ends.competing if ends.competing.any() else None

    def estimate(at: float) -> Interval:
        return estimate_failure_probability(
            ends.lives, at, seed=SEED, competing=competing, replicates=replicates
        )

    if not error_days:
        return estimate(day)
    return enclose(
        estimate(day), estimate(day - error_days), estimate(day + error_days)
    )


def estimate_share_of(
    rows: pd.DataFrame, flags: npt.ArrayLike, *, replicates: Draws = DRAWS
) -> Interval:
    """Estimate a share of groups, one a row, resampling networks, batches or groups.

    Parameters
    ----------
    rows
        Columns ``network, batch``.
    flags : shape (n,)
        Which of them count.

    Examples
    --------
    >>> rows = pd.DataFrame({"network": ["one"] * 50, "batch": range(50)})
    >>> round(estimate_share_of(rows, [True] * 10 + [False] * 40).estimate, 3)
    0.2
    """
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(flags, clusters, seed=SEED, replicates=replicates)


def map_clusters(groups: pd.DataFrame, group: pd.Series[int]) -> Clusters:
    """Return the resampling unit of each row, given the id of the row's group.

    Raises
    ------
    NotIdentifiableError
        If there is no row.
    FewNetworksError
        If the rows are of two to seven networks.
    """
    own = groups[groups["group"].isin(group)]
    if own.empty:
        raise NotIdentifiableError("there is no group", where="clusters")
    clusters = choose_clusters(own["network"], own["batch"])
    codes = pd.Series(clusters.codes, own["group"])
    return Clusters(group.map(codes).to_numpy(), clusters.count, clusters.kind)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Limits that are the same at every level, of a value without sampling error."""

    value: float

    def __call__(self, level: float) -> tuple[float, float]:  # noqa: ARG002 - as all limits
        return self.value, self.value

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        return float(SCALES[scale].forward(self.value)), NEXT_TO_NOTHING


def count_exactly(flags: npt.ArrayLike) -> Interval:
    """Return the share in a complete list, which has no sampling error.

    >>> print(count_exactly([True, True, False]))
    0.667 [0.667, 0.667]
    """
    counted = np.asarray(flags, bool)
    if not len(counted):
        raise NotIdentifiableError("there is no group", where="list")
    share, n = float(counted.mean()), len(counted)
    return Interval.of(share, _Fixed(share), method="census", n=n, clusters=n)


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
