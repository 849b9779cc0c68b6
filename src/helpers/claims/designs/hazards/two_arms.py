"""Two arms compared at like age: their gates, and the ratio of their hazards."""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.designs.hazards.few_deaths import few, monthly_rates, relative_rate
from helpers.survival import Interval, cox


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
        ``entry, duration, ended``, a row for each life.
    exposures
        In the rows of `data`: the arm, then what is adjusted for where it varies.
    cluster
        The independent units.
    """
    table = varying(exposures)
    if few(table.iloc[:, 0], data["ended"]):
        return monthly_rates(data, table, cluster)
    return _hazard_ratio(data["entry"], data["duration"], data["ended"], table, cluster)


def ratio_of_stretches(
    data: pd.DataFrame, exposures: pd.DataFrame, cluster: npt.ArrayLike
) -> Interval:
    """Return the same of stretches of lives: ``start, stop, ended``, a row for each."""
    table = varying(exposures)
    if few(table.iloc[:, 0], data["ended"]):
        days = data["stop"] - data["start"]
        return relative_rate(data["ended"], days, table, cluster)
    return _hazard_ratio(data["start"], data["stop"], data["ended"], table, cluster)


def _hazard_ratio(
    start: pd.Series[float],
    stop: pd.Series[float],
    ended: pd.Series[bool],
    table: pd.DataFrame,
    cluster: npt.ArrayLike,
) -> Interval:
    fit = cox(stop, ended, table, entry=start, cluster=cluster)
    return fit[str(table.columns[0])].ratio
