"""How many members groups had at an age."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence

STALE_DAYS = 31  # a count of members holds so long


def members_at(evidence: Evidence, day: float) -> pd.Series[float]:
    """Return members by group as counted last in the month up to an age.

    Raises
    ------
    GateError
        If who is present was told from what people do later.
    """
    rows = counted_by_age(evidence)
    near = rows[(rows["age"] <= day) & (rows["age"] > day - STALE_DAYS)]
    return near.groupby("group")["members"].last()


def first_members(evidence: Evidence, first: int, last: int) -> pd.Series[float]:
    """Return members by group as counted first on some days of age.

    Raises
    ------
    GateError
        If who is present was told from what people do later.
    """
    rows = counted_by_age(evidence)
    inside = rows[(rows["age"] > first) & (rows["age"] <= last + 1)]
    return inside.groupby("group")["members"].first()


def counted_by_age(evidence: Evidence) -> pd.DataFrame:
    """Return counts of members with the age at the end of their day."""
    gates.passed(_counted(evidence.observability.members_source))
    return evidence.counted


def _counted(source: str) -> gates.Gate:
    """Refuse members inferred from people's later lines, which are the outcome."""
    detail = f"members are known from {source}"
    if source == "events":
        detail += ": who is present is told from what they write or do later"
    return gates.Gate("circularity", source in {"roster", "count"}, detail)
