"""Types of the records that chat-export readers produce."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from time import time_ns
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self, get_args
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import NotIdentifiableError

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
WEEK_DAYS, MONTH_DAYS, QUARTER_DAYS = 7, 28, 90
SHORTEST_GAP = 28  # days without a message; table `silences` lists no shorter ones
# messages of one group within so short a time were put there by a program, which
# brought a history from elsewhere: their times are not those of writing
IMPORT_US, IMPORT_LEAST = 2 * SECOND_US, 100

RecordKind = Literal["message", "membership", "read", "reaction", "event", "group"]

MessageKind = Literal[
    "text", "image", "voice", "video", "file", "sticker", "link", "location",
    "red_packet", "transfer", "poke", "call", "share", "reply", "forward", "contact",
    "poll", "announcement", "edit", "recalled", "notice", "system", "other",
]  # fmt: skip
MESSAGE_KINDS: tuple[str, ...] = get_args(MessageKind)
# rows that are no messages of anybody: the one list that readers, inspection, tables
# and conversion go by; an announcement is one too where no person stands behind it
NOT_MESSAGES: tuple[MessageKind, ...] = ("system", "notice", "edit", "recalled")
# texts that stand in place of a deleted message
DELETED = ("(deleted)", "[deleted]", "[removed]", "This message was deleted.")

EventKind = Literal[
    "create", "join", "leave", "kick", "rename", "owner_change", "role_change",
    "announcement", "pin", "recall", "poke", "red_packet", "transfer", "poll", "call",
    "topic", "settings", "migrate", "archive", "close", "unrecognised",
]  # fmt: skip

MembersSource = Literal["roster", "events", "count", "speakers", "none"]
Reads = Literal["person", "count", "none"]
Replies = Literal["explicit", "mention", "adjacent", "none"]
SenderIds = bool | Literal["by name"]
Births = Literal["creation", "first_message", "unknown"]
Resolution = Literal["microsecond", "millisecond", "second", "minute", "day", "month"]
# what a source can show, from the most to the least that can be known
_RANKS: Mapping[str, tuple[Any, ...]] = {
    "members_source": get_args(MembersSource),
    "sender_ids": (True, "by name", False),
    "reads_observed": get_args(Reads),
    "replies": get_args(Replies),
    "births": get_args(Births),
    "resolution": get_args(Resolution),
}
_MISSING = MappingProxyType(  # of what quantities require
    {
        "replies": "who answers whom is not recorded",
        "sender_ids": "the source does not tell one sender from another",
    }
)

_label = pa.dictionary(pa.int32(), pa.string())
_provenance = [
    pa.field("file", _label),
    pa.field("position", pa.int64()),
    pa.field("rule", _label),
]


def _build_schema(*fields: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields] + _provenance)


SCHEMAS: Mapping[RecordKind, pa.Schema] = MappingProxyType(
    {
        "message": _build_schema(
            ("group", _label), ("id", pa.string()), ("sender", _label),
            ("time_us", pa.int64()), ("kind", _label), ("bot", pa.bool_()),
            ("text", pa.string()), ("chars", pa.int32()), ("reply_to", pa.string()),
            ("topic", _label), ("mentions", pa.list_(pa.string())),
            ("links", pa.int32()), ("has_code", pa.bool_()),
            ("has_question", pa.bool_()),
        ),
        "membership": _build_schema(
            ("group", _label), ("person", _label), ("joined_us", pa.int64()),
            ("left_us", pa.int64()), ("role", _label), ("inviter", _label),
            ("bot", pa.bool_()),
        ),
        "read": _build_schema(
            ("group", _label), ("message", pa.string()), ("person", _label),
            ("time_us", pa.int64()), ("readers", pa.int32()),
        ),
        "reaction": _build_schema(
            ("group", _label), ("message", pa.string()), ("person", _label),
            ("time_us", pa.int64()), ("kind", pa.string()), ("count", pa.int32()),
        ),
        "event": _build_schema(
            ("group", _label), ("time_us", pa.int64()), ("kind", _label),
            ("actor", _label), ("subject", _label), ("method", _label),
            ("value", pa.string()),
        ),
        # `seen_us` is the first listing, where life before it is unseen
        "group": _build_schema(
            ("group", _label), ("label", pa.string()), ("network", _label),
            ("platform", _label), ("kind", _label), ("created_us", pa.int64()),
            ("seen_us", pa.int64()), ("closed_us", pa.int64()), ("closed_kind", _label),
            ("owner", _label), ("parent", pa.string()), ("member_count", pa.int32()),
        ),
    }
)  # fmt: skip


def find_jumps(
    numbers: Sequence[int], times_us: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Find stretches of 28 days and more in which numbers of messages are missing.

    There something was written, so that they are no silence.

    >>> find_jumps([3, 1, 4], [90 * DAY_US, 0, 200 * DAY_US])
    ((0, 7776000000000),)
    """
    order = sorted(zip(numbers, times_us, strict=True))
    return tuple(
        (start, end)
        for (before, start), (after, end) in pairwise(order)
        if after - before > 1 and end - start >= SHORTEST_GAP * DAY_US
    )


