"""Groups by what was written in their first four weeks."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence

FIRST_WEEKS = "0-27"
REPLIES = {"explicit replies": "replies_explicit", "adjacent replies too": "replies"}
VOLUME, SIZE = "messages", "posters"
ADJUSTED = {"volume adjusted": (VOLUME,), "number of posters too": (VOLUME, SIZE)}
COMPANIES = {"all groups": 1, "without announcement-only groups": 2}


def first_weeks(evidence: Evidence, least: int = 1) -> pd.DataFrame:
    """Return groups in which so many people wrote in days 0–27."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    return rows[(rows["messages"] > 0) & (rows["posters"].fillna(1) >= least)]
