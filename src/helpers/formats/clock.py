"""Times as exports spell them, as whole microseconds UTC, a column at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.records import SECOND_US

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LATEST_US", "from_epoch", "from_wall", "iso_us"]

LATEST_US = 4_102_444_800 * SECOND_US  # 2100-01-01: nothing later is a time
_UNITS = ((1e17, 1e-3), (1e14, 1.0), (1e11, 1e3), (-1.0, 1e6))  # from ns to s


def from_epoch(values: Sequence[float | int | str | None]) -> pa.Array:
    """Return times since 1970, whether in s, ms, µs or ns; not a time is null.

    A number above 10¹¹ can't be seconds (the year 5138), so it is milliseconds, and
    so on: exporters disagree with their own specification.

    Examples
    --------
    >>> from_epoch([1700000000, 1700000000123, "1700000000.5", None, -1]).to_pylist()
    [1700000000000000, 1700000000123000, 1700000000500000, None, None]
    """
    raw = _exact(values)
    if raw is not None:
        scale = np.select(
            [raw > 10**17, raw > 10**14, raw > 10**11],
            [0, 1, 1000],
            SECOND_US,
        )
        times = np.where(scale == 0, raw // 1000, raw * np.maximum(scale, 1))
    else:
        numbers = np.array([_number(value) for value in values], np.float64)
        scale = np.select(
            [numbers > least for least, _ in _UNITS[:-1]],
            [by for _, by in _UNITS[:-1]],
            1e6,
        )
        numbers = np.where(np.abs(numbers) < 1e19, numbers, -1)
        times = np.round(np.nan_to_num(numbers * scale, nan=-1, posinf=-1))
    return _sane(times)


def _exact(values: Sequence[float | int | str | None]) -> np.ndarray | None:
    try:
        raw = np.array(values)
    except (ValueError, OverflowError):
        return None
    return raw if raw.dtype == np.int64 else None


def _number(value: float | str | None) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return -1.0


def _sane(times: np.ndarray) -> pa.Array:
    bad = (times < 0) | (times >= LATEST_US)
    return pa.array(np.where(bad, 0, times).astype(np.int64), mask=bad)


def from_wall(texts: Sequence[str] | pa.Array, zone: str) -> pa.Array:
    """Return the instants of a clock on a wall in `zone`; not a time is null.

    Accepts ``2019-07-16 8:15:05`` with or without zero padding, seconds, ``/`` for
    ``-``, ``T`` for the blank, and ``AM``, ``PM``, 上午 or 下午. The hour that a
    clock shows twice is read as the first.

    Examples
    --------
    >>> wall = ["2019-07-16 8:15:05", "2019-09-23 8:43:38 PM", "2024-02-31 00:00:00"]
    >>> [t and t // 10**6 for t in from_wall(wall, "Asia/Shanghai").to_pylist()]
    [1563236105, 1569242618, None]
    """
    column = pa.array(texts, pa.string()) if not isinstance(texts, pa.Array) else texts
    try:
        stamps = column.cast(pa.timestamp("us"))  # the usual spelling, at once
    except pa.ArrowInvalid:
        stamps = _spelled(column)
    naive = pd.DatetimeIndex(stamps.to_numpy(zero_copy_only=False))
    first = np.ones(len(naive), bool)
    local = naive.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    whole = local.tz_convert("UTC").tz_localize(None).as_unit("us").asi8
    return _sane(np.where(naive.isna(), -1, whole))


_SPELLING = (
    r"^\s*(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2})[ T]\s*(?P<before>上午|下午)?\s*"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?P<part>\.\d+)?"
    r"\s*(?P<after>[AaPp]\.?[Mm]\.?|上午|下午)?Z?\s*$"
)


def _spelled(column: pa.Array) -> pa.Array:
    """Respell each time the usual way, then convert; what is no time is null."""
    parts = pd.Series(column.to_pylist(), dtype="str").str.extract(_SPELLING)
    hour = pd.to_numeric(parts["hour"])
    half = parts["before"].fillna(parts["after"]).str[0].str.lower()
    hour = hour.where(half.isna(), hour % 12)
    hour += np.where(half.isin(["p", "下"]), 12, 0)
    padded = hour.astype("Int64").astype("str").str.zfill(2)
    clock = padded + ":" + parts["minute"] + ":" + parts["second"].fillna("00")
    text = parts["date"].str.replace("[/.]", "-", regex=True) + " " + clock
    times = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    return pa.array(times.astype("datetime64[us]").to_numpy())


def iso_us(text: str) -> int | None:
    """Return an ISO 8601 time with an offset as microseconds, or None.

    Examples
    --------
    >>> iso_us("2025-12-26T03:10:01.000Z"), iso_us("2024-04-01T08:00:00.1234567+08:00")
    (1766718601000000, 1711929600123456)
    >>> iso_us("yesterday") is None
    True
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    try:
        return int((moment - EPOCH) / timedelta(microseconds=1))
    except OverflowError:
        return None


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def from_iso(texts: Sequence[str]) -> pa.Array:
    """Return ISO 8601 times with offsets as microseconds; not a time is null."""
    column = pa.array(texts, pa.string())
    try:
        stamps = column.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return pa.array([iso_us(text or "") for text in texts], pa.int64())
    return pc.cast(stamps, pa.int64())
