"""Moments in days of the study's own zone, as the column `day` counts them."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.records import DAY_US


def local_days(evidence: Evidence, us: pd.Series[int]) -> pd.Series[float]:
    """Return microseconds since 1970 UTC as days since then on the study's calendar."""
    days: pd.Series[float] = (us + evidence.study.manifest.day_offset_us) / DAY_US
    return days


def local_day(evidence: Evidence, us: pd.Series[int]) -> pd.Series[int]:
    """Return the calendar day, a whole number, of microseconds since 1970 UTC."""
    day: pd.Series[int] = (us + evidence.study.manifest.day_offset_us) // DAY_US
    return day
