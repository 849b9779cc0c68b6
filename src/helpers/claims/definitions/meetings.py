"""Meetings that were held."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence


def meetings_held(evidence: Evidence) -> pd.DataFrame:
    """Return meetings before the end of the record, in order, that took place."""
    rows = evidence.table("meetings").sort_values(["group", "time_us"])
    past = rows["time_us"] < evidence.groups["end_us"].max()
    held: pd.DataFrame = rows[past & rows["held"].astype(bool)]
    return held
