"""Recompute periods of low traffic or few posters from their definition.

A group is under a tenth of its past peak traffic, or under three posters, for as many
days as the trailing 28 days say so; it counts if that lasts 28 days or more.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LASTING = 28


def by_day(rates: pd.DataFrame, column: str, groups: int, days: int) -> np.ndarray:
    """Expand the step functions of `rates` to a matrix: groups × days."""
    table = rates.drop_duplicates(["group", "age_day"], keep="last")
    wide = table.pivot_table(index="age_day", columns="group", values=column)
    filled = wide.reindex(range(days + 1)).ffill().fillna(0)
    known = table[column].notna().any()
    return filled.reindex(columns=range(groups), fill_value=0).to_numpy().T + (
        0 if known else np.nan
    )


def lasting(holds: np.ndarray) -> np.ndarray:
    """Return the days since which a state has lasted without a break."""
    sums = np.cumsum(np.pad(holds, ((0, 0), (1, 0))), axis=1)
    begins = np.zeros_like(holds)
    full = sums[:, LASTING:] - sums[:, :-LASTING] == LASTING
    begins[:, : full.shape[1]] = full
    lasts = np.zeros_like(holds)
    for day in range(LASTING):
        lasts[:, day:] |= begins[:, : holds.shape[1] - day]
    return lasts


def few_posters(posters: np.ndarray) -> np.ndarray:
    """Return days on which under three people wrote in 28 days."""
    few = posters < 3
    few[:, :LASTING] = False
    return lasting(few)


def low_traffic(messages: np.ndarray) -> np.ndarray:
    """Return days with traffic under a tenth of the earlier peak."""
    peak = np.maximum.accumulate(messages, axis=1)
    return lasting((messages < peak / 10) & (peak >= 6))


def first_day(state: np.ndarray) -> np.ndarray:
    """Return the first day of a state, inf if it never occurs."""
    return np.where(state.any(axis=1), state.argmax(axis=1), np.inf)
