"""Replace names and raw ids in records by pseudonyms while they are read.

Names are all known only when an export has been read to its end, so its records wait
in an unnamed temporary file, then pass the boundary column by column.
"""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError, ShequnError, describe_unforeseen_error
from helpers.formats import Format
from helpers.formats.privacy.masking import Masker
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms
from helpers.formats.reading.source import Source
from helpers.formats.rows.export_matching import name_ids
from helpers.formats.rows.frame import Frame, Spool
from helpers.formats.rows.losses import SAID, Losses
from helpers.formats.rows.people import IDS, NAMED, PEOPLE, has_marked
from helpers.formats.rows.signs import SIGNS, Check
from helpers.formats.rows.times import check_times
from helpers.records import MESSAGE_KINDS, Batch, EventKind, Observability

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
        self.frame = Frame(form, source.options.include)
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
        spool = Spool()
        with _pause_collector():
            broken = self._fill(spool)
        listed = self.observability.members_source == "roster"
        crossing = _Pseudonymiser(self._source, self._hidden, listed=listed)
        check = Check(self._source, self.format.NAME, self.observability)
        for batch in spool:
            inside = self._source.people.settle(self.frame.inside(batch))
            self._window += _find_extent(inside)
            check.meet(inside)
            yield crossing.of(inside)
        check.note()
        if broken:
            raise broken

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
    """Return current and former names of the groups in a batch of records."""
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


def _find_extent(batch: Batch) -> list[int]:
    ends = pc.min_max(batch.table["time_us"]).as_py() if batch.kind == "message" else {}
    return [time for time in ends.values() if time is not None]


class _Pseudonymiser:
    """Replaces ids by pseudonyms and masks texts, column by column of a batch."""

    def __init__(self, source: Source, hidden: Pseudonyms, *, listed: bool) -> None:
        self._source, self._hidden = source, hidden
        self._listed = listed  # whether all members are on a list, with their ids
        self._masker = Masker(source.people.names)
        self._renamed: dict[str, Callable[[str], str | None]] = {
            **dict.fromkeys(CODES, self._code),
            "network": self._network,
            "group": lambda value: hidden.of("group", value),
            "parent": lambda value: hidden.of("group", value),
            "label": lambda value: hidden.of("label", value)[:SHORT],
            "file": lambda value: (
                hidden.of("file", value)[:SHORT] + PurePath(value).suffix
            ),
        }

    def of(self, batch: Batch) -> Batch:
        table = (_drop_unread_lines(batch) if batch.kind == "message" else batch).table
        columns = [
            self._column(name, table[name], table) for name in table.schema.names
        ]
        return Batch(
            batch.kind, pa.RecordBatch.from_arrays(columns, schema=table.schema)
        )

    def _column(self, name: str, column: pa.Array, table: pa.RecordBatch) -> pa.Array:
        if column.null_count == len(column):  # a dictionary may hold names all the same
            return pa.nulls(len(column), column.type)
        change = self._renamed.get(name)
        if name in PEOPLE:
            change = self._member if name == "subject" else self._person
            column = self._resolved(column, table["group"])
        if name == "mentions":
            return _map_mentions(column, table["group"], self._resolved, self._person)
        # kinds of reactions are emoji, some of them called like people
        if name in WORDS or (name == "kind" and pa.types.is_string(column.type)):
            if isinstance(column, pa.DictionaryArray):
                masked = self._masker.mask(column.dictionary)
                return pa.DictionaryArray.from_arrays(column.indices, masked)
            return self._masker.mask(column)
        if name in IDS:
            return self._hidden.message_ids(column)
        return _map_distinct(column, change) if change else column

    def _person(self, value: str) -> str:
        return self._hidden.of("person", value)

    def _member(self, value: str) -> str | None:
        """Return the pseudonym of a listed member; None for a name without an id."""
        is_further = self._listed and value.startswith(NAMED)
        return None if is_further else self._person(value)

    def _code(self, value: str) -> str:
        """Return a platform's own word, unless it is a name or a number."""
        before, dot, word = value.rpartition(".")
        is_name = word in self._source.people.names and value not in _OWN
        if is_name or not _CODE.fullmatch(value):
            return f"{before}.other" if dot and _CODE.fullmatch(before) else "other"
        return value

    def _network(self, value: str) -> str:
        """Return a network's name, such as a server's, or a pseudonym of its id."""
        if self._code(value) == value:
            return value
        return self._hidden.of("group", value)[:SHORT]

    def _resolved(self, column: pa.Array, groups: pa.Array) -> pa.Array:
        """Replace a name by the member's id if only one member of the group has it."""
        if not has_marked(column, NAMED):
            return column
        resolve = self._source.people.resolve
        if len(groups.dictionary) == 1:  # one group: resolve each name once
            group = groups.dictionary[0].as_py()
            return _map_distinct(column, lambda person: resolve(group, person))
        pairs = zip(groups.to_pylist(), column.to_pylist(), strict=True)
        people = [resolve(g, p) if p is not None else None for g, p in pairs]
        return pa.array(people, pa.string()).dictionary_encode()


def _drop_unread_lines(batch: Batch) -> Batch:
    """Remove texts of unrecognised system lines, which may contain names."""
    table = batch.table
    if "system" not in table["kind"].dictionary.to_pylist():
        return batch
    is_unread = pc.and_(
        pc.equal(table["kind"].cast(pa.string()), "system"), pc.is_null(table["rule"])
    )
    texts = pc.if_else(is_unread, pa.scalar(None, pa.string()), table["text"])
    return batch.with_column("text", texts)


def _map_distinct(column: pa.Array, change: Callable[[str], str | None]) -> pa.Array:
    """Apply a function to the distinct values of a text column."""
    labels = isinstance(column, pa.DictionaryArray)
    encoded = column if labels else column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    new = [change(value) if value is not None else None for value in values]
    if new == values:  # as most codes
        return column
    changed = pa.array(new, pa.string())
    result = pa.DictionaryArray.from_arrays(encoded.indices, changed)
    if changed.null_count:  # which Parquet does not take within a dictionary
        result = changed.take(encoded.indices).dictionary_encode()
    return result if labels else result.cast(pa.string())


def _map_mentions(
    column: pa.Array, groups: pa.Array,
    resolved: Callable[[pa.Array, pa.Array], pa.Array], change: Callable[[str], str],
) -> pa.Array:  # fmt: skip
    parents = pc.list_parent_indices(column)
    flat = column.flatten().dictionary_encode()
    people = _map_distinct(resolved(flat, groups.take(parents)), change).cast(
        pa.string()
    )
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    return pa.ListArray.from_arrays(offsets, people, mask=pc.is_null(column))
