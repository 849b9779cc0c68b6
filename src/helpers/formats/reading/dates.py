"""Read times as people and programs write them, in one notation of a whole file.

Which of two numbers is the day is told from all dates of a file, or asked for.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Floats
from helpers.errors import BrokenFileError
from helpers.files import read_own_rows
from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall, to_instants
from helpers.formats.rows.losses import SWAPPED, Losses
from helpers.records import DAY_US, SECOND_US
from helpers.text.columns import to_text_array
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
NEWEST_FIRST = 0.25  # charged for lines in the order that few programs write
_WORDS = read_own_rows("formats", "reading", "clock_words.toml")
_MORNING, _AFTERNOON, _NEITHER = map(frozenset, _WORDS.values())
_NUMBERS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


class UndecidedDateOrderError(BrokenFileError):
    """Error: no date in the file shows which number is the day."""

    def __init__(self, where: str) -> None:
        super().__init__(
            say(
                "the order of day and month is unclear in this file: two orders fit"
                " its dates equally well"
            ),
            where=where,
            remedy=say("state it with --date-order dmy, mdy or ymd"),
        )


def parse_triple(text: str) -> tuple[int, int, int]:
    """Parse the three numbers of a date, in any script's digits.

    >>> parse_triple("٥/١/٢٠٢٤")
    (5, 1, 2024)
    """
    first, second, third = _NUMBERS.findall(text)
    return int(first), int(second), int(third)


def parse_clock_us(text: str) -> int:
    """Parse a 12- or 24-hour time of day to µs since midnight.

    >>> clocks = ("下午3:04", "12:01 a. m.", "15:04:05")
    >>> [parse_clock_us(clock) // 60_000_000 for clock in clocks]
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
    >>> compute_day_number((1402, 10, 23), "ymd")  # 2024-01-13
    19735
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
    """Convert an Iranian calendar date to days since 1970-01-01, if valid."""
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
) -> tuple[DateOrder, bool]:
    """Decide the order of day, month and year from all dates of a file.

    Each order is charged for impossible days and for every step backwards (forwards and
    a little, if these are fewer: some programs write the newest first), and, where
    years have two digits, for a year that changes more often than the number at the
    other end (if both change as often, a year in front is charged a little). The
    cheapest order wins. Where two are equally cheap and would read a date
    differently, the order is not decided; one that makes no difference needs no
    decision.

    >>> decide_date_order([(3, 4, 24), (13, 4, 24)])
    ('dmy', True)
    >>> decide_date_order([(14, 4, 24), (13, 4, 24), (12, 4, 24)])
    ('dmy', True)
    >>> decide_date_order([(3, 4, 24)])[1], decide_date_order([(4, 4, 24)])[1]
    (False, True)
    """
    days = {
        order: [compute_day_number(d, order) for d in dates] for order in DATE_ORDERS
    }
    cost: dict[DateOrder, float] = {}
    for order, numbers in days.items():
        possible = [day for day in numbers if day is not None]
        steps = Counter(later > earlier for earlier, later in pairwise(possible))
        backwards = min(steps[False], steps[True] + NEWEST_FIRST)
        cost[order] = len(numbers) - len(possible) + backwards
    for order, charge in _compute_charges(dates, spaced=spaced).items():
        cost[order] += charge
    best = min(DATE_ORDERS, key=cost.__getitem__)
    rivals = [o for o in DATE_ORDERS if cost[o] == cost[best]]
    return best, all(days[rival] == days[best] for rival in rivals)


def _compute_charges(
    dates: Sequence[tuple[int, int, int]], *, spaced: bool
) -> dict[DateOrder, float]:
    if any(max(date[0], date[2]) >= IRANIAN_YEAR for date in dates):
        return {}
    first, last = (sum(a[at] != b[at] for a, b in pairwise(dates)) for at in (0, 2))
    if last > first:
        return {"dmy": 1, "mdy": 1}
    return {"ymd": 1 if first > last else 0 if spaced else 0.5}


