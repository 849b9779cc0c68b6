"""Hazards of ending, compared: after a landmark, by arms, by doses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.group_lives.ends import Ends
from helpers.group_lives.evidence import (
    LEAST_EVENTS_IN_ARM,
    Evidence,
    require_arms,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.group_lives.silence import define_silent
from helpers.records import MONTH_DAYS
from helpers.survival.bootstrap import choose_clusters
from helpers.survival.hazards.cox import fit_cox, select_informative
from helpers.survival.hazards.regression import Regression
from helpers.survival.interval import Interval, Wald

Coding: TypeAlias = "Callable[[pd.Series[float]], pd.Series[float]]"

FIFTHS = 5
BEFORE = {14: "1-13", 28: "0-27", 56: "28-55", 84: "56-83"}  # windows, by landmark


def keep_unit(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return an exposure as floats in its original unit."""
    return exposure.astype("float64")


def mark_terciles(exposure: pd.Series[float]) -> pd.Series[float]:
    """Return 1 for the top third of exposures, 0 for the bottom, NaN between."""
    low, high = exposure.quantile([1 / 3, 2 / 3])
    middle = (exposure > low) & (exposure < high)
    return (exposure >= high).astype("float64").where(~middle & (high > low), np.nan)


def log_adjusted(rows: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return log(1 + count) of given columns, to be adjusted for.

    >>> log_adjusted(pd.DataFrame({"messages": [0]}), "messages").columns.tolist()
    ['log messages']
    """
    counts = rows[list(columns)].astype("float64")
    return counts.apply(np.log1p).add_prefix("log ")


def compute_log_volume(evidence: Evidence, day: int) -> pd.DataFrame:
    """Return log(1 + messages) and log(1 + posters) of 13 or 28 days before a day."""
    if day not in BEFORE:
        return pd.DataFrame(index=evidence.groups["group"])
    rows = evidence.window(BEFORE[day]).set_index("group")
    columns = ["messages", *(["posters"] if rows["posters"].notna().any() else [])]
    return log_adjusted(rows, *columns)


@dataclass(frozen=True, eq=False, kw_only=True)
class Landmark:
    """Comparison of groups alive at an age (the landmark), by exposure before it."""

    evidence: Evidence
    exposure: pd.Series[float]
    adjust: pd.DataFrame
    day: float = 28.0
    coding: Coding = keep_unit
    define: Callable[[Evidence], Ends] = define_silent

    def select_at_risk(self) -> pd.DataFrame:
        """Return the groups that are alive and followed after the landmark."""
        lives, competing = self.define(self.evidence)
        ages = pd.DataFrame(
            {
                "group": lives.group,
                "network": lives.network,
                "batch": lives.batch,
                "duration": lives.durations,
                "ended": lives.ended & ~competing,
                "entry": np.maximum(lives.entry, self.day),
            }
        )
        predictors = self.adjust.assign(exposure=self.exposure).dropna()
        data = ages.merge(predictors, left_on="group", right_index=True)
        data = data[data["duration"] > data["entry"]]
        data = data.assign(exposure=self.coding(data["exposure"]))
        return data[data["exposure"].notna()]

    def require(self, data: pd.DataFrame) -> None:
        """Raise unless the groups at risk, their arms and their events suffice."""
        if data["exposure"].isin([0.0, 1.0]).all():
            require_arms(data["exposure"] == 1, data["ended"])
            choose_clusters(data["network"], data["batch"])
        else:
            require_sampled(data)
        n_coefficients = 1 + self.adjust.shape[1]
        require_events_per_coefficient(int(data["ended"].sum()), n_coefficients)

    def estimate_hazard_ratio(self) -> Interval:
        """Estimate the hazard ratio of ending per unit of the exposure."""
        data = self.select_at_risk()
        self.require(data)
        clusters = choose_clusters(data["network"], data["batch"])
        columns = data[["exposure", *self.adjust]]
        return estimate_ratio_of_lives(data, columns, clusters.codes)


def compare_at_landmark(
    evidence: Evidence,
    exposure: pd.Series[float],
    day: int,
    **how: Any,  # noqa: ANN401 - fields of a Landmark, handed on
) -> Interval:
    """Estimate the hazard ratio by an exposure, given early messages and posters."""
    adjust = how.pop("adjust", None)
    return Landmark(
        evidence=evidence,
        exposure=exposure.astype("float64"),
        adjust=compute_log_volume(evidence, day) if adjust is None else adjust,
        day=float(day),
        **how,
    ).estimate_hazard_ratio()


def list_months_at_risk(evidence: Evidence) -> pd.DataFrame:
    """List months of groups until the first lull, with counts of the month before."""
    ends = define_silent(evidence, form="first_gap")
    ends = ends.where(np.isin(ends.lives.group, evidence.from_birth["group"]))
    duration, entry = ends.lives.durations, ends.lives.entry
    n_months = np.maximum(np.ceil(duration / MONTH_DAYS).astype(int) - 1, 0)
    row = np.repeat(np.arange(len(duration)), n_months)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n_months) - n_months, n_months)
    start = np.maximum((nth + 1) * MONTH_DAYS, entry[row]).astype(float)
    stop = np.minimum(duration[row], (nth + 2) * MONTH_DAYS)
    ended = (ends.lives.ended & ~ends.competing)[row] & (stop == duration[row])
    group = ends.lives.group[row]
    columns = {"group": group, "month": nth, "start": start, "stop": stop}
    table = pd.DataFrame(columns | {"ended": ended})
    months = evidence.table("months")
    rows = table[table["stop"] > table["start"]].merge(
        months, "left", ["group", "month"]
    )
    return rows.fillna(dict.fromkeys(months.columns, 0))


def drop_constant(exposures: pd.DataFrame) -> pd.DataFrame:
    """Drop covariates without variation, but never the exposure (first column).

    >>> list(drop_constant(pd.DataFrame({"exposure": [1], "size": [3]})))
    ['exposure']
    """
    table = exposures.astype("float64")
    varies = table.max() > table.min()
    varies.iloc[0] = True
    return table.loc[:, varies]


def estimate_ratio_of_lives(
    data: pd.DataFrame,
    exposures: pd.DataFrame,
    cluster: npt.ArrayLike,
    strata: pd.Series[Any] | None = None,
) -> Interval:
    """Estimate the hazard ratio of two arms, or per unit of a dose.

    A rate ratio if an arm has few events.
    """
    table = drop_constant(exposures)
    if has_sparse_arm(table.iloc[:, 0], data["ended"]):
        months = _split_by_month(data["entry"], data["duration"], data["ended"])
        row = months["row"].to_numpy()
        return estimate_relative_rate(
            months["ended"],
            months["days"],
            table.iloc[row].reset_index(drop=True),
            np.asarray(cluster)[row],
            None if strata is None else np.asarray(strata, object)[row],
        )
    spans = data[["entry", "duration", "ended"]]
    return _estimate_hazard_ratio(spans, table, cluster, strata)


def fit_lives(data: pd.DataFrame, exposures: pd.DataFrame, **how: Any) -> Regression:  # noqa: ANN401 - of `fit_cox`
    """Fit a Cox model to lifetimes, resampling networks, batches or groups."""
    codes = choose_clusters(data["network"], data["batch"]).codes
    spans = data["duration"], data["ended"]
    return fit_cox(*spans, exposures, entry=data["entry"], cluster=codes, **how)


def require_arms_of_groups(rows: pd.DataFrame) -> None:
    """Raise unless both arms have 30 different groups, and 30 of all ended."""
    by = rows.groupby(["group", "exposure"])["ended"].any().reset_index()
    require_arms(by["exposure"] == 1, by["ended"])


def estimate_ratio_of_stretches(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Estimate the hazard ratio of two arms from (start, stop] rows of groups."""
    table = drop_constant(exposures)
    if has_sparse_arm(table.iloc[:, 0], data["ended"]):
        days = data["stop"] - data["start"]
        return estimate_relative_rate(data["ended"], days, table, cluster)
    return _estimate_hazard_ratio(data[["start", "stop", "ended"]], table, cluster)


def _estimate_hazard_ratio(
    spans: pd.DataFrame,
    table: pd.DataFrame,
    cluster: npt.ArrayLike,
    strata: pd.Series[Any] | None = None,
) -> Interval:
    """Estimate the hazard ratio of the first column, adjusted for the rest."""
    start, stop, ended = (spans[name] for name in spans)
    first = str(table.columns[0])
    differing = select_informative(stop, ended, table, entry=start, strata=strata)
    covariates = table[[first, *(name for name in differing if name != first)]]
    fit = fit_cox(stop, ended, covariates, entry=start, cluster=cluster, strata=strata)
    return fit[first].ratio


def has_sparse_arm(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> bool:
    """Return whether either of two arms has fewer than five events.

    >>> (
    ...     has_sparse_arm([1, 1, 0] * 5, [0, 1, 1] * 5),
    ...     has_sparse_arm([1, 0] * 4, [1] * 8),
    ... )
    (False, True)
    >>> has_sparse_arm([0.2, 1.7] * 4, [1, 1] * 4)  # a dose has no arms
    False
    """
    dose, end = np.asarray(exposed, np.float64), np.asarray(ended, bool)
    if not np.isin(dose, (0.0, 1.0)).all():
        return False
    arm = dose == 1
    return min(int(end[arm].sum()), int(end[~arm].sum())) < LEAST_EVENTS_IN_ARM


def _split_by_month(
    entry: npt.ArrayLike, duration: npt.ArrayLike, ended: npt.ArrayLike
) -> pd.DataFrame:
    """Split each lifetime into 28-day months (person-period format)."""
    entry_day = np.asarray(entry, np.float64)
    exit_day = np.asarray(duration, np.float64)
    start = (entry_day // MONTH_DAYS).astype(int)
    stop = np.ceil(exit_day / MONTH_DAYS).astype(int) - 1
    n_months = stop - start + 1
    row = np.repeat(np.arange(len(n_months)), n_months)
    within = np.arange(len(row)) - np.repeat(np.cumsum(n_months) - n_months, n_months)
    month = within + start[row]
    until = np.minimum(exit_day[row], MONTH_DAYS * (month + 1))
    return pd.DataFrame(
        {
            "row": row,
            "days": until - np.maximum(entry_day[row], MONTH_DAYS * month),
            "ended": np.asarray(ended, bool)[row] & (month == stop[row]),
        }
    )


def estimate_relative_rate(
    ended: npt.ArrayLike,
    days: npt.ArrayLike,
    exposures: pd.DataFrame,
    cluster: npt.ArrayLike,
    strata: npt.ArrayLike | None = None,
) -> Interval:
    """Estimate a ratio of event rates from rate differences within strata.

    Strata are fifths of what is adjusted for, crossed; those with one arm only have
    no weight, so that nothing is carried beyond where both were seen.

    Greenland and Robins (1985), Biometrics 41, 55–68, on Mantel–Haenszel weights.

    >>> arm = pd.DataFrame({"arm": [1.0] * 10 + [0.0] * 20})
    >>> end = [1] + [0] * 9 + [1] * 8 + [0] * 12
    >>> round(estimate_relative_rate(end, [28] * 30, arm, range(30)).estimate, 6)
    0.25
    """
    rows = pd.DataFrame(
        {
            "end": np.asarray(ended, np.float64),
            "days": np.asarray(days, np.float64),
            "arm": exposures.iloc[:, 0].to_numpy() > 0,
            "stratum": _build_fifths(exposures.iloc[:, 1:], strata),
            "cluster": pd.factorize(np.asarray(cluster))[0],
        }
    )
    both = rows.pivot_table(
        index="stratum", columns="arm", values=["end", "days"], aggfunc="sum"
    ).fillna(0.0)
    both = both.reindex(
        columns=pd.MultiIndex.from_product([["end", "days"], [False, True]]),
        fill_value=0.0,
    )
    time = both["days"]
    weight = time[True] * time[False] / (time[True] + time[False])
    rate = (both["end"] / time).fillna(0.0)
    first, other = (float((weight * rate[arm]).sum()) for arm in (True, False))
    if other == 0:
        raise NotIdentifiableError("no stratum compares the two arms", where="rates")
    at = rows["stratum"]
    own = np.where(rows["arm"], at.map(rate[True]), at.map(rate[False]))
    watched = np.where(rows["arm"], at.map(time[True]), at.map(time[False]))
    sign = np.where(rows["arm"], 1.0, -1.0)
    share = sign * at.map(weight) / watched * (rows["end"] - own * rows["days"])
    sums = share.groupby(rows["cluster"]).sum()
    k = len(sums)
    spread = float(np.sqrt((sums**2).sum() * k / (k - 1))) / other
    rule = Wald(first / other, spread, "identity", k - 1, bounds=(0.0, np.inf))
    method = f"difference of rates over the others' rate, {k} clusters, t({k - 1})"
    return Interval.of(first / other, rule, method=method, n=len(rows), clusters=k)


def _build_fifths(
    adjusted: pd.DataFrame, strata: npt.ArrayLike | None = None
) -> npt.NDArray[np.intp]:
    """Return a stratum id per row: the cross of given strata and covariate fifths."""
    given = np.zeros(len(adjusted)) if strata is None else np.asarray(strata, object)
    if adjusted.empty:
        return pd.factorize(given)[0]
    ranks = adjusted.groupby(given).rank(method="max", pct=True)
    fifths = (ranks * FIFTHS).apply(np.ceil)
    cells = fifths.groupby([pd.Series(given, fifths.index), *fifths]).ngroup()
    return np.asarray(cells.to_numpy(), np.intp)
