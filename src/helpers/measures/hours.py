"""At which hours of the week a group writes, on the clock of its people."""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
import pandas as pd

from helpers.measures.engine import Frame
from helpers.records import HOUR_US

QUARTER_US = HOUR_US // 4  # no zone is off by less


def by_quarter(messages: Frame) -> Frame:
    """Return messages by group and quarter of an hour since 1970."""
    quarters = messages.select("group", quarter=nw.col("time_us") // QUARTER_US)
    return quarters.group_by("group", "quarter").agg(n=nw.len())


def rhythm(counts: pd.DataFrame, zones: Mapping[int, str]) -> pd.DataFrame:
    """Return messages by group, day of the week and hour of its zone.

    Parameters
    ----------
    counts
        As `by_quarter` returns them.
    zones
        IANA names by group; groups without one are left out.

    Examples
    --------
    >>> at = pd.Timestamp("2015-07-03 20:30").value // 1000 // QUARTER_US  # a Friday
    >>> counts = pd.DataFrame({"group": [0], "quarter": [at], "n": [2]})
    >>> rhythm(counts, {0: "Asia/Kolkata"}).to_numpy().tolist()
    [[0, 5, 2, 2]]
    """
    parts = []
    for zone, rows in counts.groupby(counts["group"].map(zones)):
        at = pd.to_datetime(rows["quarter"] * QUARTER_US, unit="us", utc=True)
        local = at.dt.tz_convert(str(zone))
        slots = {"weekday": local.dt.day_of_week, "hour": local.dt.hour}
        parts.append(rows[["group", "n"]].assign(**slots))
    columns = ["group", "weekday", "hour"]
    if not parts:
        return pd.DataFrame(columns=[*columns, "items"], dtype="int64")
    by = pd.concat(parts).groupby(columns)["n"].sum()
    return by.rename("items").reset_index()
