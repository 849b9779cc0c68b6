"""Two arms compared at like age: their gates, and the ratio of their hazards."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.designs.corpora_strata import place_of
from helpers.claims.designs.hazards.few_deaths import few, monthly_rates, relative_rate
from helpers.survival import Interval, cox
from helpers.survival.hazards.cox import informative


def arms_of_groups(data: pd.DataFrame) -> tuple[gates.Gate, ...]:
    """Return the gates of two arms in which a group can be at different times.

    An arm's size is the number of its different groups.

    Parameters
    ----------
    data
        ``group, exposure, ended``.
    """
    by = data.groupby(["group", "exposure"])["ended"].any().reset_index()
    return gates.arms(by["exposure"] == 1, by["ended"])


def varying(exposures: pd.DataFrame) -> pd.DataFrame:
    """Return the exposure, which stands first, and what varies of the rest.

    >>> import pandas as pd
    >>> list(varying(pd.DataFrame({"exposure": [1], "size": [3]})))
    ['exposure']
    """
    table = exposures.astype("float64")
    varies = table.max() > table.min()
    varies.iloc[0] = True
    return table.loc[:, varies]


def ratio_of_lives(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Return the hazard ratio of the first column; of rates where few ended in an arm.

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
    table, place = varying(exposures), place_of(data)
    if few(table.iloc[:, 0], data["ended"]):
        return monthly_rates(data, table, cluster, place)
    spans = data[["entry", "duration", "ended"]]
    return _hazard_ratio(spans, table, cluster, place)


def ratio_of_stretches(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Return the same of stretches of lives: ``start, stop, ended``, a row for each."""
    table, place = varying(exposures), place_of(data)
    if few(table.iloc[:, 0], data["ended"]):
        days = data["stop"] - data["start"]
        return relative_rate(data["ended"], days, table, cluster, place)
    spans = data[["start", "stop", "ended"]]
    return _hazard_ratio(spans, table, cluster, place)


def _hazard_ratio(
    spans: pd.DataFrame,
    table: pd.DataFrame,
    cluster: npt.ArrayLike,
    place: pd.Series[str] | None,
) -> Interval:
    """Return the ratio of the first column; spans are from, to, and ended or not."""
    start, stop, ended = (spans[name] for name in spans)
    first = str(table.columns[0])
    differing = informative(stop, ended, table, entry=start, strata=place)
    kept = table[[first, *(name for name in differing if name != first)]]
    fit = cox(stop, ended, kept, entry=start, cluster=cluster, strata=place)
    return fit[first].ratio
