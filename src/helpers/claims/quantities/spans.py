"""Days of the study's time zone; activity in first days, weeks and month."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.claims.contract.finding import Sets
from helpers.claims.contract.study_view import Evidence
from helpers.records import DAY_US
from helpers.survival.lifetimes import SILENCE_DAYS
from helpers.wording import say

MONTH, TWELVE_WEEKS = 28, 84  # whole weeks: each has the same weekdays
THREE_MONTHS = 105.0  # "more than three months", as the register reads it
BRACKET = (90.0, 120.0)  # three calendar months at the shortest, and four
HALF_YEAR, YEAR, CALENDAR_YEAR = 180.0, 365.0, 365.25
MONTH_OF_YEAR = CALENDAR_YEAR / 12
SILENCES: Mapping[str, float] = {
    say("W = {w:g}", w=w): w for w in (SILENCE_DAYS, 30.0, 90.0)
}
FROM_FIRST_MESSAGES = ("groups", "births", "senders", "early_posters")
FIRST_WEEKS = "0-27"
REPLIES = {
    say("explicit replies"): "replies_explicit",
    say("adjacent replies too"): "replies",
}
VOLUME, SIZE = "messages", "posters"
ADJUSTED = {"volume adjusted": (VOLUME,), say("number of posters too"): (VOLUME, SIZE)}
COMPANIES = {say("all groups"): 1, say("without announcement-only groups"): 2}
BY_REPLIES: Sets = {"replies": REPLIES, "least": COMPANIES, "adjusted": ADJUSTED}


def to_local_days(evidence: Evidence, us: pd.Series[int]) -> pd.Series[float]:
    """Convert timestamps in µs to fractional local days since 1970."""
    days: pd.Series[float] = (us + evidence.study.manifest.day_offset_us) / DAY_US
    return days


def to_local_day(evidence: Evidence, us: pd.Series[int]) -> pd.Series[int]:
    """Convert timestamps in µs to whole days since 1970 in local time."""
    day: pd.Series[int] = (us + evidence.study.manifest.day_offset_us) // DAY_US
    return day


def to_first_day(months: pd.Series[int]) -> pd.Series[int]:
    """Convert months since 1970 to their first day, in days since 1970.

    >>> to_first_day(pd.Series([0, 1, 12])).tolist()
    [0, 31, 365]
    """
    begins = months.to_numpy("int64").astype("datetime64[M]").astype("datetime64[D]")
    return pd.Series(begins.astype("int64"), index=months.index)


def list_joins(evidence: Evidence) -> pd.DataFrame:
    """List members' dated joins and leaves, by group."""
    rows = evidence.table("memberships").dropna(subset="joined_us")
    return rows.rename(columns={"joined_us": "came_us"})


def compute_age_at(
    evidence: Evidence, rows: pd.DataFrame, column: str
) -> pd.Series[float]:
    """Convert times to the age, in days, of each row's group."""
    origin = evidence.groups.set_index("group")["origin_us"]
    return (rows[column] - rows["group"].map(origin)) / DAY_US


def count_early_days(evidence: Evidence, day: int) -> pd.DataFrame:
    """Count active days and messages of each member before a group age."""
    rows = evidence.table("member_days")
    born = to_local_day(evidence, evidence.groups.set_index("group")["origin_us"])
    early = rows[rows["day"] - rows["group"].map(born) < day]
    return early.groupby(["group", "member"], as_index=False).agg(
        days=("day", "size"), messages=("messages", "sum")
    )


def select_first_weeks(evidence: Evidence, least: int = 1) -> pd.DataFrame:
    """Select groups with messages and at least `least` posters in days 0–27."""
    rows = evidence.window(FIRST_WEEKS).set_index("group")
    return rows[(rows["messages"] > 0) & (rows["posters"].fillna(1) >= least)]


def select_born_in(evidence: Evidence, window: str) -> pd.DataFrame:
    """Select groups observed from their origin, with activity in an age window."""
    rows = evidence.window(window)
    return rows[rows["group"].isin(evidence.from_birth["group"])]


def summarise_first_month(evidence: Evidence) -> pd.DataFrame:
    """Return messages, posters and core members of each group's first 28 days."""
    rows = select_born_in(evidence, FIRST_WEEKS)
    first = evidence.months[evidence.months["month"] == 0]
    first = first.drop(columns=["month", "messages", "posters", "later_by_others"])
    return rows.merge(first, "left", "group").fillna(dict.fromkeys(first.columns, 0))
