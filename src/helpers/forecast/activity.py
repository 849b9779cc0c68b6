"""Messages of each group on each day of its age."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.records import DAY_US

TRAILING = 28  # days that `rates` counts back

Counts = npt.NDArray[np.int64]


def fill_trailing_counts(
    rates: pd.DataFrame, groups: pd.DataFrame, column: str
) -> Counts:
    """Return messages or posters of the last 28 days, by group and day of age.

    Parameters
    ----------
    rates, groups
        The processed tables; groups are rows in the order given.
    column
        ``messages_28`` or ``posters_28``.

    Returns
    -------
    Array of shape (groups, age days); the last value is carried forward.
    """
    row = pd.Series(np.arange(len(groups)), index=groups["group"].to_numpy())
    days = int(np.nanmax(compute_ages(groups, "end_us"), initial=0)) + 1
    n_days = -(-max(days, TRAILING) // TRAILING) * TRAILING
    here = rates[rates["group"].isin(row.index)]
    values = np.full((len(groups), n_days), np.nan)
    values[:, 0] = 0.0
    at = row.loc[here["group"]].to_numpy(), here["age_day"].to_numpy()
    values[at] = here[column].to_numpy("float64")
    filled = pd.DataFrame(values).ffill(axis=1).to_numpy()
    return filled.astype(np.int64)


def count_messages_by_age_day(rates: pd.DataFrame, groups: pd.DataFrame) -> Counts:
    """Count messages per group and day of the group's age.

    A change of the trailing count is what came that day less what left it, which came
    28 days before: summing changes over every 28th day recovers the day itself.

    Examples
    --------
    >>> rates = pd.DataFrame(
    ...     {"group": 4, "age_day": [0, 3, 28, 31], "messages_28": [2, 5, 3, 1]}
    ... )
    >>> groups = pd.DataFrame({"group": [4], "origin_us": 0, "end_us": 40 * DAY_US})
    >>> counts = count_messages_by_age_day(rates, groups)
    >>> {int(day): int(counts[0, day]) for day in np.flatnonzero(counts[0])}
    {0: 2, 3: 3, 31: 1}
    """
    trailing = fill_trailing_counts(rates, groups, "messages_28")
    change = np.diff(trailing, axis=1, prepend=0)
    months = change.reshape(len(groups), -1, TRAILING)
    counts = months.cumsum(axis=1).reshape(change.shape)
    # after the end of observation the last count would repeat itself
    observed = np.arange(trailing.shape[1]) <= compute_ages(groups, "end_us")[:, None]
    observed_counts: Counts = np.where(observed, counts, 0)
    return observed_counts


def compute_ages(groups: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """Return the age of each group at a given time, in days; NaN if missing."""
    ages: npt.NDArray[np.float64] = (
        (groups[column] - groups["origin_us"]) / DAY_US
    ).to_numpy("float64")
    return ages


def has_message(
    counts: Counts, first: npt.NDArray[np.int64], days: int
) -> npt.NDArray[np.bool_]:
    """Return whether each group posted within some days from a given day.

    >>> has_message(np.array([[1, 0, 0], [1, 0, 1]]), np.array([1, 1]), 2).tolist()
    [False, True]
    """
    total = np.pad(counts.cumsum(axis=1), ((0, 0), (1, 0)))
    last = counts.shape[1]
    rows = np.arange(len(counts))
    until, since = np.minimum(first + days, last), np.minimum(first, last)
    posted: npt.NDArray[np.bool_] = total[rows, until] > total[rows, since]
    return posted
