"""Convert dates and times of sources to days and µs since 1970."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from helpers.records import DAY_US, SECOND_US


def to_instant_us(text: str) -> int:
    """Convert an ISO time to µs since 1970.

    >>> to_instant_us("1970-01-01T09:00:00.000005+08:00")
    3600000005
    """
    at = datetime.fromisoformat(text)
    return int(at.timestamp()) * SECOND_US + at.microsecond


def to_days(column: pd.Series[str]) -> pd.Series[float]:
    """Convert dates to whole days since 1970-01-01; NaN if missing."""
    at = pd.to_datetime(column.astype("str"), format="%Y-%m-%d", errors="raise")
    return (at - pd.Timestamp(0)) / pd.Timedelta(days=1)


def to_instants(column: pd.Series[str]) -> pd.Series[float]:
    """Convert ISO times with zone to µs since 1970; NaN if missing.

    >>> to_instants(pd.Series(["1970-01-01T09:00:00+08:00"])).tolist()
    [3600000000.0]
    """
    at = pd.to_datetime(column.astype("str"), utc=True, format="ISO8601")
    since = (at - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(microseconds=1)
    return since.round()


def to_midnight(day: pd.Series[float]) -> pd.Series[float]:
    """Convert days since 1970-01-01 to µs since then, at 00:00 of the day."""
    return day * DAY_US


def name_by_first_day(
    place: pd.Series[str], kind: pd.Series[str], time_us: pd.Series[int]
) -> pd.Series[str]:
    """Build anonymous group keys from kind, founding day and rank on that day.

    >>> days = [86_400_000_000, 0, 3]
    >>> rows = pd.DataFrame({"place": ["b", "a", "b"], "kind": "k", "time_us": days})
    >>> name_by_first_day(rows["place"], rows["kind"], rows["time_us"]).to_dict()
    {'a': 'k/1970-01-01/1', 'b': 'k/1970-01-01/2'}
    """
    rows = pd.DataFrame({"place": place, "kind": kind, "time_us": time_us})
    first = rows.sort_values(["time_us", "place"]).drop_duplicates("place")
    day = pd.to_datetime(first["time_us"], unit="us").dt.strftime("%Y-%m-%d")
    stem = first["kind"] + "/" + day
    key = stem + "/" + (stem.groupby(stem).cumcount() + 1).astype("str")
    return key.set_axis(first["place"])
