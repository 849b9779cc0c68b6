"""What is predicted of each group's next 60 days, recalibrated by the past of all."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.forecast.moments import list_moments
from helpers.forecast.silence import (
    Forecast,
    Shift,
    find_fault,
    predict_silence,
    recalibrate,
)
from helpers.records import MONTH_DAYS
from helpers.study import Study


def read_shift(study: Study) -> Shift | None:
    """Return how far a study's groups are from what is predicted of their past days."""
    try:
        return recalibrate(list_moments(study))
    except NotIdentifiableError:  # too few groups, or no day behind a past one
        return None


def count_last_month(member_days: pd.DataFrame, today: pd.Series[int]) -> pd.DataFrame:
    """Count messages and writers of the 28 days up to a day of each group.

    >>> days = pd.DataFrame(
    ...     {"group": 0, "member": [1, 2], "day": [3, 30], "messages": 2}
    ... )
    >>> count_last_month(days, pd.Series({0: 31})).iloc[0].tolist()
    [2, 1]
    """
    ago = member_days["group"].map(today) - member_days["day"]
    by = member_days[ago.lt(MONTH_DAYS)].groupby("group")
    found = pd.DataFrame({"messages": by["messages"].sum()})
    found["writers"] = by["member"].nunique()
    return found.reindex(today.index).fillna(0).astype("int64")


def tell_groups(
    states: pd.DataFrame, shift: Shift | None
) -> dict[int, dict[str, Forecast]]:
    """Predict the next 60 days of groups, by the field of the card.

    `states`: by group, age, days since the last message, messages and writers; nothing
    is predicted outside what was measured.
    """
    found: dict[int, dict[str, Forecast]] = {}
    for group, *state in states.itertuples(name=None):
        age, days_since, messages, writers = map(int, state)
        now = (age, days_since, messages, writers)
        if find_fault(*now):
            continue
        told = found[int(group)] = {"forecast": predict_silence(*now)}
        if shift is not None:
            told["recalibrated"] = predict_silence(*now, past=shift)
    return found
