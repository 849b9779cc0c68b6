"""Days on which the numbered groups on projects' lists were listed and were full.

Between two versions of a list a group came onto it, and between two others it was
called full.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.spans import CALENDAR_YEAR
from helpers.records import DAY_US


def select_listed(
    evidence: Evidence, *, removed: bool = False, born: bool = False
) -> pd.DataFrame:
    """Return the days on which groups were listed, and on which they were full.

    Parameters
    ----------
    removed
        Whether a group taken off the list had filled by then.
    born
        Whether it began when first listed, and not since the version before; then
        groups called full from the first are left out.
    """
    fills = evidence.table("fills").merge(evidence.groups[["group", "network"]])
    order = fills.sort_values(["network", "listed_us", "group"])
    nth = order.groupby("network").cumcount().reindex(fills.index) + 1
    fills = fills.assign(
        number=fills["number"].fillna(nth),
        chain=fills.groupby("network")["group"].transform("size"),
    )
    rows = fills[fills["unlisted_us"].notna() & ~fills["shared"]]
    full, start = rows["full_us"], rows["listed_us" if born else "unlisted_us"]
    if removed:
        full = full.fillna(rows["removed_us"])
    observed_us = rows["open_us"].where(full.notna(), rows["removed_us"])
    observed_us = observed_us.fillna(rows["until_us"]).where(
        full.isna() | rows["open_us"].notna()
    )
    after = ((observed_us - rows["listed_us"]) / DAY_US).clip(lower=0).fillna(0.0)
    until = ((full - start) / DAY_US).fillna(np.inf)
    year = pd.to_datetime(rows["listed_us"].astype("int64"), unit="us").dt.year
    at = rows["listed_us"] / DAY_US / CALENDAR_YEAR
    groups = rows.assign(after=after, until=until, year=at - at.min(), cohort=year)
    return groups[until > 0].reset_index(drop=True)
