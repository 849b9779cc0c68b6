"""Who came when, who brought them, and who stayed."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.records import DAY_US

BROUGHT = ("core", "member")


def came(evidence: Evidence) -> pd.DataFrame:
    """Return dated joins with ages: ``group, joined, left`` (days; nan if still there).

    From the table `arrivals`, or else from `memberships`.
    """
    name = "arrivals" if "arrivals" in evidence.study.manifest.tables else "memberships"
    rows = evidence.table(name).dropna(subset="joined_us")
    groups = evidence.groups.set_index("group")
    born = rows["group"].map(groups["origin_us"])
    return rows.assign(
        joined=(rows["joined_us"] - born) / DAY_US,
        left=(rows["left_us"] - born) / DAY_US,
        until=(rows["group"].map(groups["end_us"]) - born) / DAY_US,
    ).reset_index(drop=True)


def stayed(rows: pd.DataFrame, days: float) -> pd.DataFrame:
    """Return who joined so many days before the end, and whether they stayed."""
    known = rows[rows["joined"] + days <= rows["until"]]
    kept = ~(known["left"] < known["joined"] + days)
    return known.assign(kept=kept.astype("float64")).reset_index(drop=True)
