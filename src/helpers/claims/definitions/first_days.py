"""What people did in a group's first days: when they came, how much they wrote."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.study_days import local_day
from helpers.records import DAY_US

FROM_FIRST_MESSAGES = ("groups", "births", "senders", "early_posters")


def joins(evidence: Evidence) -> pd.DataFrame:
    """Return who joined when, and left when: ``group, member, came_us, left_us``."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    return rows.rename(columns={"joined_us": "came_us"})


def age_at(evidence: Evidence, rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """Return the age of each row's group, in days, at an instant."""
    origin = evidence.groups.set_index("group")["origin_us"]
    return (rows[column] - rows["group"].map(origin)) / DAY_US


def early_days(evidence: Evidence, day: int) -> pd.DataFrame:
    """Return each person's days and messages before an age, by group."""
    rows = evidence.table("member_days")
    born = local_day(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    return early.groupby(["group", "member"], as_index=False).agg(
        days=("day", "size"), messages=("messages", "sum")
    )
