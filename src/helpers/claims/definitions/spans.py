"""Spans of time that claims share, in days."""

from __future__ import annotations

__all__ = ["HALF_YEAR", "MONTH", "YEAR"]

MONTH = 28  # four weeks: months of a group's age all have the same weekdays
HALF_YEAR, YEAR = 180.0, 365.0
