"""How often instruments of tone err on labelled texts, as it was measured.

`src/pipeline/validation/instruments.py` measures it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.paths import PROCESSED

TABLE = PROCESSED / "instruments" / "tone.csv"
DEVELOPERS = ("stack_overflow", "pull_requests")  # sets that correct English rooms
ALL = "all"
LENGTHS: Mapping[str, Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "en": {
            ALL: (0, 10**6),
            "1–40": (1, 40),
            "41–120": (41, 120),
            "121 or more": (121, 10**6),
        },
        "zh": {ALL: (0, 10**6), "1–4": (1, 4), "5–8": (5, 8), "9 or more": (9, 10**6)},
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    """A share estimated from n independent texts."""

    estimate: float
    n: int


@cache
def read_measured() -> pd.DataFrame:
    """Read the table of instruments, as it was measured."""
    return pd.read_csv(TABLE)


def find_errors(
    instrument: str, reading: str, labelled: str, length: str = ALL
) -> tuple[Rate, Rate]:
    """Find an instrument's measured sensitivity and specificity.

    >>> sensitivity, specificity = find_errors("vader", "negative", "developers")
    >>> bool(sensitivity.estimate + specificity.estimate > 1)
    True
    """
    rows = read_measured()
    asked = {"instrument": instrument, "reading": reading}
    asked |= {"set": labelled, "length": length}
    (row,) = np.flatnonzero((rows[list(asked)] == pd.Series(asked)).all(axis=1))
    n, own = (int(rows[name].iloc[row]) for name in ("n", "labelled"))
    hit, passed = (rows[name].iloc[row] for name in ("sensitivity", "specificity"))
    return Rate(float(hit), own), Rate(float(passed), n - own)
