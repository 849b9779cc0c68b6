"""Measure how much of a simulated study survives the round trip."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.records import SECOND_US
from helpers.study.tables.definitions.tables import TABLES
from validation.long_way.reads import ROWS
from validation.long_way.way import World

# what no posts can make as it was planted, and why
SKETCHES = {
    "rates": "two steps a life; every day of talk makes one",
    "daily": "one day a group, where no events are read",
    "newcomers": "they outlive their groups",
    "months.messages": "fewer than its people's days, or the same number for all",
    "months.posters": "fewer than its newcomers or its core",
    "months.newcomers": "fifty in a month of hours",
    "months.unanswered": "of fifty newcomers in a month of hours",
    "windows.gini": "one half for all",
    "windows.centres": "more than people who write",
    "windows.centres_null": "six for all",
    "groups.posters": "eight for all; people who come later are not counted",
    "groups.early_messages": "of a pace, where months or days tell more or less",
    "groups.last_us": "at the end, where nobody asks when groups die",
    "timetables.by_chance": "a hundredth or nine tenths for all",
    "readings": "of more messages than a month has, or of fewer",
    "labels": "of messages drawn again where readings are others",
}
ALIKE, MINUTE_US = 1e-9, 60 * SECOND_US


def kept(world: World) -> dict[str, float]:
    """Return the share of table cells that the round trip reproduces, by column.

    A share of messages is kept if no whole number of messages comes nearer, a number
    that is not whole if it is told rounded, an instant if its minute is. Only rows that
    the claim reads count, and of columns none of `SKETCHES`.
    """
    found = {}
    for name in sorted(world.reads.keys() - ROWS.keys() - SKETCHES.keys()):
        here = [table[name] for table in (world.planted, world.study.tables)]
        before, told = (_asked(rows, name, world) for rows in here)
        by = [
            column for column in TABLES[name].by if column in before and column != "nth"
        ]
        if "member" in by:  # who came in the same second is the same person
            by = [column for column in by if not column.endswith("_us")]
        both = before.merge(told, "left", by, suffixes=("", "_told"), indicator=True)
        for column in sorted(world.reads[name] & set(told) - {*by, "batch"}):
            if f"{name}.{column}" not in SKETCHES and f"{column}_told" in both:
                found[f"{name}.{column}"] = _alike(both, column)
    return found


def _asked(rows: pd.DataFrame, name: str, world: World) -> pd.DataFrame:
    """Select the rows of a table that the verdict on a claim depends on."""
    for listed, (table, column) in ROWS.items():
        if table == name and listed in world.reads:
            rows = rows[rows[column].astype(str).isin(world.reads[listed])]
    return rows


def _alike(both: pd.DataFrame, column: str) -> float:
    ours, theirs = both[column], both[f"{column}_told"]
    missing = ours.isna() & theirs.isna() & both["_merge"].eq("both")
    if not pd.api.types.is_numeric_dtype(ours.dropna().infer_objects()):
        return float((missing | ours.eq(theirs)).mean()) if len(both) else 1.0
    numbers = [
        values.astype("float64").to_numpy(np.float64) for values in (ours, theirs)
    ]
    off = np.abs(numbers[0] - numbers[1]) - _least(both, column, numbers[0])
    return float((missing | (off <= ALIKE)).mean()) if len(both) else 1.0


def _least(
    both: pd.DataFrame, column: str, planted: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the largest deviation at which a number counts as reproduced."""
    if column.endswith("_us"):
        return np.full(len(both), float(MINUTE_US))
    if column.endswith("_share"):
        return np.asarray(0.5 / both["messages_told"].clip(lower=1), np.float64)
    return np.where(planted % 1 > 0, 0.5, 0.0)