def decide_order(source: Source, name: str, dates: Iterable[str]) -> DateOrder:
    """Return the date order of a file: as requested, or as detected."""
    for order in DATE_ORDERS:
        if source.options.date_order == order:
            return order
    days = [day for day, _ in groupby(dates)]
    spaced = any(". " in day for day in days)
    triples = list(map(parse_triple, days))
    order, decided = decide_date_order(triples, spaced=spaced)
    if not decided and source.named_day:  # of a file of that day
        named = date.fromisoformat(source.named_day).toordinal() - EPOCH
        firsts = [(one, compute_day_number(triples[0], one)) for one in DATE_ORDERS]
        fitting = [one for one, day in firsts if day == named]
        order, decided = (*fitting, order)[0], len(fitting) == 1
    if not decided:
        source.losses.noted("order of day and month undecided", name, 1)
        raise UndecidedDateOrderError(source.where(name))
    return order


def _map_distinct(
    words: Sequence[str], known: dict[str, float], parse: Callable[[str], float]
) -> Floats:
    """Convert texts to numbers, parsing each distinct text only once."""
    for word in {*words} - known.keys():
        known[word] = parse(word)
    return np.fromiter(map(known.__getitem__, words), np.float64, len(words))


def parse_clock(text: str) -> float:
    """Parse a time of day to µs since midnight; NaN if nobody knows it."""
    try:
        return parse_clock_us(text)
    except ValueError:
        return np.nan


_WEEKDAY = r"(?:\s*\([^()]{1,4}\)|\s*(?:周|週|星期)\S)?"
_YEAR_FIRST = (
    r"^\s*(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})[日일.]?"
    rf"{_WEEKDAY}(?:[\s,]+|(\D)|$)"
)
_DAY_FIRST = re.compile(
    r"\s*(\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))"
    rf"{_WEEKDAY}(?:[T,]?\s*(\D{{0,8}}\d{{1,2}}:\d\d.*))?\s*"
)
_YEAR_DAY_FIRST = re.compile(r"^\s*(\d{4})-(\d\d)-(\d\d)")
_HALF_DAY_UTC = re.compile(r"\d\s?[AP]M (?:UTC|GMT)$")
_MONTHS, _FEW = 12, 3
_SERIALS = range(20_000, 80_000)  # days since 1899-12-30, as spreadsheets count
_EPOCH_SERIAL = 25_569  # 1970-01-01


def from_serials(texts: Sequence[str | None], numeric: Sequence[bool]) -> pa.Array:
    """Convert numbers of days, as spreadsheets count them, to µs on a wall."""
    pairs = zip(texts, numeric, strict=True)
    days = np.array(
        [float(text or 0) if is_number else 0.0 for text, is_number in pairs]
    )
    known = (days >= _SERIALS.start) & (days < _SERIALS.stop)
    seconds = np.round((np.where(known, days, 0) - _EPOCH_SERIAL) * DAY_US / SECOND_US)
    return pa.array(seconds.astype(np.int64) * SECOND_US, mask=~known)


