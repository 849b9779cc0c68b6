"""From and until when groups of a frame were observed: columns that stay with rows.

They are constant in a group and categories, of a few bytes a row. A filter, `concat`,
CSV and Parquet keep them, where attributes of a frame get lost or wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pandas as pd

from helpers.derive.frame import select_counted
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.library.frames import check_messages, read_end, to_microseconds, warn_user
from helpers.observed import Observed
from helpers.records import DAY_US, to_iso_day

FROM, UNTIL, FIRST, LAST = TIMES = (
    "observed_from", "observed_until", "first_read", "last_read",
)  # fmt: skip
HOW = "observed_how"  # what else is known of it, and how, as JSON
ENOUGH = 5  # groups with removed rows, from which nothing is said of silences


def add_observation(
    messages: pd.DataFrame, seen: Mapping[str, Observed]
) -> pd.DataFrame:
    """Add the columns of observation to messages, and the first and last row read."""
    values: Mapping[str, Mapping[str, Any]] = {
        FROM: {group: one.since_us for group, one in seen.items()},
        UNTIL: {group: one.end_us for group, one in seen.items()},
        HOW: {group: json.dumps(one.as_dict()) for group, one in seen.items()},
    }
    columns = {name: _build_column(messages, known) for name, known in values.items()}
    return mark_read(messages.assign(**columns))


def mark_read(messages: pd.DataFrame) -> pd.DataFrame:
    """Write the first and the last row that counts of each group to two columns."""
    counted = select_counted(messages)
    times = to_microseconds(counted["time"])
    spans = times.groupby(counted["group"].astype(str)).agg(["min", "max"])
    columns = {
        name: _build_column(messages, dict(zip(spans.index, spans[end], strict=True)))
        for name, end in ((FIRST, "min"), (LAST, "max"))
    }
    own = (*TIMES, HOW)
    others = [str(name) for name in messages if name not in own]
    return messages.assign(**columns)[[*others, *own]]


def _build_column(messages: pd.DataFrame, known: Mapping[str, Any]) -> pd.Series[Any]:
    """Build a column of categories that is constant in each group."""
    codes, groups = pd.factorize(messages["group"].astype(str))
    values = pd.Series([known.get(group) for group in groups], dtype=object)
    if not values.map(lambda value: isinstance(value, str)).any():
        zone = getattr(messages["time"].dtype, "tz", None) or UTC
        times = pd.to_datetime(values.astype("Int64"), unit="us", utc=True)
        values = times.dt.tz_convert(zone)
    own, categories = pd.factorize(values)
    column = pd.Categorical.from_codes(own[codes], categories)
    return pd.Series(column, messages.index)


def read_observed(frame: object) -> dict[str, Observed] | None:
    """Read how each group of a frame was observed; None if it has no such columns.

    Of several reads of a group the earliest start and the latest end count.
    """
    if not isinstance(frame, pd.DataFrame) or UNTIL not in frame:
        return None
    try:
        own = [name for name in (*TIMES, HOW) if name in frame]
        rows = frame[["group", *own]].drop_duplicates().reset_index(drop=True)
        for name in set(own) & set(TIMES):
            rows[name] = _read_times(rows[name])
        rows = rows.astype(object).where(rows.notna(), None)
        reads: dict[str, list[Observed]] = {}
        for row in rows.to_dict("records"):
            reads.setdefault(str(row["group"]), []).append(_parse_read(row))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ShequnError(
            "they are not as read_messages wrote them",
            where=f"columns {FROM} … {HOW}",
            remedy=f"df.drop(columns={UNTIL!r}), and say the end of observation with"
            " seen=",
        ) from None
    joined = {group: _join_reads(own) for group, own in reads.items()}
    apart = sum(
        len(one.gaps) > max(len(read.gaps) for read in reads[group])
        for group, one in joined.items()
    )
    if apart:
        warn_user(
            f"of {apart} groups no read covers the days between two reads, which"
            " count as no silence"
        )
    return joined


def _parse_read(row: Mapping[Any, Any]) -> Observed:
    how = row.get(HOW)
    seen = Observed.from_dict(json.loads(how)) if how else Observed()
    since, until, last = (
        None if row.get(name) is None else int(row[name])
        for name in (FROM, UNTIL, LAST)
    )
    seen = replace(seen, since_us=since, last_us=last)
    if until != seen.end_us:
        seen = replace(seen, until_us=until, until_how="told" if until else "unknown")
    return seen


def _join_reads(reads: list[Observed]) -> Observed:
    """Join what several reads of a group show; a stretch between them is a gap."""
    reads = sorted(reads, key=lambda one: one.since_us or 0)
    whole = reads[0]
    for one in reads[1:]:
        gaps = {*whole.gaps, *one.gaps}
        end, start = whole.end_us, one.since_us or 0
        if end is not None and start > end + 1:  # a day ends before the next begins
            gaps.add((end, start))
        late = max((whole, one), key=lambda read: read.end_us or 0)
        lasts = [read.last_us for read in (whole, one) if read.last_us is not None]
        whole = replace(
            late,
            since_us=whole.since_us,
            since_how=whole.since_how,
            created_us=whole.created_us,
            last_us=max(lasts, default=None),
            gaps=tuple(sorted(gaps)),
        )
    return whole


def between(
    messages: pd.DataFrame,
    since: str | date | None = None,
    until: str | date | None = None,
) -> pd.DataFrame:
    """Select the messages between two days, and cut their observation to these.

    A condition on the times would leave an observation to which no row belongs, so
    that groups seem silent from there on: `silence` refuses such frames.

    Parameters
    ----------
    messages
        As `read_messages` or `clean` returns them.
    since, until
        The first and the last day, to its end, in the zone of the messages; or times.

    Returns
    -------
    DataFrame
        The rows between them, observed from ``since`` and until ``until`` at most.

    Raises
    ------
    ShequnError
        If a column is missing, or a day cannot be read.

    Examples
    --------
    >>> at = pd.date_range("2024-01-01", periods=90, tz="UTC")
    >>> said = pd.DataFrame({"time": at, "group": "tea", "sender": "a"})
    >>> len(between(said, "2024-02-01", "2024-02-29"))
    29
    """
    frame = check_messages(messages)
    zone = getattr(frame["time"].dtype, "tz", None) or UTC
    first = None if since is None else _read_start(since, zone)
    last = None if until is None else read_end(until, "until", zone)
    times = to_microseconds(frame["time"])
    inside = times.ge(times.min() if first is None else first)
    inside &= times.le(times.max() if last is None else last)
    known = read_observed(frame)
    kept = frame[inside].copy()
    if known is None:
        return kept
    begun = times.groupby(frame["group"].astype(str)).min().to_dict()
    return add_observation(
        kept,
        {group: _cut(one, first, last, begun[group]) for group, one in known.items()},
    )


def _read_start(since: str | date, zone: Any) -> int:  # noqa: ANN401 - of pandas
    """Read a first day, from its beginning in a zone, or a time."""
    moment = pd.Timestamp(since)
    if moment.tzinfo is None:
        moment = moment.tz_localize(zone)
    return int(moment.value // 1000)


def _cut(seen: Observed, first: int | None, last: int | None, begun: int) -> Observed:
    """Cut an observation; a group with rows before it is older than it."""
    cut = seen.cut_window(first, last)
    if first is not None and begun < first and cut.created_us is None:
        return replace(cut, created_us=begun)
    return cut


def check_removed(messages: pd.DataFrame, days: float) -> None:
    """Raise if rows at the ends of many groups were removed; warn if of a few.

    A group's rows then end so many days before its last row that was read, or begin
    so long after its first.
    """
    if not {FIRST, LAST} <= {*messages}:
        return
    group, w_us = messages["group"].astype(str), days * DAY_US
    times = to_microseconds(messages["time"])
    by, read = times.groupby(group), messages[["group", FIRST, LAST]].drop_duplicates()
    spans = {name: _read_times(read[name]) for name in (FIRST, LAST)}
    name = read["group"].astype(str)
    late = spans[LAST].groupby(name).max() - by.max() >= w_us
    early = by.min() - spans[FIRST].groupby(name).min() >= w_us
    days_of = {"after": by.max()[late].max(), "before": by.min()[early].min()}
    for what, removed in (("after", late), ("before", early)):
        if not (n := int(removed.sum())):
            continue
        words = (
            f"rows {what} {to_iso_day(int(days_of[what]))} were removed of {n} of"
            f" {len(removed)} groups"
        )
        if n >= min(ENOUGH, len(removed) / 2):
            raise NotIdentifiableError(
                f"{words}, so that they seem silent",
                remedy="use sq.between(messages, since, until)",
            )
        warn_user(f"{words}; if days were cut, use sq.between(messages, since, until)")


def _read_times(column: pd.Series[Any]) -> pd.Series[float]:
    """Convert times of any kind, as texts of a CSV, to µs; missing ones to NaN."""
    times = pd.to_datetime(column.astype(object), utc=True, format="ISO8601")
    return times.dt.as_unit("us").astype("int64").astype(float).where(times.notna())
