"""Event studies and interrupted series: counts before and after dated events.

An event's group is compared with up to three others in which nothing happened for
eight weeks on either side and whose last 28 days were about as lively, over the same
calendar days: what the season does, and the return from a low, cancels. A Poisson mean
with an effect for each event and group gives the ratio of ratios. A short series
without others is tested for a step or trend.

References
----------
Cengiz, Dube, Lindner and Zipperer (2019), QJE 134, 1405–1454, on stacking; Wooldridge
(1999), J. Econometrics 90, 77–97.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Supplement
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import choose_clusters_for
from helpers.claims.designs.count_regression import fit_within
from helpers.claims.quantities.spans import to_local_day, to_local_days
from helpers.errors import NotIdentifiableError, UndeterminedError
from helpers.survival import Interval
from helpers.survival.interval import ScaleName, Wald
from helpers.wording import say

LEAST_EVENTS = 50
CONTROLS, AS_LIVELY, CLEAR_DAYS, TRAILING = 3, 2.0, 56, 28
BEFORE = (-28, -15)


def list_dated_events(evidence: Evidence, kind: str) -> pd.DataFrame:
    """List events of a kind by group and calendar day, at most one per day.

    Meetings that were held count as ``meetup``.
    """
    if kind == "meetup" and "meetings" in evidence.study.manifest.tables:
        rows = evidence.table("meetings")
        rows = rows[rows["held"].astype(bool)]
    else:
        rows = evidence.table("events")
        rows = rows[rows["kind"] == kind]
    days = rows.assign(day=to_local_day(evidence, rows["time_us"]))[["group", "day"]]
    return days.drop_duplicates().reset_index(drop=True)


def require_enough(events: pd.DataFrame, template: str) -> gates.Gate:
    """Check that an event study has at least 50 events."""
    n = len(events)
    return gates.require_at_least("events", n, LEAST_EVENTS, template, n=n)


@dataclass(frozen=True, eq=False)
class Series:
    """Cumulative counts by group and calendar day, for fast sums over periods.

    Attributes
    ----------
    groups : shape (n,)
    first, last : shape (n,)
        Days on which each group was watched.
    start
        The calendar day of the first row.
    sums : shape (days + 1, n)
        A day's stand together in memory: all groups are asked for the same days.
    """

    groups: npt.NDArray[np.int64]
    first: Floats
    last: Floats
    start: int
    sums: Floats

    @classmethod
    def of(cls, evidence: Evidence, rows: pd.DataFrame) -> Series:
        """Build the cumulative counts from rows ``group, day, value``."""
        ordered_groups = evidence.groups.sort_values("group")
        groups = ordered_groups["group"].to_numpy(np.int64)
        first, last = (
            np.asarray(to_local_days(evidence, ordered_groups[name]), np.float64)
            for name in ("entry_us", "end_us")
        )
        start, stop = int(first.min()), int(last.max()) + 1
        blank = np.zeros((stop - start + 2, len(groups)))
        return cls(groups, first, last, start, blank).like(rows)

    def like(self, rows: pd.DataFrame) -> Series:
        """Build cumulative counts of other rows for the same groups and days."""
        day = rows["day"] - self.start
        inside = day.between(0, len(self.sums) - 2)
        inside &= rows["group"].isin(self.groups)
        rows, day = rows[inside], day[inside]
        table = np.zeros(self.sums.shape)
        row = np.searchsorted(self.groups, rows["group"])
        values = rows["value"].to_numpy(np.float64)
        np.add.at(table, (day.to_numpy(int) + 1, row), values)
        return replace(self, sums=np.cumsum(table, axis=0, out=table))

    def between(self, day: int, low: int, high: int) -> Floats:
        """Return each group's count from `low` to `high` days after a given day."""
        most, day = len(self.sums) - 1, day - self.start
        a, b = (min(max(edge, 0), most) for edge in (day + low, day + high + 1))
        counts: Floats = self.sums[b] - self.sums[a]
        return counts

    def at(self, rows: pd.DataFrame, low: int, high: int) -> Floats:
        """Return the group's count from `low` to `high` days after each row's day."""
        row = np.searchsorted(self.groups, rows["group"].to_numpy(np.int64))
        day = rows["day"].to_numpy(np.int64) - self.start
        most = len(self.sums) - 1
        a, b = np.clip(day + low, 0, most), np.clip(day + high + 1, 0, most)
        counts: Floats = self.sums[b, row] - self.sums[a, row]
        return counts

    def watched(self, day: int, low: int, high: int) -> npt.NDArray[np.bool_]:
        """Return which groups were observed during a whole period."""
        inside: npt.NDArray[np.bool_] = (self.first <= day + low) & (
            self.last >= day + high + 1
        )
        return inside


