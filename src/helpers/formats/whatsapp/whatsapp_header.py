"""Parse the headers of WhatsApp messages: shape, time and date order.

No list of locales: a header is three numbers with separators, a clock with an optional
word for the half of the day on either side, before or behind them, and a bracket (iOS)
or a dash (Android) after it. Which number is the day is decided by the whole file or
not at all. A year about 1400 is one of the Iranian calendar.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

from helpers.errors import BrokenFileError
from helpers.wording import say

DateOrder = Literal["dmy", "mdy", "ymd"]
DATE_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
FIRST_YEAR, CENTURY = 2009, 2000  # WhatsApp began in 2009
EPOCH = date(1970, 1, 1).toordinal()
# The Iranian year that began in 2009, on 21 March; years of the moon are beyond 1430
IRANIAN_YEAR, MOON_YEAR = 1388, 1430
IRANIAN_DAY = date(2009, 3, 21).toordinal() - EPOCH
LONG_MONTHS, MONTHS = 6, 12
NOON, LAST_HOUR, SIXTY = 12, 24, 60

MARKS = "\u200e\u200f\u061c\ufeff"
_DATE = r"\d{1,4}[^\w\s:,\[\]]{1,3}\s?\d{1,2}[^\w\s:,\[\]]{1,3}\s?\d{1,4}\.?"
_CJK_DATE = r"\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
_BETWEEN = rf"(?:\s?г\.)?[,،]?[{MARKS}]?\s[{MARKS}]?"  # an Arabic comma, a Bulgarian г.
_WORD = r"[^\W\d_][^\d:\[\]\n]{0,12}?"
_CLOCK = rf"(?:{_WORD}\s?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:\s?{_WORD})?"
# The commonest forms stand first, where they are found in half the time.
_COMMON_DATE = r"\d\d?[/.-]\d\d?[/.-]\d\d(?:\d\d)?(?=, )"
_COMMON_CLOCK = r"\d\d?:\d\d(?::\d\d)?(?=(?: [-–]|\]) )"
_DAY_FIRST = (
    rf"(?P<date>{_COMMON_DATE}|{_CJK_DATE}|{_DATE})(?:, (?=\d)|{_BETWEEN})"
    rf"(?P<clock>{_COMMON_CLOCK}|{_CLOCK})"
)
_CLOCK_FIRST = rf"(?P<clock>{_CLOCK}){_BETWEEN}(?P<date>{_DATE})"  # Vietnamese
SHAPES = {
    "[": rf"\[{_DAY_FIRST}\]\s",
    "-": rf"{_DAY_FIRST}\s[-–]\s",
    "[clock": rf"\[{_CLOCK_FIRST}\]\s",
    "-clock": rf"{_CLOCK_FIRST}\s[-–]\s",
}

# The half of the day as Unicode's locale data write it; zh has finer parts.
_MORNING = {
    "am", "vorm", "fm", "pg", "sa", "de", "pd", "πμ", "ص", "قظ",
    "öö", "ap", "предиобяд", "ጥዋት", "परवहन",
    "上午", "凌晨", "清晨", "早上", "午前", "오전",
}  # fmt: skip
_AFTERNOON = {
    "pm", "nachm", "em", "ptg", "ch", "du", "md", "μμ", "م", "بظ",
    "öş", "ös", "ip", "следобед", "ከሰዓት", "अपरहन",
    "下午", "中午", "傍晚", "晚上", "午後", "오후",
}  # fmt: skip
_NEITHER = {"", "kl", "klo", "um", "uhr", "h", "à", "ч", "pukul", "jam", "lúc", "ساعت"}
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


class Order(NamedTuple):
    """The order of day, month and year, and whether it is certain."""

    order: DateOrder
    decided: bool


class UndecidedDateOrderError(BrokenFileError):
    """Error: no date in the file shows which number is the day."""

    def __init__(self, where: str) -> None:
        super().__init__(
            say(
                "the order of day and month is unclear in this file: no day is"
                " later than the 12th and every order leaves the lines in sequence"
            ),
            where=where,
            remedy=say("state it with --date-order dmy, mdy or ymd"),
        )


def build_header_pattern(shape: str) -> re.Pattern[str]:
    """Build the regular expression of one shape of message header.

    >>> match = build_header_pattern("-").match("2024/1/5 下午3:04 - 甲: 好")
    >>> match["date"], match["clock"]
    ('2024/1/5', '下午3:04')
    """
    return re.compile(rf"^[{MARKS}]*{SHAPES[shape]}", re.MULTILINE)


def parse_triple(text: str) -> tuple[int, int, int]:
    """Parse the three numbers of a date, in any script's digits.

    >>> parse_triple("٥/١/٢٠٢٤")
    (5, 1, 2024)
    """
    first, second, third = _NUMBERS.findall(text)
    return int(first), int(second), int(third)


def parse_clock_us(text: str) -> int:
    """Parse a 12- or 24-hour time of day to µs since midnight.

    Raises
    ------
    ValueError
        If the word for the half of the day is unknown and the hour needs one, or if
        no clock shows such a time.

    Examples
    --------
    >>> [
    ...     parse_clock_us(c) // 60_000_000
    ...     for c in ("下午3:04", "12:01 a. m.", "15:04:05")
    ... ]
    [904, 1, 904]
    """
    hour, minute, *seconds = (int(number) for number in _NUMBERS.findall(text))
    word = "".join(_LETTERS.findall(text)).casefold()
    if hour > LAST_HOUR or max(minute, *seconds, 0) >= SIXTY:
        raise ValueError(text)
    if word in _AFTERNOON:
        hour = hour % NOON + NOON
    elif word in _MORNING:
        hour %= NOON
    elif word not in _NEITHER and hour <= NOON:
        raise ValueError(word)
    return ((hour * 60 + minute) * 60 + (seconds[0] if seconds else 0)) * 1_000_000


def compute_day_number(numbers: tuple[int, int, int], order: DateOrder) -> int | None:
    """Return days since 1970-01-01, or None for an impossible date.

    >>> compute_day_number((1, 2, 24), "dmy") - compute_day_number((1, 2, 24), "mdy")
    30
    >>> compute_day_number((1402, 10, 23), "ymd") == compute_day_number(
    ...     (2024, 1, 13), "ymd"
    ... )
    True
    """
    parts = dict(zip(order, numbers, strict=True))
    year = parts["y"] if parts["y"] > FIRST_YEAR % 100 + 90 else parts["y"] + CENTURY
    if IRANIAN_YEAR <= year < MOON_YEAR:
        return _convert_iranian(year, parts["m"], parts["d"])
    if year < FIRST_YEAR:
        return None
    try:
        return date(year, parts["m"], parts["d"]).toordinal() - EPOCH
    except ValueError:
        return None


def _convert_iranian(year: int, month: int, day: int) -> int | None:
    """Convert an Iranian calendar date to days since 1970-01-01, if valid.

    Eight of 33 years are leap years, which is exact from 1206 to 1498.
    """
    last = (
        31 if month <= LONG_MONTHS else 30 if month < MONTHS or _is_leap(year) else 29
    )
    if not (1 <= month <= MONTHS and 1 <= day <= last):
        return None
    n_leap_years = sum(map(_is_leap, range(IRANIAN_YEAR, year)))
    years = 365 * (year - IRANIAN_YEAR) + n_leap_years
    return IRANIAN_DAY + years + 31 * (month - 1) - max(0, month - 7) + day - 1


def _is_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8  # noqa: PLR2004  eight of 33


def decide_date_order(
    dates: Sequence[tuple[int, int, int]], *, spaced: bool = False
) -> Order:
    """Decide the order of day, month and year from all dates of a file.

    Each order is charged for impossible days and for every step backwards, and, where
    years have two digits, for a year that changes more often than the number at the
    other end (if both change as often, a year in front is charged a little). The
    cheapest order wins. Where two are equally cheap and would read a date
    differently, the order is not decided; one that makes no difference needs no
    decision.

    Parameters
    ----------
    dates
        The dates as written, in file order, repetitions left out.
    spaced
        Whether dates are spaced as in ``24. 1. 5.``, where a year often stands first.

    Examples
    --------
    >>> decide_date_order([(3, 4, 24), (13, 4, 24)])
    Order(order='dmy', decided=True)
    >>> decide_date_order([(3, 4, 24)]).decided, decide_date_order([(4, 4, 24)]).decided
    (False, True)
    """
    days = {
        order: [compute_day_number(d, order) for d in dates] for order in DATE_ORDERS
    }
    cost = {order: _compute_cost(days[order]) for order in DATE_ORDERS}
    for order, charge in _compute_charges(dates, spaced=spaced).items():
        cost[order] += charge
    best = min(DATE_ORDERS, key=cost.__getitem__)
    rivals = [o for o in DATE_ORDERS if cost[o] == cost[best]]
    return Order(best, all(days[rival] == days[best] for rival in rivals))


def _compute_cost(days: Sequence[int | None]) -> float:
    possible_days = [day for day in days if day is not None]
    impossible = len(days) - len(possible_days)
    return impossible + sum(
        later < earlier for earlier, later in pairwise(possible_days)
    )


def _compute_charges(
    dates: Sequence[tuple[int, int, int]], *, spaced: bool
) -> dict[DateOrder, float]:
    if any(max(date[0], date[2]) >= IRANIAN_YEAR for date in dates):
        return {}
    first, last = (sum(a[at] != b[at] for a, b in pairwise(dates)) for at in (0, 2))
    if last > first:
        return {"dmy": 1, "mdy": 1}
    return {"ymd": 1 if first > last else 0 if spaced else 0.5}
