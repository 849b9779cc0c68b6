"""Hazard ratios of two arms of groups at equal age; rate ratios if deaths are few.

Where one arm has fewer than five events, the difference of the rates of ending, within
strata of what the hazard model adjusts for, stands on the scale of the rule as
1 + difference ÷ the others' rate: a ratio.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.gates import LEAST_DEATHS_IN_ARM
from helpers.claims.designs.corpora_strata import place_of
from helpers.errors import NotIdentifiableError
from helpers.measures.months import MONTH_DAYS
from helpers.survival import Interval, fit_cox
from helpers.survival.hazards.cox import select_informative
from helpers.survival.interval import ScaleName, Wald

FIFTHS = 5
RATES = "under 5 ended in an arm: difference of rates over the others' rate"


def require_arms_of_groups(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    """Check the requirements of two arms if groups may move from one to the other.

    An arm's size is the number of its different groups.

    Parameters
    ----------
    data
        ``group, exposure, ended``.
    """
    by = data.groupby(["group", "exposure"])["ended"].any().reset_index()
    return gates.require_arms(by["exposure"] == 1, by["ended"])


def drop_constant(exposures: pd.DataFrame) -> pd.DataFrame:
    """Drop covariates without variation, but never the exposure (first column).

    >>> import pandas as pd
    >>> list(drop_constant(pd.DataFrame({"exposure": [1], "size": [3]})))
    ['exposure']
    """
    table = exposures.astype("float64")
    varies = table.max() > table.min()
    varies.iloc[0] = True
    return table.loc[:, varies]


def estimate_ratio_of_lives(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Estimate the death hazard ratio of two arms; a rate ratio if deaths are few.

    Parameters
    ----------
    data
        ``entry, duration, ended``, a row for each life; with ``stratum``, lives are
        compared within it.
    exposures
        In the rows of `data`: the arm, then what is adjusted for where it varies.
    cluster
        The independent units.
    """
    table, place = drop_constant(exposures), place_of(data)
    if has_sparse_arm(table.iloc[:, 0], data["ended"]):
        return estimate_rate_ratio_by_month(data, table, cluster, place)
    spans = data[["entry", "duration", "ended"]]
    return _estimate_hazard_ratio(spans, table, cluster, place)


