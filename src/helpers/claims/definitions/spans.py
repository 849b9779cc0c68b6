"""Spans of time that claims share, in days."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from helpers.survival.silence import SILENCE_DAYS

MONTH, TWELVE_WEEKS = 28, 84  # whole weeks: each has the same weekdays
THREE_MONTHS = 105.0  # "more than three months", as the register reads it
BRACKET = (90.0, 120.0)  # three calendar months at the shortest, and four
HALF_YEAR, YEAR, CALENDAR_YEAR = 180.0, 365.0, 365.25
MONTH_OF_YEAR = CALENDAR_YEAR / 12
SILENCES: Mapping[str, float] = MappingProxyType(
    {f"W = {w:g}": w for w in (SILENCE_DAYS, 30.0, 90.0)}
)
