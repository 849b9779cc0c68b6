"""Groups recorded from their origin on, and who carried their first month."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence


def born_in(evidence: Evidence, window: str) -> pd.DataFrame:
    """Return groups recorded from their origin on, with what a window holds."""
    rows = evidence.window(window)
    return rows[rows["group"].isin(evidence.from_birth["group"])]


def first_month(evidence: Evidence) -> pd.DataFrame:
    """Return groups seen through their first 28 days, with who carried them."""
    rows = born_in(evidence, "0-27")
    first = evidence.months[evidence.months["month"] == 0]
    first = first.drop(columns=["month", "messages", "posters", "later_by_others"])
    return rows.merge(first, "left", "group").fillna(dict.fromkeys(first.columns, 0))
