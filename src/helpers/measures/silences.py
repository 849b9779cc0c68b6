"""Silence: the gaps between a group's messages."""

from __future__ import annotations

import narwhals as nw

from helpers.measures.engine import Frame
from helpers.records import DAY_US

SHORTEST_DAYS = 28


def silences(messages: Frame, shortest_days: int = SHORTEST_DAYS) -> Frame:
    """Return every gap of at least so many days: ``group, start_us, end_us``.

    Gaps lie between consecutive messages of a group; the last, open silence follows
    from the last message and the end of observation.
    """
    before = nw.col("time_us").shift(1).over("group", order_by="time_us")
    gaps = messages.select("group", start_us=before, end_us=nw.col("time_us"))
    long = nw.col("end_us") - nw.col("start_us") >= shortest_days * DAY_US
    return gaps.filter(long)
