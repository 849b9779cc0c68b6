"""Hazard ratios of two arms of groups at equal age; rate ratios if deaths are few."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.designs.corpora_strata import place_of
from helpers.claims.designs.hazards.sparse_arms import (
    estimate_rate_ratio_by_month,
    estimate_relative_rate,
    has_sparse_arm,
)
from helpers.survival import Interval, fit_cox
from helpers.survival.hazards.cox import select_informative


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
