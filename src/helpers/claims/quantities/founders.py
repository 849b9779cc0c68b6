"""Founders' earlier activity in other groups: replies received, ties to posters."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence

MET_DAYS, STANDING_DAYS = 90, 180  # of earlier record that a group needs
TOP = 0.10
EITHER, EXPLICIT = "either", "explicit"


def list_founded(evidence: Evidence, days: int, replies: str = EITHER) -> pd.DataFrame:
    """List groups founded a given number of days after their network's first message.

    Parameters
    ----------
    days
        Of record before the group's origin.
    replies
        ``either`` kind of reply, or ``explicit`` ones.
    """
    table = evidence.table("founders")
    rows = table[table["replies"].eq(replies) & table["record_days"].ge(days)]
    return rows.set_index("group")


def measure_standing(
    evidence: Evidence, replies: str = EITHER, top: float = TOP
) -> pd.Series[float]:
    """Return 1 if a founder was in the top tenth by replies in other groups, else 0.

    Of all people who wrote in other groups of the network in the 180 days before the
    group's first message; groups before which nobody wrote elsewhere have no value.
    """
    as_many = list_founded(evidence, STANDING_DAYS, replies)["as_many"].dropna()
    return as_many.le(top).astype("float64")