def stack_events(
    series: Series,
    events: pd.DataFrame,
    after: tuple[int, int],
    near: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Build counts before and after each event, for its group and matched controls.

    Columns ``unit, group, treated, post, value``; the time before is as long as the
    time after and ends on the day before the event. `near` are events of any kind that
    keep a group from being a control; by default `events` themselves.
    """
    low, high = after
    base = (-(high - low + 1), -1) if low > 0 else (-TRAILING // 2, -1)
    span = min(base[0], low, -TRAILING), max(high, 0)
    own_events = events[events["group"].isin(series.groups)]
    event_series = series.like((own_events if near is None else near).assign(value=1.0))
    group_indices = np.searchsorted(
        series.groups, own_events["group"].to_numpy(np.int64)
    )
    dates = zip(own_events["day"], group_indices.tolist(), strict=True)
    entries = [
        (f"{nth}:{g}", series.groups[g], day, float(g == treated))
        for nth, (day, treated) in enumerate(dates)
        if len(chosen := _match_controls(series, event_series, int(day), treated, span))
        for g in (treated, *chosen)
    ]
    if not entries:
        raise NotIdentifiableError("no event has a group to compare it with")
    rows = pd.DataFrame(entries, columns=["unit", "group", "day", "treated"])
    sides = [series.at(rows, *base), series.at(rows, low, high)]
    periods = rows.drop(columns="day").loc[rows.index.repeat(2)].reset_index(drop=True)
    post, value = np.tile([0.0, 1.0], len(rows)), np.column_stack(sides).ravel()
    return periods.assign(post=post, value=value)


def _match_controls(
    series: Series, happened: Series, day: int, here: int, span: tuple[int, int]
) -> npt.NDArray[np.intp]:
    """Find up to three similar control groups, observed and without the event."""
    is_observed = series.watched(day, *span)
    if not is_observed[here]:
        return np.empty(0, np.intp)
    lively = series.between(day, -TRAILING, -1) + 1
    free = happened.between(day, -CLEAR_DAYS, CLEAR_DAYS) == 0
    fit = np.flatnonzero(is_observed & free)
    distances = np.abs(np.log(lively[fit] / lively[here]))
    near = np.flatnonzero(distances <= np.log(AS_LIVELY))
    return fit[near[np.argsort(distances[near], kind="stable")]][:CONTROLS]


def estimate_event_ratio(
    evidence: Evidence,
    series: Series,
    events: pd.DataFrame,
    after: tuple[int, int],
    near: pd.DataFrame | None = None,
) -> Interval:
    """Estimate the ratio of counts after versus before an event, relative to controls.

    Parameters
    ----------
    near
        As in `stack_events`.

    Raises
    ------
    NotIdentifiableError
        If no event has a control, or nothing was counted around them.
    """
    rows = stack_events(series, events, after, near)
    exposures = pd.DataFrame(
        {"lift": rows["post"] * rows["treated"], "post": rows["post"]}
    )
    clusters = choose_clusters_for(evidence, rows["group"])
    return fit_within(rows["value"], exposures, rows["unit"], clusters).ratio("lift")


def count_talk(evidence: Evidence) -> Series:
    """Return the number of messages per group and calendar day, as a series."""
    daily = evidence.daily.rename(columns={"messages": "value"})
    return Series.of(evidence, daily[["group", "day", "value"]])


def select_before_events(
    evidence: Evidence, series: Series, events: pd.DataFrame
) -> tuple[Supplement, ...]:
    """Estimate the ratio of counts in two periods before an event, as a placebo."""
    return Supplement.tried(
        "days −28 to −15 over −14 to −1",
        partial(estimate_event_ratio, evidence, series, events, BEFORE),
    )


def fit_series_coefficient(
    values: npt.ArrayLike, exposures: pd.DataFrame, scale: ScaleName = "identity"
) -> Interval:
    """Estimate a regression coefficient of a time series with autocorrelated errors.

    The error is that of least squares, widened by √((1 + r)/(1 − r)) where r is the
    residuals' correlation with their neighbours, if that is positive; t(n − p).

    Parameters
    ----------
    values : shape (n,)
        In the order of time.
    exposures : shape (n, coefficients)
        A constant is added.
    scale
        ``log`` if the values are logarithms: then a ratio is returned.

    Raises
    ------
    UndeterminedError
        If there are no more values than coefficients, or they do not determine it.

    References
    ----------
    Bence (1995), Ecology 76, 628–639, on short series.

    Examples
    --------
    >>> import pandas as pd
    >>> x = pd.DataFrame({"x": [0.0, 0, 0, 1, 1, 1]})
    >>> found = fit_series_coefficient([1, 2, 1.5, 3, 2.5, 3.5], x)
    >>> round(found.estimate, 6), round(found.low, 2), round(found.high, 2)
    (1.5, 0.37, 2.63)
    """
    y = np.asarray(values, np.float64)
    x = np.column_stack([np.ones(len(y)), exposures.to_numpy(np.float64)])
    n, p = x.shape
    if n <= p or np.linalg.matrix_rank(x) < p:
        raise UndeterminedError(
            say("{n} values do not determine it", n=n), where="series"
        )
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    residuals = y - x @ beta
    spread = float(residuals @ residuals) / (n - p)
    error = float(np.sqrt(spread * np.linalg.inv(x.T @ x)[1, 1])) * _compute_inflation(
        residuals
    )
    estimate = float(np.exp(beta[1]) if scale == "log" else beta[1])
    return Interval.of(
        estimate, Wald(estimate, error, scale, n - p),
        method=f"least squares over {n} steps, t({n - p})", n=n, clusters=n,
    )  # fmt: skip


def estimate_stopping_ratio(years: pd.DataFrame, names: list[str]) -> Interval:
    """Estimate the hazard ratio of stopping to write from shares by joining year."""
    if not years["share"].between(0, 1, inclusive="neither").all():
        raise NotIdentifiableError("a year of which nobody or everybody stayed")
    return fit_series_coefficient(np.log(-np.log(years["share"])), years[names], "log")


def _compute_inflation(rest: npt.NDArray[np.float64]) -> float:
    sum_of_squares = float(rest @ rest)
    if not sum_of_squares:
        return 1.0
    r = max(float(rest[1:] @ rest[:-1]) / sum_of_squares, 0.0)
    return float(np.sqrt((1 + r) / (1 - r)))
