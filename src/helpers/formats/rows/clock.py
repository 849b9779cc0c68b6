"""Convert times in chat exports to whole microseconds UTC, by column."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Floats, Ints
from helpers.files import read_own_rows
from helpers.records import DAY_US, MINUTE_US, SECOND_US
from helpers.text.columns import match_pattern

_LARGEST = np.array([1e11, 1e14, 1e17])  # number of seconds, of ms, of µs
_SCALES = np.array([1e6, 1e3, 1.0, 1e-3])  # of s, ms, µs, ns
_BEYOND = 1e30  # of any unit: keeps products finite
STEP_US = MINUTE_US  # a clock put back steps further than lines out of order
_NOON, _HOURS, _MINUTES = 12, 24, 60
# 1981-01-01: clocks that were never set start in 1970 or 1980, and so do the numbers
# of days and of seconds that are no times at all
EARLIEST_US = 347_155_200 * SECOND_US
LATEST_US = 2_524_608_000 * SECOND_US  # 2050-01-01; a Buddhist 67 is no 2067
_APPLE_US = 978_307_200 * SECOND_US  # 2001-01-01, where Apple's clocks begin
_CHATS_US = 820_454_400 * SECOND_US  # 1996-01-01: who counted seconds wrote later
_LATE = "下午|午後|오후|中午|傍晚|晚上"
_TOLD = read_own_rows("formats", "rows", "clock.toml")
_MONTHS: list[str] = _TOLD["months"]
_MONTHS = [f"(?:{names})[{_TOLD['letters']}]*" for names in _MONTHS]
MONTH = "(?:" + "|".join(_MONTHS) + ")"
MONTH_NAMES = f"(?:^|[^{_TOLD['letters']}]){MONTH}(?:[^{_TOLD['letters']}]|$)"
_NAMED_MONTH = f"(?i){MONTH_NAMES}"
_UTC_HALF = r"(?i)([ap]\.?m\.?)\s*(?:UTC|GMT|Z)\s*$"
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def from_epoch(values: Sequence[float | int | str | None]) -> pa.Array:
    """Convert epoch times in s, ms, µs or ns to µs; invalid ones are null.

    A number above 10¹¹ can't be seconds (the year 5138), so it is milliseconds, and
    so on: exporters disagree with their own specification. If all are of years before
    1996, they count from 2001, as Apple's programs do.

    >>> from_epoch([1700000000, 1700000000123, "1700000000.5", None, -1]).to_pylist()
    [1700000000000000, 1700000000123000, 1700000000500000, None, None]
    >>> from_epoch([706936368000000000]).to_pylist()
    [1685243568000000]
    """
    raw = np.clip(_to_numbers(values), -1, _BEYOND)
    scaled = np.round(raw * _SCALES[np.searchsorted(_LARGEST, raw)])
    if not (scaled >= _CHATS_US).any():
        scaled[scaled >= EARLIEST_US] += _APPLE_US
    times = _drop_impossible_times(scaled)
    if times.null_count:
        texts = [one if isinstance(one, str) else None for one in values]
        if any("T" in one or ":" in one for one in texts if one):
            return pc.coalesce(times, from_iso(texts))  # as other programs write times
    return times


def _to_numbers(values: Sequence[float | int | str | None]) -> Floats:
    """Convert values to float64 numbers, NaN if invalid."""
    with suppress(TypeError, ValueError, OverflowError):
        texts = pa.array(values, pa.string())  # refuses whatever is no text
        return np.asarray(texts.cast(pa.float64()).to_numpy(zero_copy_only=False))
    with suppress(TypeError, ValueError, OverflowError):
        return np.array(values, np.float64)
    return np.array([_to_number(value) for value in values], np.float64)


def _to_number(value: float | str | None) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _drop_impossible_times(times: npt.NDArray[Any]) -> pa.Array:
    good = (times >= EARLIEST_US) & (times < LATEST_US)
    return pa.array(np.where(good, times, 0).astype(np.int64), mask=~good)


def from_wall(texts: Sequence[str] | pa.Array, zone: str) -> pa.Array:
    """Convert local times in `zone` to µs UTC; invalid ones are null.

    A text with a zone of its own is the instant that it says. Accepts
    ``2019-07-16 8:15:05`` with or without zero padding, seconds, ``/`` for
    ``-``, ``T`` for the blank, and halves of the day. Of the hour that a
    clock shows twice in autumn, the order of the lines tells which it is: where the
    clock steps back, the second begins.

    >>> wall = ["2019-07-16 8:15:05", "2019-09-23 8:43:38 PM", "2024-02-31 00:00:00"]
    >>> [t and t // 10**6 for t in from_wall(wall, "Asia/Shanghai").to_pylist()]
    [1563236105, 1569242618, None]
    >>> named = ["2024-01-01T10:00:00.248Z", "Sunday, March 3, 2024 at 9:54 PM UTC"]
    >>> from_wall(named, "Asia/Tokyo").to_pylist()
    [1704103200248000, 1709502840000000]
    """
    column = pa.array(texts, pa.string()) if not isinstance(texts, pa.Array) else texts
    try:
        stamps = column.cast(pa.timestamp("us"))  # the usual spelling, at once
    except pa.ArrowInvalid:
        stamps = _parse_padded(column)
    times = to_instants(stamps.to_numpy(zero_copy_only=False), zone)
    if stamps.null_count:
        if pc.any(halves := pc.match_substring_regex(column, _UTC_HALF)).as_py():
            bare = pc.replace_substring_regex(column.filter(halves), _UTC_HALF, r"\1")
            times = pc.replace_with_mask(times, halves, from_wall(bare, "UTC"))
        spelled = spell_times(column)
        if pc.any(match_zone(spelled)).as_py():
            return pc.coalesce(times, from_iso(spelled.to_pylist()))
    return times


def spell_times(column: pa.Array) -> pa.Array:
    """Return texts as ISO 8601 spells the times that they name otherwise.

    Full-width digits, months by English names, and zones apart from the clock.

    >>> spelled = spell_times(pa.array(["２０２４-01-02", "2024-01-02 08:00 UTC"]))
    >>> spelled.to_pylist()
    ['2024-01-02', '2024-01-02 08:00Z']
    >>> named = ["Tue, 02 Jan 2024 08:00:00 +0800 CST", "Jan 2, 2024 8:00 PM"]
    >>> spell_times(pa.array([*named, "02-Jan-24 01:33 AM"])).to_pylist()
    ['2024-01-02 08:00:00+0800', '2024-01-02 08:00 PM', '2024-01-02 01:33 AM']
    """
    if not pc.all(pc.string_is_ascii(column)).as_py():
        column = pc.utf8_normalize(column, "NFKC")
    if pc.any(pc.match_substring_regex(column, _NAMED_MONTH)).as_py():
        column = _number_months(column)
    for found, spelled in _TOLD["respelled"]:
        column = pc.replace_substring_regex(column, f"(?i){found}", spelled)
    return pc.replace_substring_regex(
        column, r"(:\d\d\S*)\s+([-+]\d\d:?\d\d)(?:Z| [A-Z]{2,5})?$", r"\1\2"
    )


def _number_months(column: pa.Array) -> pa.Array:
    """Replace the names of months in times."""
    for number, month in enumerate(_MONTHS, 1):
        for named, spelled in _TOLD["named_days"]:
            pattern = f"(?i)^(?:{_TOLD['weekday']})?" + named.replace("MONTH", month)
            new = spelled.replace("NN", f"{number:02d}")
            column = pc.replace_substring_regex(column, pattern, new)
    for short, padded in ((r"^(\d+-\d\d-)(\d )", r"\10\2"), (r" (\d:)", r" 0\1")):
        column = pc.replace_substring_regex(column, short, padded)
    return column


def match_zone(column: pa.Array) -> pa.BooleanArray:
    """Return which texts end as an instant does, in a zone or an offset from UTC.

    >>> match_zone(pa.array(["2024-01-01T10:00:00.248Z", "2024-01-01"])).to_pylist()
    [True, False]
    """
    return pc.match_substring_regex(column, r"\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)$")


def to_instants(walls: npt.NDArray[np.datetime64], zone: str) -> pa.Array:
    """Convert times in µs on a wall in `zone` to µs UTC; invalid ones are null."""
    return _drop_impossible_times(np.where(np.isnat(walls), -1, _to_utc(walls, zone)))


def _to_utc(walls: npt.NDArray[np.datetime64], zone: str) -> Ints:
    """Convert wall clocks in µs to µs UTC."""
    wall_us = walls.astype(np.int64)
    days, of_day = np.unique(wall_us // DAY_US, return_inverse=True)
    offsets = [_find_offset(zone, day) for day in days.tolist()]
    if None not in offsets:  # as nearly always; pandas takes longer for a few rows
        return wall_us - np.array(offsets, np.int64)[of_day]
    naive = pd.DatetimeIndex(walls)
    utc_us, shown_twice = _localize(naive, zone, "NaT")
    if shown_twice.any():
        first, utc_us = (
            _localize(naive, zone, np.full(len(naive), summer))[0]
            for summer in (True, False)
        )
        before = _find_first_pass(wall_us, shown_twice)
        utc_us[before] = first[before]
    return utc_us


@lru_cache(1 << 15)
def _find_offset(zone: str, day: int) -> int | None:
    """Return by how many µs a zone is ahead on a day; None if its clocks change."""
    if not EARLIEST_US <= (day + 1) * DAY_US <= LATEST_US + DAY_US:
        return 0  # no time of any chat
    midnight = datetime.fromisoformat("1970-01-01").replace(tzinfo=ZoneInfo(zone))
    first, last = ((midnight + timedelta(day + n)).utcoffset() for n in (0, 1))
    return None if first is None or first != last else first // timedelta(0, 0, 1)


def _localize(naive: pd.DatetimeIndex, zone: str, twice: Any) -> tuple[Ints, Bools]:  # noqa: ANN401 - pandas'
    """Convert wall clocks to µs UTC; also return which are nothing, as shown twice."""
    local = naive.tz_localize(zone, ambiguous=twice, nonexistent="shift_forward")
    utc_us = local.as_unit("us").asi8  # which count from 1970 in UTC
    return np.array(utc_us), np.asarray(local.isna()) & np.asarray(naive.notna())


def _find_first_pass(wall_us: Ints, shown_twice: Bools) -> Ints:
    """Return which lines of a doubled hour were written before the clock change."""
    rows = np.flatnonzero(shown_twice)
    newest_first = wall_us[0] > wall_us[-1]
    ordered = rows[::-1] if newest_first else rows
    gaps = np.abs(np.diff(wall_us[ordered]))
    nights = np.split(ordered, np.flatnonzero(gaps > DAY_US) + 1)
    steps = [np.flatnonzero(np.diff(wall_us[night]) < -STEP_US) for night in nights]
    return np.concatenate(
        [
            night[: back[0] + 1] if len(back) else night
            for night, back in zip(nights, steps, strict=True)
        ]
    )


def _parse_padded(column: pa.Array) -> pa.Array:
    """Parse local times without leading zeros or in 12-hour form; null if invalid."""
    with suppress(pa.ArrowInvalid):
        padded = pc.replace_substring_regex(column, r"^(\S+) +(\d:)", r"\1 0\2")
        return padded.cast(pa.timestamp("us"))
    parts = pc.extract_regex(spell_times(column), _TOLD["spelling"])
    year, month, day, hour, minute, second = (
        _read_part(parts, name)
        for name in ("year", "month", "day", "hour", "minute", "second")
    )
    halves = [pc.struct_field(parts, name) for name in ("before", "after")]
    half = pc.binary_join_element_wise(*halves, "")
    late = match_pattern(half, f"^({_LATE}|[pP])")
    hour = np.where(match_pattern(half, "."), hour % _NOON + _NOON * late, hour)
    years = (year - 1970).astype("M8[Y]")
    months = years.astype("M8[M]") + (month - 1)
    days = months.astype("M8[D]") + (day - 1)
    good = (days.astype("M8[M]") == months) & (months.astype("M8[Y]") == years)
    good &= (hour < _HOURS) & (minute < _MINUTES) & (second < _MINUTES) & (year > 0)
    seconds = (hour * _MINUTES + minute) * _MINUTES + second
    return pa.array(days.astype("M8[us]") + seconds.astype("m8[s]"), mask=~good)


def _read_part(parts: pa.StructArray, name: str) -> Ints:
    """Return one matched part of a date or time as integers; 0 if missing."""
    texts = pc.fill_null(pc.struct_field(parts, name), "")
    filled = pc.if_else(pc.equal(texts, ""), "0", texts)
    return np.asarray(filled.cast(pa.int64()))


def parse_iso_us(text: str) -> int | None:
    """Parse an ISO 8601 time with offset to µs, or None.

    >>> parse_iso_us("2025-12-26T03:10:01.000Z")
    1766718601000000
    >>> [*map(parse_iso_us, ("2024-04-01T08:00:00.1234567+08:00", "yesterday"))]
    [1711929600123456, None]
    """
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return int((moment - EPOCH) / timedelta(microseconds=1))
    return None


def read_instant(holder: object, name: str, zone: str = "UTC") -> int | None:
    """Read the instant that an exporter's own record states, in µs.

    >>> said = (1700000000, "soon", "2024-05-01T12:00:00Z")
    >>> [read_instant({"at": one}, "at") for one in said]
    [1700000000000000, None, 1714564800000000]
    >>> read_instant([], "at") is None  # a list states no instant
    True
    """
    value = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    number = not isinstance(value, str) or value.replace(".", "", 1).isdecimal()
    times = from_epoch([value]) if number else from_iso([str(value)])
    if not number and times[0].as_py() is None:
        times = from_wall([str(value)], zone)
    instant: int | None = times[0].as_py()
    return instant


def from_iso(texts: Sequence[str | None]) -> pa.Array:
    """Convert ISO 8601 times with offsets to µs; invalid ones are null."""
    column = pa.array(texts, pa.string())
    try:
        stamps = column.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        spelled = spell_times(column).to_pylist()
        times = pa.array([parse_iso_us(text or "") for text in spelled], pa.int64())
    else:
        times = pc.cast(stamps, pa.int64())
    good = pc.and_(pc.greater_equal(times, EARLIEST_US), pc.less(times, LATEST_US))
    return pc.if_else(good, times, pa.scalar(None, pa.int64()))
