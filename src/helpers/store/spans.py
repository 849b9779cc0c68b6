"""First and last row of each group of an export, gathered while it is read."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from helpers.observed import choose_date
from helpers.records import DAY_US, SECOND_US, Batch, get_now_us

Value = TypeVar("Value")
Stretches = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shows:
    """What an export states and shows of when its groups were observed, in µs."""

    outer: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    closed: Mapping[str, tuple[int, str | None]] = field(default_factory=dict)
    stated: Mapping[str, int] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    jumps: Mapping[str, Stretches] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    named_us: int | None = None
    dated_us: int | None = None
    read_us: int | None = None

    @property
    def low_us(self) -> int | None:
        """The latest row of any group."""
        return max((last for _, last in self.outer.values()), default=None)

    def with_dates(self, dates: Iterable[int]) -> Self:
        """Return the same with more dates of its files; the earliest counts."""
        before = () if self.dated_us is None else (self.dated_us,)
        dated_us = choose_date((*dates, *before), self.low_us or 0)
        read_us = None if dated_us is not None else self.read_us or get_now_us()
        return replace(self, dated_us=dated_us, read_us=read_us)

    def rename_groups(
        self, aliases: Mapping[str, str], shifts: Mapping[str, int]
    ) -> Self:
        """Return the same of groups by other keys, with clocks moved."""

        def change(values: Mapping[str, Value]) -> dict[str, Value]:
            return {aliases.get(group, group): one for group, one in values.items()}

        outer = {
            g: (first + shifts.get(g, 0), last + shifts.get(g, 0))
            for g, (first, last) in self.outer.items()
        }
        jumps = {
            g: tuple((a + shifts.get(g, 0), b + shifts.get(g, 0)) for a, b in own)
            for g, own in self.jumps.items()
        }
        same = ("closed", "stated", "ranges", "late")
        others: dict[str, Any] = {name: change(getattr(self, name)) for name in same}
        return replace(self, outer=change(outer), jumps=change(jumps), **others)


class Spans:
    """First and last row of each group, days with rows after a stated day, closings.

    >>> from helpers.records import from_rows
    >>> spans = Spans({"g": 0}, "UTC", lambda _, group: group)
    >>> rows = [{"group": "g", "time_us": n * DAY_US} for n in (0, 2, 3)]
    >>> spans.add(from_rows("message", rows))
    >>> spans.outer["g"] == (0, 3 * DAY_US), spans.late
    (True, {'g': 2})
    """

    def __init__(
        self, stated: Mapping[str, int], zone: str, hide: Callable[[str, str], str]
    ) -> None:
        self._stated, self._zone, self._hide = stated, zone, hide
        self.outer: dict[str, tuple[int, int]] = {}
        self.closed: dict[str, tuple[int, str | None]] = {}
        self._late: dict[str, set[int]] = {}

    @property
    def late(self) -> dict[str, int]:
        """Number of days with rows after the stated one, by group."""
        return {group: len(days) for group, days in self._late.items()}

    def add(self, batch: Batch) -> None:
        """Take in the rows of a batch."""
        if batch.kind == "group":
            columns = ("group", "closed_us", "closed_kind")
            told = (batch.table[name].to_pylist() for name in columns)
            for group, us, how in zip(*told, strict=True):
                if us is not None:
                    kind = how and self._hide("closed_kind", how)
                    self.closed[self._hide("group", group)] = us, kind
        if batch.kind != "message" or not batch.table.num_rows:
            return
        rows = batch.table.select(["group", "time_us"]).drop_null()
        codes, times = rows["group"].indices.to_numpy(), rows["time_us"].to_numpy()
        keys = batch.table["group"].dictionary.to_pylist()
        groups = [self._hide("group", key) for key in keys]
        firsts = np.full(len(groups), np.iinfo(np.int64).max)
        lasts = np.full(len(groups), np.iinfo(np.int64).min)
        np.minimum.at(firsts, codes, times)
        np.maximum.at(lasts, codes, times)
        for code in dict.fromkeys(codes.tolist()):
            group, first, last = groups[code], int(firsts[code]), int(lasts[code])
            before = self.outer.get(group, (first, last))
            self.outer[group] = min(first, before[0]), max(last, before[1])
            if last > self._stated.get(group, last):
                own = times[codes == code]
                days = list_later_days(own, self._stated[group], self._zone)
                self._late.setdefault(group, set()).update(days)


def list_later_days(times: np.ndarray, after_us: int, zone: str) -> list[int]:
    """List the days with times after the day of an instant, since 1970 in a zone."""
    moment = datetime.fromtimestamp(after_us // SECOND_US, ZoneInfo(zone))
    offset = moment.utcoffset()
    shift = 0 if offset is None else int(offset.total_seconds()) * SECOND_US
    days = np.unique((times + shift) // DAY_US)
    return [int(day) for day in days[days > (after_us + shift) // DAY_US]]