def estimate_ratio_of_stretches(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Estimate the hazard ratio of two arms from (start, stop] rows of groups."""
    table, place = drop_constant(exposures), place_of(data)
    if has_sparse_arm(table.iloc[:, 0], data["ended"]):
        days = data["stop"] - data["start"]
        return estimate_relative_rate(data["ended"], days, table, cluster, place)
    spans = data[["start", "stop", "ended"]]
    return _estimate_hazard_ratio(spans, table, cluster, place)


def _estimate_hazard_ratio(
    spans: pd.DataFrame,
    table: pd.DataFrame,
    cluster: npt.ArrayLike,
    place: pd.Series[str] | None,
) -> Interval:
    """Estimate the hazard ratio of the first column, adjusted for the rest."""
    start, stop, ended = (spans[name] for name in spans)
    first = str(table.columns[0])
    differing = select_informative(stop, ended, table, entry=start, strata=place)
    covariates = table[[first, *(name for name in differing if name != first)]]
    fit = fit_cox(stop, ended, covariates, entry=start, cluster=cluster, strata=place)
    return fit[first].ratio


def has_sparse_arm(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> bool:
    """Return whether either of two arms has fewer than five events.

    >>> (
    ...     has_sparse_arm([1, 1, 0] * 5, [0, 1, 1] * 5),
    ...     has_sparse_arm([1, 0] * 4, [1, 1] * 4),
    ... )
    (False, True)
    >>> has_sparse_arm([0.2, 1.7] * 4, [1, 1] * 4)  # a dose has no arms
    False
    """
    dose, end = np.asarray(exposed, np.float64), np.asarray(ended, bool)
    if not np.isin(dose, (0.0, 1.0)).all():
        return False
    arm = dose == 1
    return min(int(end[arm].sum()), int(end[~arm].sum())) < LEAST_DEATHS_IN_ARM


def estimate_rate_ratio_by_month(
    data: pd.DataFrame,
    exposures: pd.DataFrame,
    cluster: npt.ArrayLike,
    place: npt.ArrayLike | None = None,
) -> Interval:
    """Estimate the rate ratio from lifetimes split into 28-day months."""
    months = _split_by_month(data["entry"], data["duration"], data["ended"])
    table = exposures.iloc[months["row"]].reset_index(drop=True)
    codes = np.asarray(cluster)[months["row"]]
    strata = None if place is None else np.asarray(place, object)[months["row"]]
    return estimate_relative_rate(months["ended"], months["days"], table, codes, strata)


def _split_by_month(
    entry: npt.ArrayLike, duration: npt.ArrayLike, ended: npt.ArrayLike
) -> pd.DataFrame:
    """Split each lifetime into 28-day months (person-period format).

    >>> _split_by_month([28.0], [60.0], [True])["days"].tolist()
    [28.0, 4.0]
    """
    entry_day, exit_day = (
        np.asarray(entry, np.float64),
        np.asarray(duration, np.float64),
    )
    start = (entry_day // MONTH_DAYS).astype(int)
    stop = np.ceil(exit_day / MONTH_DAYS).astype(int) - 1
    n_months = stop - start + 1
    row = np.repeat(np.arange(len(n_months)), n_months)
    month = (
        np.arange(len(row))
        - np.repeat(np.cumsum(n_months) - n_months, n_months)
        + start[row]
    )
    until = np.minimum(exit_day[row], MONTH_DAYS * (month + 1))
    return pd.DataFrame(
        {
            "row": row,
            "days": until - np.maximum(entry_day[row], MONTH_DAYS * month),
            "ended": np.asarray(ended, bool)[row] & (month == stop[row]),
        }
    )


@dataclass(frozen=True, slots=True)
class _NonNegative:
    """Limits of a rate ratio that was computed from a difference: never below 0."""

    of: Wald

    def __call__(self, level: float) -> tuple[float, float]:
        low, high = self.of(level)
        return max(low, 0.0), max(high, 0.0)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        return self.of.on_scale(scale)


def estimate_relative_rate(
    ended: npt.ArrayLike,
    days: npt.ArrayLike,
    exposures: pd.DataFrame,
    cluster: npt.ArrayLike,
    place: npt.ArrayLike | None = None,
) -> Interval:
    """Estimate a ratio of event rates from rate differences within strata.

    Strata are fifths of what is adjusted for, crossed; those with one arm only have
    no weight, so that nothing is carried beyond where both were seen.

    Parameters
    ----------
    ended, days : shape (n,)
        Whether a stretch of a life ended it, and how long it was.
    exposures : shape (n, coefficients)
        The arm first, 1 or 0; then what is adjusted for.
    cluster : shape (n,)
        The independent units.
    place : shape (n,)
        Where each was; rows of different places are never compared.

    Raises
    ------
    NotIdentifiableError
        If in no stratum both arms were watched, or nothing ended among the others.

    References
    ----------
    Greenland and Robins (1985), Biometrics 41, 55–68, on Mantel–Haenszel weights for
    rates.

    Examples
    --------
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
            "stratum": _build_quintile_strata(exposures.iloc[:, 1:], place),
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
    ratio = first / other
    limits = _NonNegative(Wald(ratio, spread, "identity", k - 1))
    return Interval.of(
        ratio, limits,
        method=f"{RATES}, {int((weight > 0).sum())} of {len(weight)} strata compare,"
        f" {k} clusters, t({k - 1})",
        n=len(rows), clusters=k,
    )  # fmt: skip


def _build_quintile_strata(
    adjusted: pd.DataFrame, place: npt.ArrayLike | None = None
) -> npt.NDArray[np.intp]:
    """Return a stratum id per row: the cross of source and covariate quintiles."""
    places = np.zeros(len(adjusted)) if place is None else np.asarray(place, object)
    if adjusted.empty:
        return pd.factorize(places)[0]
    ranks = adjusted.groupby(places).rank(method="max", pct=True)
    fifths = (ranks * FIFTHS).apply(np.ceil)
    cells = fifths.groupby([pd.Series(places, fifths.index), *fifths]).ngroup()
    return np.asarray(cells.to_numpy(), np.intp)
