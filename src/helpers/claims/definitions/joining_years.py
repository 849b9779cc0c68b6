"""Who still writes of those who joined one site in a year, before and behind its door.

Years of joining are the units; a steady trend over them is taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.interrupted_series import coefficient
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval

Sets = Mapping[str, Mapping[str, Any]]

JOINERS = "registry.kind=joiners of a year"
OPENED = 2005  # the first whole year behind the paid door
SHUT = (2003, 2004)  # hardly anybody could join; then those who had waited did
FIRST_YEAR = 1999
YEARS: Sets = {
    "after": {"a year later": 1, "two years later": 2, "five years later": 5},
    "until": {"joined up to 2012": 2012, "up to 2010": 2010, "up to 2015": 2015},
}


def joined_in(evidence: Evidence, after: int, until: int) -> pd.DataFrame:
    """Return each year's joiners: the share who write so many years later."""
    groups = evidence.groups[evidence.groups["kind"] == "joiners of a year"]
    year = groups["key"].str.rsplit("/", n=1).str[1].astype(int)
    of = pd.Series(year.to_numpy(), groups["group"])
    months = evidence.table("snapshots")
    months = months[months["group"].isin(of.index)].assign(
        year=lambda rows: rows["group"].map(of),
        then=lambda rows: pd.to_datetime(rows["day"], unit="D").dt.year,
    )
    later = months[months["then"] == months["year"] + after]
    made = evidence.table("funnels").query("step == 'registered'")
    accounts = made.set_index(made["cohort"].astype(int))["people"]
    share = later.groupby("year")["active"].mean() / accounts
    table = share.rename("share").rename_axis("year").reset_index().dropna()
    kept = table["year"].between(FIRST_YEAR, until) & ~table["year"].isin(SHUT)
    return table[kept].assign(paid=lambda rows: (rows["year"] >= OPENED).astype(float))


def stopping_ratio(years: pd.DataFrame, names: list[str]) -> Interval:
    """Return the ratio of hazards of no longer writing, of the first exposure named."""
    if not years["share"].between(0, 1, inclusive="neither").all():
        raise NotIdentifiableError("a year of which nobody or everybody stayed")
    return coefficient(np.log(-np.log(years["share"])), years[names], "log")


def first_of(sets: Sets) -> dict[str, Any]:
    """Return the first value of each set: the deciding choice."""
    return {name: next(iter(values.values())) for name, values in sets.items()}
