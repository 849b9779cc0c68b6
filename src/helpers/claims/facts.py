"""Facts about groups that a source records: numbers, kinds, and rules by a day."""

from __future__ import annotations

import pandas as pd

from helpers.claims.evidence import Evidence
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US


def measure_fact(evidence: Evidence, fact: str) -> pd.Series[float]:
    """Return a recorded number by group.

    Raises
    ------
    NotIdentifiableError
        If nobody recorded it.
    """
    rows = evidence.table("facts")
    rows = rows[rows["fact"] == fact]
    if rows.empty:
        raise NotIdentifiableError(f"{evidence.name} does not record {fact}")
    values: pd.Series[float] = rows.groupby("group")["value"].last()
    return values


def classify_groups(evidence: Evidence, of: str) -> pd.Series[str]:
    """Return each group's kind, such as its country, where exactly one is recorded.

    Raises
    ------
    NotIdentifiableError
        If no group has one.
    """
    rows = evidence.table("facts")
    rows = rows[rows["fact"].str.startswith(f"{of}: ") & rows["value"].gt(0)]
    if rows.empty:
        raise NotIdentifiableError(
            f"{evidence.name} does not record the {of} of groups"
        )
    named = rows.assign(kind=rows["fact"].str.removeprefix(f"{of}: "))
    kinds = named.drop_duplicates(["group", "kind"]).set_index("group")["kind"]
    one_kind: pd.Series[str] = kinds[~kinds.index.duplicated(keep=False)].sort_index()
    return one_kind


def mark_rules_by(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return 1 for groups with rules on record by an age in days, 0 for those without.

    Groups whose rules have no date are left out.
    """
    stated = measure_fact(evidence, "rules")
    dated = measure_fact(evidence, "rules_day").reindex(stated.index)
    shift = evidence.study.manifest.day_offset_us
    origin = evidence.groups.set_index("group")["origin_us"].reindex(stated.index)
    age = dated + 1 - (origin + shift) / DAY_US  # at some hour of that day
    known = dated.notna() | stated.eq(0)
    return (age <= day).astype("float64")[known]
