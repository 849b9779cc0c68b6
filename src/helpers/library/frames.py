"""Check data frames given to the library: columns, rows, times and dates."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import pandas as pd

from helpers.checks import check_rows
from helpers.errors import ShequnError
from helpers.formats.table import find_dates_of_groups
from helpers.records import get_end_of_today_us

NEEDED = ("time", "group", "sender")
# year first, as Chinese spreadsheets write days
_DAY = re.compile(r"\s*(\d{4})\s*[/.年-]\s*(\d{1,2})\s*[/.月-]\s*(\d{1,2})\s*日?\s*")
_DAYS_FIRST = "use pd.to_datetime(df[{name!r}], dayfirst=True) first"
_NUMBERS = (
    "use pd.to_datetime(df[{name!r}], unit='s') for Unix seconds, or"
    " unit='D', origin='1899-12-30' for Excel's days"
)

UNUSED = {  # why a row is excluded
    "born": "no founding date",
    "last": "no date of the last message",
    "seen": "no day until which the group was observed",
    "early": "last message before the founding",
    "late": "a date after the end of observation",
}


def check_frame(frame: pd.DataFrame, needed: Iterable[str]) -> pd.DataFrame:
    """Return a data frame; raise if it has no rows or too few columns.

    >>> check_frame(pd.DataFrame({"time": []}), ["time"])
    Traceback (most recent call last):
    helpers.errors.ShequnError: the frame has no rows. Hint: ...
    """
    missing = [str(name) for name in needed if name not in frame.columns]
    if missing and (dates := find_dates_of_groups([*map(str, frame.columns)])):
        born, last = dates
        raise ShequnError(
            "this is a list of groups, not of messages",
            where=f"the frame has no column {', '.join(missing)}",
            remedy=f"use sq.groups_from(df, born={born!r}, last={last!r}) first",
        )
    check_rows(frame, needed)
    return frame


def check_messages(messages: pd.DataFrame) -> pd.DataFrame:
    """Return a data frame of messages; each needs a time and a group.

    Times without a zone are read as UTC, with a warning.
    """
    frame = check_frame(messages, NEEDED)
    missing = {"time": to_microseconds(frame["time"]).isna()}
    missing["group"] = frame["group"].isna()
    for name, rows in missing.items():
        if rows.any():
            raise ShequnError(
                f"{rows.sum()} rows have no {name}",
                where=f"column {name}, row {int(rows.to_numpy().argmax())}",
                remedy=f"drop them: df.dropna(subset=[{name!r}])",
            )
    if pd.api.types.is_datetime64_dtype(frame["time"]):
        warn_user(
            "the times have no zone and are read as UTC; if they are not, use"
            " df['time'].dt.tz_localize('Asia/Shanghai')"
        )
    return frame


def warn_user(message: str) -> None:
    """Warn at the line that called the library, not at one of the library."""
    level, frame = 1, inspect.currentframe()
    while frame and str(frame.f_globals.get("__name__")).startswith("helpers."):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)


def to_microseconds(times: pd.Series[Any]) -> pd.Series[int]:
    """Convert times to µs since 1970 UTC; times without zone count as UTC.

    >>> to_microseconds(pd.Series(["10.01.2023"], name="founded"))
    Traceback (most recent call last):
    helpers.errors.ShequnError: column founded, row 0: '10.01.2023' is no ISO date. \
