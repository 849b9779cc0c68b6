"""Check arguments of public functions: choices, confidence levels, days, series."""

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.errors import ShequnError, find_nearest

MOST_DAYS = 36_525.0  # a hundred years


def check_choice(value: object, allowed: Iterable[str], name: str) -> None:
    """Raise ShequnError if an option is not one of the allowed words.

    >>> check_choice("gap", ["first_gap", "last_message"], "form")
    Traceback (most recent call last):
    helpers.errors.ShequnError: form: 'gap' is not allowed. Hint: use one of first_gap, last_message.
    """  # noqa: E501 - the message has one line
    words = list(allowed)
    if not isinstance(value, str) or value not in words:
        raise ShequnError(
            f"{value!r} is not allowed",
            where=name,
            remedy=f"use one of {', '.join(words)}",
        )


def check_share(value: object, name: str) -> float:
    """Return a confidence level or share as a number; raise unless within 0 to 1.

    >>> check_share(95, "level")
    Traceback (most recent call last):
    helpers.errors.ShequnError: level: 95 is not between 0 and 1. Hint: write 0.95 for 95%.
    """  # noqa: E501 - the message has one line
    if not isinstance(value, Real) or not 0 <= float(value) <= 1:
        percent = isinstance(value, Real) and 1 < float(value) < 100  # noqa: PLR2004
        example = float(value) if percent and isinstance(value, Real) else 95.0
        raise ShequnError(
            f"{value!r} is not between 0 and 1",
            where=name,
            remedy=f"write {example / 100:g} for {example:g}%",
        )
    return float(value)


def check_days(value: object, name: str, least: float) -> float:
    """Return a number of days; raise unless it is from `least` to a hundred years.

    >>> check_days("60", "days", 28)
    Traceback (most recent call last):
    helpers.errors.ShequnError: days: '60' is not a number of days from 28 to 36525. Hint: give a number such as 60.
    """  # noqa: E501 - the message has one line
    if not isinstance(value, Real) or not least <= float(value) <= MOST_DAYS:
        raise ShequnError(
            f"{value!r} is not a number of days from {least:g} to {MOST_DAYS:g}",
            where=name,
            remedy="give a number such as 60",
        )
    return float(value)


def read_flags(values: npt.ArrayLike, name: str) -> Bools:
    """Return booleans; raise ShequnError for anything but true, false, 0 and 1.

    >>> read_flags([1, 0, True], "ended").tolist()
    [True, False, True]
    """
    given = _read_array(values, name)
    if given.dtype == np.bool_:
        return given
    if given.dtype.kind in "iuf":
        wrong = ~np.isin(given.ravel(), (0, 1))
    else:
        wrong = np.array([not _is_flag(one) for one in given.ravel()], bool)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ShequnError(
            f"{wrong.sum()} of {wrong.size} values are neither true nor false",
            where=f"{name}, row {row} ({given.ravel().tolist()[row]!r})",
            remedy="give booleans, or 0 and 1; leave out rows where it is not known",
        )
    return given.astype(bool)


def _read_array(values: npt.ArrayLike, name: str) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(values)
    except ValueError:  # columns within a column
        raise ShequnError(
            "its values differ in shape",
            where=name,
            remedy="give a series, array or list, one value per row",
        ) from None


def _is_flag(value: object) -> bool:
    return isinstance(value, Real | np.bool_) and value in (0, 1)


def read_numbers(values: npt.ArrayLike, name: str) -> Floats:
    """Return floats; raise ShequnError for text, dates and other things.

    >>> read_numbers(["soon"], "durations")
    Traceback (most recent call last):
    helpers.errors.ShequnError: durations: the values are not all numbers. Hint: give numbers, and leave out rows where they are missing.
    """  # noqa: E501 - the message has one line
    wrong = ShequnError(
        "the values are not all numbers",
        where=name,
        remedy="give numbers, and leave out rows where they are missing",
    )
    if (given := _read_array(values, name)).dtype.kind in "mM":
        raise wrong
    try:
        return given.astype(np.float64)
    except (TypeError, ValueError):
        raise wrong from None


def read_days(values: npt.ArrayLike, name: str) -> Floats:
    """Return ages in days as floats; time differences are converted to days.

    >>> read_days(np.array([36], "timedelta64[h]"), "durations").tolist()
    [1.5]
    """
    given = _read_array(values, name)
    if given.dtype.kind == "m":
        return given / np.timedelta64(1, "D")
    return read_numbers(values, name)


def read_weights(values: npt.ArrayLike, rows: int) -> Floats:
    """Return case weights; raise unless there is one per row, none negative.

    >>> read_weights([-1, 1], rows=2)
    Traceback (most recent call last):
    helpers.errors.ShequnError: weights, row 0: 1 of 2 values are negative or not a number. Hint: give how often each row counts.
    """  # noqa: E501 - the message has one line
    weights = read_numbers(values, "weights")
    check_lengths({"rows": rows, "weights": check_column(weights, "weights")})
    wrong = ~((weights >= 0) & (weights < math.inf))
    if wrong.any() or not weights.any():
        raise ShequnError(
            f"{wrong.sum()} of {rows} values are negative or not a number"
            if wrong.any()
            else "all are 0",
            where=f"weights, row {int(np.argmax(wrong))}",
            remedy="give how often each row counts",
        )
    return weights


def check_columns(frame: pd.DataFrame, needed: Iterable[str]) -> None:
    """Raise ShequnError if a column is missing from a data frame.

    >>> check_columns(pd.DataFrame({"share": [0.5]}), ["shares"])
    Traceback (most recent call last):
    helpers.errors.ShequnError: the frame has no column shares. Hint: rename yours; it has share (did you mean share?).
    """  # noqa: E501 - the message has one line
    if missing := [str(name) for name in needed if name not in frame.columns]:
        held = list(map(str, frame.columns))
        near = find_nearest(missing[0], held)
        raise ShequnError(
            f"the frame has no column {', '.join(missing)}",
            remedy=f"rename yours; it has {', '.join(held) or 'no column'}"
            + (f" (did you mean {near}?)" if near else ""),
        )


def check_rows(frame: pd.DataFrame, needed: Iterable[str]) -> None:
    """Raise ShequnError if a data frame lacks a column, or has no rows."""
    check_columns(frame, needed)
    if frame.empty:
        raise ShequnError(
            "the frame has no rows",
            remedy="see which step left none: exports without messages, `clean` (counts"
            " by reason are in `frame.attrs`), or a condition of your own",
        )


def check_column(values: npt.ArrayLike, name: str) -> int:
    """Return the number of values of a column; raise ShequnError if it is none.

    >>> check_column("abc", "durations")
    Traceback (most recent call last):
    helpers.errors.ShequnError: durations: 'abc' is no column of values. Hint: give a series, array or list, one value per row.
    """  # noqa: E501 - the message has one line
    if (given := _read_array(values, name)).ndim != 1:
        shown = f"a {type(values).__name__}" if given.ndim else repr(values)
        raise ShequnError(
            f"{shown} is no column of values",
            where=name,
            remedy="give a series, array or list, one value per row",
        )
    return len(given)


def check_lengths(lengths: dict[str, int]) -> None:
    """Raise ShequnError if columns of one table differ in length.

    >>> check_lengths({"durations": 2, "ended": 2})
    """
    if len({*lengths.values()}) > 1:
        raise ShequnError(
            "they differ in length: "
            + ", ".join(f"{name} {length}" for name, length in lengths.items()),
            remedy="give one value per row",
        )
