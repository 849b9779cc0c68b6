"""Parse the times of message tables: numbers, ISO times, local times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.reading.source import Source
from helpers.formats.rows.clock import from_epoch, from_iso, from_wall
from helpers.formats.rows.losses import Losses
from helpers.formats.table.columns import map_columns
from helpers.formats.whatsapp.whatsapp_header import (
    DateOrder,
    compute_day_number,
    parse_clock_us,
    parse_triple,
)
from helpers.formats.whatsapp.whatsapp_lines import decide_order
from helpers.records import DAY_US
from helpers.text.columns import to_text_array

Columns = Mapping[str, Sequence[Any]]

_HAN = r"^\s*(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*"
_DAY_FIRST = re.compile(
    r"\s*(\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))(?:[T,]?\s*(\d{1,2}:\d\d.*))?\s*"
)


def join_dates_and_clocks(dates: Sequence[Any], clocks: Sequence[Any]) -> list[str]:
    """Join a column of dates and a column of times of day.

    >>> join_dates_and_clocks(["2024-01-05", None], ["10:00", ""])
    ['2024-01-05 10:00', '']
    """
    pairs = zip(dates, clocks, strict=True)
    return [f"{day or ''} {clock or ''}".strip() for day, clock in pairs]


class Clock:
    """Parses the time column of a message table.

    Days before months, or after, are told from the whole table or asked for.

    Parameters
    ----------
    blocks
        Yields the columns of the whole table, part by part.
    """

    def __init__(self, source: Source, blocks: Callable[[], Iterator[Columns]]) -> None:
        self._source, self._blocks = source, blocks

    def times(self, values: Sequence[Any]) -> pa.Array:
        """Convert times to µs: numbers as epochs, ISO with offset, else local.

        Raises
        ------
        UndecidedDateOrderError
            If nothing in the table tells its days from its months.
        """
        if {*map(type, values)} <= {int, float}:
            return from_epoch(values)
        texts = [None if value is None else str(value) for value in values]
        digits = pc.replace_substring(to_text_array(texts), ".", "", max_replacements=1)
        numeric = pc.fill_null(pc.utf8_is_decimal(digits), fill_value=False).to_pylist()
        pairs = list(zip(texts, numeric, strict=True))
        times = from_epoch([value if is_number else None for value, is_number in pairs])
        words = [None if is_number else value for value, is_number in pairs]
        if times.null_count:
            times = pc.coalesce(times, from_iso(words))
        if times.null_count:
            walls = pc.if_else(pc.is_null(times), self._walls(words), None)
            if walls.null_count < len(walls):
                self._source.observed["time_zone_known"] = False
            times = pc.coalesce(times, walls)
        return times

    def _walls(self, texts: Sequence[str | None]) -> pa.Array:
        zone = self._source.options.zone
        plain = pc.replace_substring_regex(to_text_array(texts), _HAN, r"\1-\2-\3 ")
        times = from_wall(plain, zone)
        matches = [_DAY_FIRST.fullmatch(text or "") for text in texts]
        if not any(matches):
            return times
        walls = [match and self._wall_us(match[1], match[2]) for match in matches]
        stamps = pa.array(walls, pa.int64()).cast(pa.timestamp("us"))
        return pc.coalesce(times, from_wall(stamps, zone))

    def _wall_us(self, date: str, clock: str | None) -> int | None:
        day = compute_day_number(parse_triple(date), self._order)
        try:
            return (
                None if day is None else day * DAY_US + parse_clock_us(clock or "0:00")
            )
        except ValueError:  # a word for half of the day that nobody knows
            return None

    @cached_property
    def _order(self) -> DateOrder:
        return decide_order(self._source, self._source.name, self._dates())

    def _dates(self) -> Iterator[str]:
        """Yield all dates of a message table, to decide if day or month is first."""
        losses, self._source.losses = self._source.losses, Losses()
        try:
            for columns in self._blocks():
                named = map_columns(columns, self._source.options.columns)["time"]
                for value in columns[named[0]]:
                    if match := _DAY_FIRST.match(str(value)):
                        yield match[1]
        finally:
            self._source.losses = losses
