"""Replace names and raw ids in records by pseudonyms while they are read.

Names are all known only when an export has been read to its end, so its records wait
in an unnamed temporary file, then pass the boundary column by column.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import PurePath
from typing import TypeVar, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Ints, fill
from helpers.errors import BrokenFileError, ShequnError, describe_unforeseen_error
from helpers.formats import Format
from helpers.formats.privacy.masking import Masker, mask_together
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms
from helpers.formats.reading.source import Source
from helpers.formats.rows.export_matching import name_ids
from helpers.formats.rows.frame import Frame, Spool
from helpers.formats.rows.losses import SAID, Losses
from helpers.formats.rows.people import IDS, NAMED, PEOPLE, People, has_marked
from helpers.formats.rows.signs import SIGNS, Check
from helpers.formats.rows.times import check_times
from helpers.records import (
    MESSAGE_KINDS,
    SCHEMAS,
    Batch,
    EventKind,
    Observability,
    RecordKind,
)

Value = TypeVar("Value")
WORDS = ("text", "value", "topic")
# a platform's own words for what something is
CODES = ("kind", "platform", "role", "method", "rule", "closed_kind")
_OWN = {*MESSAGE_KINDS, *get_args(EventKind)}  # kinds, whoever may be called so
_CODE = re.compile(r"(?!.*\d{5})[A-Za-z][\w .:()+/\-]{0,59}", re.ASCII)


class Reading:
    """Pseudonymised records of one chat export, to be iterated once."""

    def __init__(self, source: Source, form: Format, hidden: Pseudonyms) -> None:
        self._source, self.format, self._hidden = source, form, hidden
        self.frame = Frame(form, source.options.include, is_direct=source.is_direct)
        self._window: list[int] = []

    @property
    def losses(self) -> Losses:
        """Counts of the records that could not be read, by reason."""
        return self._source.losses

    @property
    def exported(self) -> dict[str, int]:
        """Export time of each group, as stated in the export itself."""
        return self._key_groups(self._source.exported)

    @property
    def ranges(self) -> dict[str, tuple[int | None, int | None]]:
        """Range of time that the export states for each group's messages."""
        return self._key_groups(self._source.ranges)

    @property
    def jumps(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Long stretches in which numbers of each group's messages are missing."""
        return self._key_groups(self._source.jumps)

    @property
    def stated(self) -> dict[str, int]:
        """Day or end of the range that the export states, the earlier, by group."""
        stated = dict(self.exported)
        for group, (_, to_us) in self.ranges.items():
            if to_us is not None:
                stated[group] = min(to_us, stated.get(group, to_us))
        return stated

    def _key_groups(self, values: Mapping[str, Value]) -> dict[str, Value]:
        hide, other = self._hidden.of, self.frame.other
        return {hide("group", g): one for g, one in values.items() if not other(g)}

    @property
    def zone(self) -> str:
        """Name of the zone in which the export's days begin."""
        return self._source.options.zone

    @property
    def days(self) -> tuple[int | None, tuple[int, ...]]:
        """End of the day in the export's name, and the dates of its files, in µs."""
        return self._source.named_us, self._source.dates_us

    @property
    def notes(self) -> dict[str, int]:
        """What was read in another way than it was written, such as threads."""
        counts = Counter[str]()
        for entry in self.losses:
            if entry.reason in SAID | SIGNS:
                counts[entry.reason] += entry.rows
        return dict(counts)

    @property
    def observability(self) -> Observability:
        """What this export records, such as joins; complete only after iterating."""
        window = (min(self._window), max(self._window)) if self._window else (0, 0)
        observations = {"window_us": window} | self._source.observed
        return replace(self.format.OBSERVES, **observations)

    def tell_ids(self) -> str:
        """Tell whose ids it has; complete only after iterating."""
        return name_ids(self.format.NAME, self.observability.sender_ids)

    def __iter__(self) -> Iterator[Batch]:
        """Yield pseudonymised records; raise after the last if a file is damaged."""
        for batch in self.gather():
            yield cross(batch.kind, [(self, batch.table)])

    def gather(self) -> Iterator[Batch]:
        """Yield the records as they are, once all names in them are known."""
        spool = Spool()
        with _pause_collector():
            broken = self._fill(spool)
        check = Check(self._source, self.format.NAME, self.observability)
        for batch in spool:
            inside = self._source.people.settle(self.frame.inside(batch))
            if inside.kind == "message":
                ends = pc.min_max(inside.table["time_us"]).as_py().values()
                self._window += [time for time in ends if time is not None]
            check.meet(inside)
            yield inside
        check.note()
        if broken:
            raise broken

    @cached_property
    def crossing(self) -> _Crossing:
        """How its records cross the boundary; it holds once all were gathered."""
        listed = self.observability.members_source == "roster"
        return _Crossing(self._source.people, self._hidden, listed=listed)

    def hide(self, name: str, value: str) -> str:
        """Return what a value of a column becomes; it holds once all were gathered."""
        return self.crossing.changes[name](value) or ""

    def _fill(self, spool: Spool) -> BrokenFileError | None:
        """Read all records into a temporary file; return an error if truncated."""
        try:
            for batch in check_times(self.format.read(self._source), self._source):
                self.frame.meet(batch)
                self._source.people.mentioned(*_list_group_names(batch))
                spool.add(batch)
        except BrokenFileError as error:
            return error
        except ShequnError:
            raise
        except Exception as error:  # noqa: BLE001  one file is not to cost the others
            return describe_unforeseen_error(error, str(self._source.path))
        return None


def _list_group_names(batch: Batch) -> list[str]:
    """Return current and former names of the groups in some records."""
    names: list[str | None] = []
    if batch.kind == "group":
        names = pc.unique(batch.table["label"]).to_pylist()
    elif batch.kind == "event":
        kinds = batch.table["kind"].cast(pa.string())
        named = pc.is_in(kinds, pa.array(["create", "rename"]))
        names = batch.table["value"].filter(named).to_pylist()
    return [name for name in names if name]


@contextmanager
def _pause_collector() -> Iterator[None]:
    """Pause the garbage collector within the block."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def cross(kind: RecordKind, parts: Sequence[tuple[Reading, pa.RecordBatch]]) -> Batch:
    """Replace ids by pseudonyms and mask texts, of some exports a column at once."""
    rows = [(reading.crossing, table) for reading, table in parts]
    if kind == "message":
        rows = [(own, _drop_unread_lines(table)) for own, table in rows]
    columns = [_cross_column(field, rows) for field in SCHEMAS[kind]]
    return Batch(kind, pa.RecordBatch.from_arrays(columns, schema=SCHEMAS[kind]))


def _cross_column(
    field: pa.Field, rows: Sequence[tuple[_Crossing, pa.RecordBatch]]
) -> pa.Array:
    name, (first, _) = field.name, rows[0]
    # kinds of reactions are emoji, some of them called like people
    is_text = pa.types.is_string(field.type) and name in {*WORDS, "kind"}
    columns = [table[name] for _, table in rows]
    if all(one.null_count == len(one) for one in columns):  # a dictionary may hold more
        return pa.nulls(sum(map(len, columns)), field.type)
    if name in first.changes and not is_text:
        labels = _join_labels(own.encode(name, table) for own, table in rows)
        return labels.cast(field.type)
    if name == "mentions":
        return pa.concat_arrays([own.hide_mentions(table) for own, table in rows])
    whole = pa.concat_arrays(columns)
    if is_text:
        maskers = [own.masker for own, _ in rows]
        return mask_together(whole, maskers, [*map(len, columns)])
    return first.hidden.message_ids(whole) if name in IDS else whole


Labels = tuple[Ints, list[str | None]]  # numbers of values, -1 for none; the values


def _join_labels(parts: Iterable[Labels]) -> pa.DictionaryArray:
    """Join columns of labels, each of which is changed already."""
    known, rows = dict[str | None, int](), list[Ints]()
    for codes, values in parts:
        seen: Iterable[int] = range(len(values))
        if None in values:  # what stays is numbered as it comes
            seen = dict.fromkeys(codes[codes >= 0].tolist())
        for at in seen:
            if values[at] is not None:
                known.setdefault(values[at], len(known))
        rows.append(np.array([*(known.get(one, -1) for one in values), -1])[codes])
    joined = np.concatenate(rows)
    indices = pa.array(joined, pa.int32(), mask=joined < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array([*known], pa.string()))


class _Crossing:
    """What the ids, codes and names of one export become."""

    def __init__(self, people: People, hidden: Pseudonyms, *, listed: bool) -> None:
        self._people, self.hidden = people, hidden
        self._listed = listed  # whether all members are on a list, with their ids
        self.masker = Masker(people.names)
        self.changes: dict[str, Callable[[str], str | None]] = {
            **dict.fromkeys(CODES, self._code),
            **dict.fromkeys(PEOPLE, self._person),
            "subject": self._member,
            "network": self._network,
            "group": partial(hidden.of, "group"),
            "parent": partial(hidden.of, "group"),
            "topic": str,
            "label": lambda value: hidden.of("label", value)[:SHORT],
            "file": lambda value: (
                hidden.of("file", value)[:SHORT] + PurePath(value).suffix
            ),
        }

    def encode(self, name: str, table: pa.RecordBatch) -> Labels:
        """Return what the labels of a column become."""
        column = table[name]
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        if name in PEOPLE:
            column = self._resolve(column, table["group"])
        values = column.dictionary
        if name in WORDS:
            values = self.masker.mask(values)
        codes = fill(column.indices, -1)
        return codes, [*map(self.changes[name], values.to_pylist())]

    def _person(self, value: str) -> str:
        return self.hidden.of("person", value)

    def _member(self, value: str) -> str | None:
        """Return the pseudonym of a listed member; None for a name without an id."""
        is_further = self._listed and value.startswith(NAMED)
        return None if is_further else self._person(value)

    def _code(self, value: str) -> str:
        """Return a platform's own word, unless it is a name or a number."""
        before, dot, word = value.rpartition(".")
        is_name = word in self._people.names and value not in _OWN
        if is_name or not _CODE.fullmatch(value):
            return f"{before}.other" if dot and _CODE.fullmatch(before) else "other"
        return value

    def _network(self, value: str) -> str:
        """Return a network's name, such as a server's, or a pseudonym of its id."""
        if self._code(value) == value:
            return value
        return self.hidden.of("group", value)[:SHORT]

    def _resolve(
        self, people: pa.DictionaryArray, groups: pa.DictionaryArray
    ) -> pa.DictionaryArray:
        """Replace a name by the member's id if only one member of the group has it."""
        if not has_marked(people, NAMED):
            return people
        resolve = self._people.resolve
        if len(groups.dictionary) == 1:  # one group: resolve each name once
            group = groups.dictionary[0].as_py()
            ids = [resolve(group, one) for one in people.dictionary.to_pylist()]
            return pa.DictionaryArray.from_arrays(people.indices, pa.array(ids))
        pairs = zip(groups.to_pylist(), people.to_pylist(), strict=True)
        every = [None if p is None else resolve(g, p) for g, p in pairs]
        return pa.array(every, pa.string()).dictionary_encode()

    def hide_mentions(self, table: pa.RecordBatch) -> pa.ListArray:
        """Return who is mentioned by whom, all by pseudonyms."""
        column = table["mentions"]
        if column.null_count == len(column):
            return column
        groups = table["group"].take(pc.list_parent_indices(column))
        named = self._resolve(column.flatten().dictionary_encode(), groups).to_pylist()
        people = [None if one is None else self._person(one) for one in named]
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
        return pa.ListArray.from_arrays(
            offsets, pa.array(people, pa.string()), mask=pc.is_null(column)
        )


def _drop_unread_lines(table: pa.RecordBatch) -> pa.RecordBatch:
    """Remove texts of unrecognised system lines, which may contain names."""
    if "system" not in table["kind"].dictionary.to_pylist():
        return table
    is_unread = pc.and_(
        pc.equal(table["kind"].cast(pa.string()), "system"), pc.is_null(table["rule"])
    )
    texts = pc.if_else(is_unread, pa.scalar(None, pa.string()), table["text"])
    return Batch("message", table).with_column("text", texts).table
