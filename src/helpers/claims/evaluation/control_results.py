"""Stored results of negative controls of verdicts."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers.claims.rules.interval_rules import Word
from helpers.paths import PROCESSED
from helpers.survival import Interval
from helpers.survival.interval import Wald

RESULTS = PROCESSED / "controls" / "controls.csv"
CALIBRATION = PROCESSED / "calibration" / "cells.csv"
WRONG_IN = {  # worlds of the calibration in which a verdict is wrong
    Word.SUPPORTED: ("false", "no effect"),
    Word.CONTRADICTED: ("true",),
    Word.TOO_SMALL: ("true",),
}
Z95 = 1.959964
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Simulated:
    """Number of simulated studies, and how many of them gave a certain verdict."""

    times: int
    of: int

    @property
    def share(self) -> float:
        """Share of simulated studies with that verdict; 0 if none was simulated."""
        return self.times / self.of if self.of else 0.0


@cache
def _build_rows(path: Path) -> tuple[Row, ...]:
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as opened:
        return tuple(csv.DictReader(opened))


def read_calibration(claim_id: str, word: Word) -> Simulated | None:
    """Read how often a verdict was wrong in simulated studies; None if not simulated.

    Of several sizes the claim's own counts, which stands first.

    >>> read_calibration("s0-three-month-death", Word.CONTRADICTED)
    Simulated(times=0, of=200)
    """
    own = (row for row in _build_rows(CALIBRATION) if row["subject"] == claim_id)
    row = next((row for row in own if row["world"] in WRONG_IN[word]), None)
    if row is None:
        return None
    of = int(row["replicates"])
    return Simulated(round(float(row[word.lower()]) * of), of)


def find_row(claim_id: str, study: str, control: str) -> Row | None:
    """Find the stored negative control of a claim in a study."""
    key = (claim_id, study, control)
    rows = (row for row in _build_rows(RESULTS))
    return next(
        (row for row in rows if (row["claim"], row["study"], row["control"]) == key),
        None,
    )


def read_simulated(row: Row, word: Word) -> Simulated | None:
    """Read in how many simulated studies of a negative control a verdict occurred."""
    if not row["of"] or not row[word.lower()]:
        return None
    return Simulated(int(row[word.lower()]), int(row["of"]))


def read_interval(row: Row) -> Interval | None:
    """Read the effect ratio and interval stored for a negative control, or None."""
    if not row["estimate"]:
        return None
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    rule = Wald(estimate, math.log(high / low) / 2 / Z95, "log")
    n = int(row["n"])
    return Interval.of(estimate, rule, method="kept", n=n, clusters=n)
