"""What people recorded of groups: purposes, rules, types, fees; dated, by whom.

An exposure is what was on record by an age. What has no date is not used as one, and
what is dated later was not there yet (the register's timing gate). Facts whose meaning
is of the beginning (`AT_BIRTH`) need no date.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.claims.contract.data_needs import DATED_BY
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.study_days import local_days
from helpers.errors import NotIdentifiableError

AT_BIRTH = frozenset({"offline_first", "fee", "cap"})
COLUMNS = ("group", "fact", "coder", "day", "value")


def coded(evidence: Evidence, fact: str) -> pd.DataFrame:
    """Return what was recorded of a fact: ``group, fact, coder, day, value``.

    Rows of the table `codings`, and of `facts`, which the study's source or its
    `groups.csv` tells.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it.
    """
    rows = pd.concat([_table(evidence, "codings"), _of_source(evidence)])
    found = rows[rows["fact"] == fact]
    if found.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record {fact}",
            remedy="code it by hand: codings.csv, read by shequn run --tables",
        )
    return found


def _table(evidence: Evidence, name: str) -> pd.DataFrame:
    try:
        return evidence.table(name)
    except NotIdentifiableError:
        return pd.DataFrame({name: [] for name in COLUMNS})


def _of_source(evidence: Evidence) -> pd.DataFrame:
    """Return `facts` as codings; the day of the first rules dates them."""
    rows = _table(evidence, "facts").assign(coder="source", day=np.nan)
    for fact, of in DATED_BY.items():
        days = rows[rows["fact"] == of]
        dated = rows["fact"].eq(fact) & rows["group"].isin(days["group"])
        days = days.assign(day=days["value"], value=1.0, fact=fact)
        rows = pd.concat([rows[~dated & rows["fact"].ne(of)], days])
    return rows[list(COLUMNS)]


def _by(evidence: Evidence, fact: str, by_day: float | None) -> pd.Series[float]:
    """Return values by group and coder as on record by an age."""
    rows = coded(evidence, fact)
    if by_day is not None and fact not in AT_BIRTH:
        rows = rows[rows["day"].notna() | rows["value"].eq(0)]
        origin = evidence.groups.set_index("group")["origin_us"]
        born = rows["group"].map(local_days(evidence, origin))
        late = rows["day"] + 1 > born + by_day  # at some hour of that day
        rows = rows.assign(value=rows["value"].mask(late, 0.0))
    by: pd.Series[float] = rows.groupby(["group", "coder"])["value"].last()
    return by


def measured(
    evidence: Evidence, fact: str, by_day: float | None = None
) -> pd.Series[float]:
    """Return a number by group, the mean of its coders', as on record by an age."""
    mean: pd.Series[float] = _by(evidence, fact, by_day).groupby("group").mean()
    return mean


def stated(
    evidence: Evidence,
    fact: str,
    by_day: float | None = None,
    *,
    coder: str | None = None,
) -> pd.Series[float]:
    """Return 1 or 0 by group; a group on which coders differ is left out.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it, or that coder did not.
    """
    by = _by(evidence, fact, by_day).gt(0).astype("float64")
    if coder is not None:
        by = by[by.index.get_level_values("coder") == coder]
    mean = by.groupby("group").mean()
    agreed: pd.Series[float] = mean[mean.isin([0.0, 1.0])]
    return agreed


def coders(evidence: Evidence, fact: str) -> list[str]:
    """Return who recorded a fact, if there are several; alone nobody differs."""
    names = sorted(coded(evidence, fact)["coder"].unique())
    return names if len(names) > 1 else []


def kinds(evidence: Evidence, of: str = "type") -> pd.Series[str]:
    """Return the one kind of each group on which all who coded it agree.

    Raises
    ------
    NotIdentifiableError
        If no group has one.
    """
    rows = pd.concat([_table(evidence, "codings"), _of_source(evidence)])
    rows = rows[rows["fact"].str.startswith(f"{of}: ") & rows["value"].gt(0)]
    named = rows.assign(kind=rows["fact"].str.removeprefix(f"{of}: "))
    told = named.drop_duplicates(["group", "kind"]).set_index("group")["kind"]
    found: pd.Series[str] = told[~told.index.duplicated(keep=False)].sort_index()
    if found.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record the {of} of groups"
        )
    return found


def is_kind(evidence: Evidence, *names: str) -> pd.Series[float]:
    """Return 1 for groups of these kinds, 0 for groups of others."""
    return kinds(evidence).isin(names).astype("float64")


def between(
    evidence: Evidence, these: Collection[str], those: Collection[str]
) -> pd.Series[float]:
    """Return 1 for groups of these kinds, 0 for groups of those."""
    kind = kinds(evidence)
    kind = kind[kind.isin([*these, *those])]
    return kind.isin(these).astype("float64")
