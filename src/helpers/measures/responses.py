"""Messages in the minutes before and after an event, such as a red packet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.records import MINUTE_US

SPANS = (60, 7 * 24 * 60)  # minutes: an hour, a week
SIDES = ("before", "after")
COUNTS = [f"{what}{side}" for side in SIDES for what in ("", "speakers_", "new_")]


def count_responses(
    events: pd.DataFrame, messages: pd.DataFrame, minutes: int
) -> pd.DataFrame:
    """Count messages, posters and new posters in minutes before and after group events.

    A message in the very instant of the event is on neither side. Events of groups
    that nobody wrote in are left out.

    Parameters
    ----------
    events
        ``group, time_us, kind, value``.
    messages
        ``group, member, time_us``; who has no number counts as nobody.
    minutes
        Length of each side.

    Returns
    -------
    DataFrame
        The columns of `count_responses` in docs/tables.md.
    """
    heard = events[events["group"].isin(messages["group"])]
    ordered = heard.sort_values(["group", "time_us"], kind="stable", ignore_index=True)
    first = messages.groupby("member")["time_us"].min()
    ordered_messages = messages.assign(
        new=messages["time_us"] == messages["member"].map(first)
    )
    ordered_messages = ordered_messages.sort_values(
        ["group", "time_us"], kind="stable", ignore_index=True
    )
    talk = dict(list(ordered_messages.groupby("group")))
    counts = [
        _count_around_event(talk[group], at, minutes * MINUTE_US)
        for group, at in zip(ordered["group"], ordered["time_us"], strict=True)
    ]
    sides = pd.DataFrame(counts, columns=COUNTS, index=ordered.index)
    nth = ordered.groupby("group").cumcount()
    return ordered.assign(nth=nth, minutes=minutes).join(sides)


def _count_around_event(talk: pd.DataFrame, at: int, span: int) -> list[int]:
    """Count messages, posters and new posters before and after one group event."""
    times = talk["time_us"].to_numpy()
    edges = [at - span, at, at + 1, at + span + 1]
    low, until, since, high = np.searchsorted(times, edges)
    counts: list[int] = []
    for rows in (talk.iloc[low:until], talk.iloc[since:high]):
        new = rows.loc[rows["new"], "member"].nunique()
        counts += [len(rows), rows["member"].nunique(), new]
    return counts