def get_now_us() -> int:
    """Return the present instant, in µs since 1970."""
    return time_ns() // 1000


def merge_group_records(
    into: dict[str, dict[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> None:
    """Merge the non-null fields of group records into earlier ones; the last counts."""
    for row in rows:
        known = {name: value for name, value in row.items() if value is not None}
        into.setdefault(row["group"], {}).update(known)


def get_end_of_today_us() -> int:
    """Return the instant from which on times are after today in every zone, in µs.

    >>> get_end_of_today_us() > get_now_us()
    True
    """
    return get_now_us() + DAY_US


def to_day_us(day: date, zone: tzinfo = UTC) -> int:
    """Convert a day to the timestamp of its midnight in a time zone, in µs."""
    return int(datetime.combine(day, time(), zone).timestamp()) * SECOND_US


def to_day_end_us(day: date, zone: tzinfo = UTC) -> int:
    """Convert a day to its last instant in a time zone, in µs."""
    return to_day_us(day + timedelta(days=1), zone) - 1


def to_iso_day(time_us: int, zone: str = "UTC") -> str:
    """Convert a timestamp to its ISO date in a time zone.

    >>> to_iso_day(DAY_US - 1), to_iso_day(DAY_US - 1, "Asia/Shanghai")
    ('1970-01-01', '1970-01-02')
    """
    moment = datetime.fromtimestamp(time_us // SECOND_US, ZoneInfo(zone))
    return moment.date().isoformat()


class Batch(NamedTuple):
    """Records of one kind (message, event, …) in an Arrow table."""

    kind: RecordKind
    table: pa.RecordBatch

    @property
    def groups(self) -> set[str]:
        """Keys of the groups with records in the batch; a row may have none."""
        return set(pc.unique(self.table["group"]).to_pylist()) - {None}

    def by_group(self) -> Iterator[tuple[str, Batch]]:
        """Yield the records of each group, sorted by key.

        >>> batch = from_rows("event", [{"group": "b"}, {"group": "a"}, {}])
        >>> [(group, rows.table.num_rows) for group, rows in batch.by_group()]
        [('a', 1), ('b', 1)]
        """
        column = self.table["group"].cast(pa.string())
        for group in sorted(self.groups):
            yield group, Batch(self.kind, self.table.filter(pc.equal(column, group)))

    def with_column(self, name: str, values: pa.Array | Sequence[Any]) -> Batch:
        """Return the batch with the values of one column replaced.

        >>> batch = from_rows("group", [{"group": "a"}, {"group": "b"}])
        >>> batch.with_column("label", ["A", "–"]).table["label"].to_pylist()
        ['A', '–']
        """
        at = self.table.schema.get_field_index(name)
        field = self.table.schema.field(at)
        if not isinstance(values, pa.Array):
            values = pa.array(values, field.type)
        return Batch(self.kind, self.table.set_column(at, field, values))

    def with_prefix(self, name: str, prefix: object) -> Batch:
        """Return the batch with ``prefix/`` before the labels of one column."""
        column = self.table[name]
        labels = pc.binary_join_element_wise(str(prefix), column.dictionary, "/")
        own = pa.DictionaryArray.from_arrays(column.indices, labels)
        return self.with_column(name, own)


def from_rows(kind: RecordKind, rows: list[dict[str, Any]]) -> Batch:
    """Build a batch of records from dicts; missing columns become null."""
    schema = SCHEMAS[kind]
    present = set[str]().union(*rows)
    if unknown := present - set(schema.names):
        raise KeyError(f"{kind} has no column {', '.join(sorted(unknown))}")
    try:
        arrays = _build_columns(rows, schema, present)
    except (OverflowError, pa.ArrowInvalid):  # no time and no count is that large
        arrays = _build_columns(_drop_unfitting_numbers(rows, schema), schema, present)
    return Batch(kind, pa.RecordBatch.from_arrays(arrays, schema=schema))


def _build_columns(
    rows: list[dict[str, Any]], schema: pa.Schema, present: Collection[str]
) -> list[pa.Array]:
    return [
        pa.array([row.get(field.name) for row in rows], field.type)
        if field.name in present
        else pa.nulls(len(rows), field.type)
        for field in schema
    ]


def _drop_unfitting_numbers(
    rows: list[dict[str, Any]], schema: pa.Schema
) -> list[dict[str, Any]]:
    """Replace numbers by null that do not fit their column's integer type."""
    widths: dict[str, int] = {
        f.name: f.type.bit_width for f in schema if pa.types.is_integer(f.type)
    }

    def fits(name: str, value: object) -> bool:
        if name not in widths or not isinstance(value, int):
            return True
        return value.bit_length() < widths[name]

    return [{k: v if fits(k, v) else None for k, v in row.items()} for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observability:
    """What a data source records, checked before an estimate is computed."""

    # where silent members come from: a roster, join and leave events, a bare count,
    # only those who spoke, or nowhere
    members_source: MembersSource
    # whether joining and leaving left dated traces
    joins_observed: bool
    leaves_observed: bool
    # whether reading is known by person, as a count, or not at all
    reads_observed: Reads
    reactions_observed: bool  # whether who reacted is known
    replies: Replies  # the best evidence of who answers whom
    births: Births  # what dates a group's origin
    # whether a group's owner and its roles are known
    owner_known: bool
    roles_known: bool
    # whether one person is one id; ``by name`` where a display name tells people apart
    # within a group and nothing follows them to another; false for counts
    sender_ids: SenderIds
    text: bool  # whether message text was there to be read
    time_zone_known: bool  # whether times are instants rather than a clock on a wall
    # whether the start of some groups was not seen, or only survivors were listed
    left_truncated: bool
    # whether groups that never had a message are in the frame
    never_active_listed: bool
    window_us: tuple[int, int]  # first and last instant observed
    resolution: Resolution  # how finely times are known

    @property
    def members_listed(self) -> bool:
        """Whether the source's member lists include members who never wrote."""
        return self.joins_observed or self.members_source == "roster"

    def require(self, *needs: str, source: str) -> None:
        """Raise an error unless the source records all that is needed."""
        for need in needs:
            if getattr(self, need) in (False, "none"):
                raise NotIdentifiableError(
                    f"not identifiable: {_MISSING[need]}", where=source
                )

    def as_dict(self) -> dict[str, Any]:
        """Return the recorded features as plain values for a manifest."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"window_us": list(self.window_us)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build the record of what a source records from the values of `as_dict`."""
        first, last = values["window_us"]
        return cls(**{**values, "window_us": (first, last)})


def combine_observability(shown: Sequence[Observability]) -> Observability:
    """Return what all of several sources record, in their joint period.

    >>> from helpers.formats import FORMATS
    >>> both = combine_observability(
    ...     [FORMATS[name].OBSERVES for name in ("slack", "qq")]
    ... )
    >>> both.replies, both.births, both.left_truncated, both.never_active_listed
    ('none', 'first_message', True, False)
    """
    values = [shows.as_dict() for shows in shown]
    spans = [shows.window_us for shows in shown if shows.window_us != (0, 0)]
    window = (min(a for a, _ in spans), max(b for _, b in spans)) if spans else (0, 0)
    fields = {name: _take_least(name, [v[name] for v in values]) for name in values[0]}
    return Observability.from_dict(fields | {"window_us": window})


def _take_least(name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - of any field
    if name == "window_us":
        return None
    if name in _RANKS:
        return max(values, key=_RANKS[name].index)
    if name == "left_truncated":
        return any(values)
    return all(values)
