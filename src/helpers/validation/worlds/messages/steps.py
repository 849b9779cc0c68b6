"""Trailing counts as step functions: a row on every day on which one changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from helpers.validation.worlds.messages.seen import Seen

MONTH = 28


def rates(view: Seen) -> pd.DataFrame:
    """Return messages and posters of the trailing 28 age days where either changes."""
    day = view.age_us // DAY_US
    group, begin, stop = _presences(view, day)
    one, nothing = np.ones(len(day), int), np.zeros(len(begin), int)
    changes = pd.DataFrame(
        {
            "group": np.r_[view.group, view.group, group, group].astype("int32"),
            "age_day": np.r_[day, day + MONTH, begin, stop].astype("int32"),
            "messages_28": np.r_[one, -one, nothing, nothing],
            "posters_28": np.r_[0 * day, 0 * day, nothing + 1, nothing - 1],
        }
    )
    net = changes.groupby(["group", "age_day"], as_index=False).sum()
    net = net[(net["messages_28"] != 0) | (net["posters_28"] != 0)]
    columns = ["messages_28", "posters_28"]
    running = net.assign(**net.groupby("group")[columns].cumsum())
    last = (view.groups["end_us"] - view.groups["origin_us"]) // DAY_US
    inside = running["age_day"] <= running["group"].map(last)
    return running[inside].reset_index(drop=True)


def _presences(view: Seen, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the stretches in which each person counts: group, first day, day after."""
    person = view.group * view.posters + view.sender
    pairs = np.unique(np.column_stack([person, day]), axis=0)
    who, when = pairs[:, 0], pairs[:, 1]
    apart = np.r_[True, (np.diff(who) != 0) | (np.diff(when) > MONTH)]
    first = np.flatnonzero(apart)
    last = np.r_[first[1:], len(who)] - 1
    return who[first] // view.posters, when[first], when[last] + MONTH
