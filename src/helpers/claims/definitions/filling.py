"""When groups were full."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.records import DAY_US

FULL = 100
A_SECOND = 1 / 86_400  # in days: the least time that is told from none


def filled(evidence: Evidence, full: int) -> pd.DataFrame:
    """Return groups watched from their origin: whether they were full, and when.

    Days from the origin to the joining that filled a group stand in ``days``, to the
    end where none did; ``year`` is that of founding.
    """
    joined = evidence.table("memberships").dropna(subset="joined_us")
    order = joined.sort_values(["group", "joined_us"])
    nth = order.groupby("group").cumcount() + 1
    when = order[nth == full].set_index("group")["joined_us"]
    rows = evidence.from_birth
    at = rows["group"].map(when)
    days = (at.fillna(rows["end_us"]) - rows["origin_us"]) / DAY_US
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    return rows.assign(
        days=days.clip(lower=A_SECOND).astype("float64"), full=at.notna(), year=year
    )
