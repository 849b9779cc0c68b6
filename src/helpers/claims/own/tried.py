"""The stored coverage of the ranges of own groups."""

from __future__ import annotations

import pandas as pd

from helpers.paths import PROCESSED

FILE = PROCESSED / "answers" / "own_coverage.csv"  # by `pipeline.coverage`
SIZES = (1, 3, 5, 10, 20, 50)  # own groups
WAYS = ("alone", "together")


def summarise_coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Summarise coverage by number of own groups: the mean over readings and places."""
    numbers = [
        f"{name}_{way}" for way in WAYS for name in ("coverage", "width", "error")
    ]
    by = table.groupby("groups")
    worst = by["coverage_together"].min().rename("worst_together")
    return by[numbers].mean().join(worst)


def read_coverage() -> pd.DataFrame:
    """Read the stored table of `tabulate_coverage`."""
    return pd.read_csv(FILE)