class Clock:
    """Parses the time column of a message table.

    Days before months, or after, are told from the whole table or asked for.
    """

    def __init__(
        self, source: Source, columns: Callable[[], Iterator[Sequence[Any]]],
        name: str = "",
    ) -> None:  # fmt: skip
        self._source, self._columns = source, columns
        self._name = name or source.name
        self._days, self._clocks = dict[str, float](), dict[str, float]()
        self.zone: str | None = None  # which the column's own name states

    def times(self, values: Sequence[Any]) -> pa.Array:
        """Convert times to µs: numbers as epochs, ISO with offset, else local."""
        if {*map(type, values)} <= {int, float}:
            return from_epoch(values)
        texts = self._spell_alike(
            [None if value is None else str(value) for value in values]
        )
        column = to_text_array(texts)
        if not pc.all(pc.string_is_ascii(column)).as_py():
            column = pc.utf8_normalize(column, "NFKC")
            texts = column.to_pylist()
        digits = pc.replace_substring(column, ".", "", max_replacements=1)
        numeric = pc.fill_null(pc.utf8_is_decimal(digits), fill_value=False).to_pylist()
        pairs = list(zip(texts, numeric, strict=True))
        times = from_epoch([value if is_number else None for value, is_number in pairs])
        words = [None if is_number else value for value, is_number in pairs]
        if times.null_count and any(numeric):
            times = pc.coalesce(times, self._serials(texts, numeric))
        if times.null_count:
            times = pc.coalesce(times, from_iso(words))  # zone and fraction included
        if times.null_count:
            walls = pc.if_else(pc.is_null(times), self._walls(words), None)
            if walls.null_count < len(walls) and not self.zone:
                self._source.observed["time_zone_known"] = False
            times = pc.coalesce(times, walls)
        return times

    def _spell_alike(self, texts: list[str | None]) -> list[str | None]:
        """Return times without a zone behind AM and PM, and days unswapped."""
        if texts and all(text and _HALF_DAY_UTC.search(text) for text in texts):
            self.zone = "UTC"
            texts = [text and text.rpartition(" ")[0] for text in texts]
        if any(map(_DAY_FIRST.fullmatch, filter(None, texts))) and self._is_swapped:
            return [text and _YEAR_DAY_FIRST.sub(r"\1-\3-\2", text) for text in texts]
        return texts

    def _serials(
        self, texts: Sequence[str | None], numeric: Sequence[bool]
    ) -> pa.Array:
        """Convert the numbers of days that a spreadsheet writes for times."""
        walls = from_serials(texts, numeric)
        if walls.null_count < len(walls):
            self._source.observed["time_zone_known"] = False
        zone = self.zone or self._source.options.zone
        stamps = walls.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
        return to_instants(stamps, zone)

    def _walls(self, texts: Sequence[str | None]) -> pa.Array:
        zone = self.zone or self._source.options.zone
        times = from_wall(to_text_array(texts), zone)
        if not times.null_count:
            return times
        plain = pc.replace_substring_regex(
            to_text_array(texts), _YEAR_FIRST, r"\1-\2-\3 \4"
        )
        times = pc.coalesce(times, from_wall(plain, zone))
        matches = [_DAY_FIRST.fullmatch(text or "") for text in texts]
        found = {at: match for at, match in enumerate(matches) if match}
        if not found:
            return times
        days = [match[1] for match in found.values()]
        clocks = [match[2] or "0:00" for match in found.values()]
        walls = np.full(len(texts), np.nan)
        walls[[*found]] = self.add_clocks(days, clocks)
        return pc.coalesce(times, self.place(walls))

    def add_clocks(self, days: Sequence[str], clocks: Sequence[str]) -> Floats:
        """Return µs on a wall; NaN for impossible days and clocks nobody knows."""

        def parse(day: str) -> float:
            number = compute_day_number(parse_triple(day), self.order)
            return np.nan if number is None else number * DAY_US

        starts = _map_distinct(days, self._days, parse)
        return starts + _map_distinct(clocks, self._clocks, parse_clock)

    def place(self, walls: Floats) -> pa.Array:
        """Return the instants of times on a wall in the zone that counts here."""
        zone = self.zone or self._source.options.zone
        return to_instants(walls.astype("M8[us]"), zone)

    @cached_property
    def order(self) -> DateOrder:
        """The order of day, month and year, as asked for or told by all dates."""
        return decide_order(self._source, self._name, self._dates())

    def _dates(self) -> Iterator[str]:
        """Yield all dates of a message table, to decide if day or month is first."""
        matches = (_DAY_FIRST.match(text) for text in self._list_texts())
        return (match[1] for match in matches if match)

    def _list_texts(self) -> Iterator[str]:
        """Yield all times as they stand; what is lost on the way is told elsewhere."""
        losses, self._source.losses = self._source.losses, Losses()
        try:
            for column in self._columns():
                yield from map(str, column)
        finally:
            self._source.losses = losses

    @cached_property
    def _is_swapped(self) -> bool:
        """Whether a spreadsheet took days for months where both are possible."""
        texts = [*self._list_texts()]
        understood = [int(m[3]) for text in texts if (m := _YEAR_DAY_FIRST.match(text))]
        left = [match[1] for text in texts if (match := _DAY_FIRST.match(text))]
        at = self.order.index("d")
        days = [parse_triple(text)[at] for text in left]
        is_swapped = min(len(understood), len(days)) >= _FEW and max(
            understood
        ) <= _MONTHS < min(days)
        if is_swapped:
            name, rows = self._name, len(understood)
            self._source.losses.noted(SWAPPED, name, 1, rows)
        return is_swapped
