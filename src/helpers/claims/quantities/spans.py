"""Conversions between timestamps and days in the study's time zone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

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
