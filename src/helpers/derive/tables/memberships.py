"""Memberships from join and leave dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

PAIR = ["group", "member"]  # a person in a group


def list_memberships(days: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[int]]:
    """List who was a member from when, and the day each group's join records begin.

    A membership begins with a person's first line of any kind. It was seen to begin
    if that is on or after the group's first recorded joining and no leaving, which
    would be the end of an older one.
    """
    from_day = days[days["joins"] > 0].groupby("group")["day"].min()
    ordered = days.sort_values([*PAIR, "day"])
    first = ordered.drop_duplicates(PAIR)
    last = ordered.drop_duplicates(PAIR, keep="last")
    leaving_day = last["day"].where(last["leaves"] > 0).to_numpy()
    spoke_or_joined = (first["joins"] > 0) | (first["messages"] > 0)
    is_recorded = spoke_or_joined & (first["day"] >= first["group"].map(from_day))
    table = pd.DataFrame(
        {
            "group": first["group"],
            "member": first["member"],
            "joined_day": first["day"],
            "gone_day": leaving_day,
            "dated": first["joins"] > 0,
            "reactions": np.nan,
        }
    )
    return table[is_recorded].reset_index(drop=True), from_day
