"""Tone of rooms and their end, and tone taken on by contagion: stored estimates.

They hold the measured errors of the instrument (`pipeline.validation.room_tone`).
Messages are read where the raw text lies; only counts and estimates are kept.
"""

import pandas as pd

from helpers import paths
from helpers.claims.quantity import quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.survival.interval import Interval


@quantity("end_hazard_by_tone", of="ratio")
def read_end_hazard(evidence: Evidence, *, tone: str) -> Interval:
    """Read the hazard ratio of falling silent per ten points more of a tone."""
    table = "negatives_hazard" if tone == "negative" else "hazard"
    return _read_stored(evidence, table, f"ten points more {tone}")


@quantity("negative_taken_on", of="difference")
def read_negative_taken_on(evidence: Evidence) -> Interval:
    """Read by how much more negative a message is after more negative ones."""
    return _read_stored(evidence, "contagion", "negative after negative")


@quantity("positive_taken_on", of="difference")
def read_positive_taken_on(evidence: Evidence) -> Interval:
    """Read by how much more positive a message is after more positive ones."""
    return _read_stored(evidence, "contagion", "positive after positive")


def _read_stored(evidence: Evidence, table: str, measure: str) -> Interval:
    rows = pd.read_csv(paths.PROCESSED / "tone" / f"{table}.csv")
    own = rows[rows["measure"].eq(measure) & rows["source"].eq(evidence.name)]
    whole = len(evidence.groups) == len(Evidence.of(evidence.study).groups)
    if own.empty or not whole:
        what = f"no tone of these groups is stored for {evidence.name}"
        raise NotIdentifiableError(what)
    row = own.iloc[0]
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    method, n = "stored, with the instrument's errors", int(row["rooms"])
    return Interval.of(estimate, (low, high), method=method, n=n, clusters=n)
