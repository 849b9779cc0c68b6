"""Tone of rooms and their end, and tone taken on by contagion: stored estimates.

They hold the measured errors of the instrument (`helpers.room_tone`). Messages are read
where the raw text lies; only counts and estimates are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from helpers import paths
from helpers.claims.evidence import Evidence
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.survival.interval import ScaleName

TABLE = "tone/claims.csv"


@dataclass(frozen=True, slots=True)
class _Stored:
    """The stored 95 % limits of an estimate, the same at every level."""

    estimate: float
    low: float
    high: float

    def __call__(self, level: float) -> tuple[float, float]:  # noqa: ARG002 - stored
        return self.low, self.high

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        raise NotIdentifiableError(f"stored limits have no error on scale {scale}")


@quantity("end_hazard_by_tone", of="ratio")
def read_end_hazard(evidence: Evidence, *, tone: str) -> Interval:
    """Read the hazard ratio of falling silent per ten points more of a tone."""
    return _read_stored(evidence, "s4-link-tone-matters", tone)


@quantity("negative_taken_on", of="difference")
def read_negative_taken_on(evidence: Evidence) -> Interval:
    """Read by how much more negative a message is after more negative ones."""
    return _read_stored(evidence, "s0-mutual-influence", "negative")


@quantity("positive_taken_on", of="difference")
def read_positive_taken_on(evidence: Evidence) -> Interval:
    """Read by how much more positive a message is after more positive ones."""
    return _read_stored(evidence, "s0-mutual-influence", "positive")


def _read_stored(evidence: Evidence, claim: str, tone: str) -> Interval:
    rows = _read_table()
    own = rows[
        rows["claim"].eq(claim)
        & rows["study"].eq(evidence.name)
        & rows["definition_en"].str.contains(f"more {tone}")
    ]
    whole = len(evidence.groups) == len(Evidence.of(evidence.study).groups)
    if own.empty or not whole:
        what = f"no tone of these groups is stored for {evidence.name}"
        raise NotIdentifiableError(what)
    row = own.iloc[0]
    found = _Stored(float(row["estimate"]), float(row["low"]), float(row["high"]))
    n = int(row["n"])
    return Interval(
        found.estimate, found.low, found.high, level=0.95,
        method="stored, with the instrument's errors", n=n, clusters=n, limits=found,
    )  # fmt: skip


@cache
def _read_table() -> pd.DataFrame:
    return pd.read_csv(paths.PROCESSED / TABLE)
