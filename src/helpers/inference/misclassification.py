"""Shares that a classifier reports, and of how many texts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A share estimated from n independent texts."""

    estimate: float
    n: int