Hint: use pd.to_datetime(df['founded'], dayfirst=True) first.
    """
    instants, wrong = read_dates(times)
    if wrong.any():
        raise _describe_wrong(times, wrong)
    return instants


def read_dates(times: pd.Series[Any]) -> tuple[pd.Series[int], pd.Series[bool]]:
    """Convert a column of dates to µs since 1970 UTC; mark cells that are no dates.

    Dates stand year first (2023-01-31, 2023/1/31, 2023年1月31日). Empty cells are
    missing. Without a time zone they are read as UTC.

    >>> instants, wrong = read_dates(pd.Series(["2023年1月31日", "unknown", None]))
    >>> instants.notna().tolist(), wrong.tolist()
    ([True, False, False], [False, True, False])
    """
    if pd.api.types.is_numeric_dtype(times) and times.notna().any():
        raise ShequnError(
            "the column holds numbers, not dates",
            where=f"column {times.name}",
            remedy=_NUMBERS.format(name=times.name),
        )
    if isinstance(times.dtype, pd.DatetimeTZDtype) or times.dtype.kind == "M":
        cells, given = times, times.notna()
    else:
        cells = times.astype(object).map(_write_year_first, na_action="ignore")
        given = cells.notna() & cells.ne("")
        cells = cells.where(given, None)
    instants = pd.to_datetime(cells, utc=True, format="ISO8601", errors="coerce")
    wrong = given & instants.isna()
    if wrong.any() and not instants.notna().any():
        raise _describe_wrong(times, wrong)
    return instants.dt.as_unit("us").astype("int64").where(instants.notna()), wrong


def _write_year_first(cell: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    if isinstance(cell, int | float):
        return str(cell)  # pandas would read Excel's 44927 as a year
    if not isinstance(cell, str):
        return cell
    if day := _DAY.fullmatch(cell):
        year, month, number = day.groups()
        return f"{year}-{int(month):02d}-{int(number):02d}"
    return cell.strip()


def _describe_wrong(times: pd.Series[Any], wrong: pd.Series[bool]) -> ShequnError:
    row = int(wrong.to_numpy().argmax())
    cell = times.iloc[row]
    hint = _NUMBERS if isinstance(cell, int | float) else _DAYS_FIRST
    return ShequnError(
        f"{cell!r} is no ISO date",
        where=f"column {times.name}, row {row}",
        remedy=hint.format(name=times.name),
    )


def is_day(moment: object) -> bool:
    """Return whether a value is a date without a time of day.

    >>> is_day("2024/5/31"), is_day("2024-05-31 12:00"), is_day(date(2024, 5, 31))
    (True, False, True)
    """
    if isinstance(moment, str):
        return _DAY.fullmatch(moment) is not None
    return isinstance(moment, date) and not isinstance(moment, datetime)


def read_end(moment: str | date, name: str, zone: tzinfo | None = None) -> int:
    """Convert the end of observation to µs since 1970 UTC.

    A date without a time counts to the end of its day in a zone, by default UTC.

    >>> read_end("1970-01-01", "seen"), read_end("1970-01-01 00:00", "seen")
    (86399999999, 0)
    """
    us = read_moment(moment, name)
    if us > get_end_of_today_us():
        raise ShequnError(
            f"{moment} is after today",
            where=name,
            remedy="give a day that is not after today",
        )
    if not is_day(moment):
        return us
    day = pd.Timestamp(us, unit="us").tz_localize(zone or UTC)
    return (day + pd.DateOffset(days=1)).value // 1000 - 1


def read_moment(moment: str | date, name: str) -> int:
    """Convert one date to µs since 1970 UTC.

    >>> read_moment("seen", "seen")
    Traceback (most recent call last):
    helpers.errors.ShequnError: seen: 'seen' is neither a column nor an ISO date. \
Hint: write 2024-01-31, or the name of a column.
    """
    try:
        instants, _ = read_dates(pd.Series([moment], dtype=object))
        return int(instants.iloc[0])
    except (ShequnError, TypeError, ValueError):
        raise ShequnError(
            f"{moment!r} is neither a column nor an ISO date",
            where=name,
            remedy="write 2024-01-31, or the name of a column",
        ) from None


def exclude_unusable(groups: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Exclude groups with missing or inconsistent dates; count them by reason.

    `groups`: ``origin_us, last_us, end_us``, which may be missing.
    """
    reasons = find_reasons(groups)
    counts = reasons[reasons != ""].value_counts()
    excluded = {why: int(counts[why]) for why in UNUSED.values() if why in counts}
    return groups[reasons == ""], excluded


def find_reasons(groups: pd.DataFrame) -> pd.Series[Any]:
    """Return the first reason why each group is excluded, or an empty string.

    An empty cell means not known: whoever keeps a list by hand leaves the last message
    of a living group open. A group that never had a message has the day of its founding
    as the last one.
    """
    origin, last, end = (groups[f"{one}_us"] for one in ("origin", "last", "end"))
    reasons = {
        UNUSED["born"]: origin.isna(),
        UNUSED["last"]: last.isna(),
        UNUSED["seen"]: end.isna(),
        UNUSED["early"]: last < origin,
        UNUSED["late"]: (last > end) | (origin > end),
    }
    first = pd.Series("", groups.index, dtype=object)
    for reason, rows in reasons.items():
        first = first.mask((first == "") & rows.fillna(value=False), reason)
    return first
