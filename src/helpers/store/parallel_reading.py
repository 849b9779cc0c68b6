"""Read chat exports in parallel processes: small ones together into one folder.

What was read waits beside the store until it is its turn to be added, so the store
comes out the same however many processes read. A folder for each of thousands of small
files would cost more than reading them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import (
    BrokenFileError,
    PartlyReadError,
    UnforeseenError,
    describe_unwritable,
)
from helpers.formats import read_export
from helpers.formats.privacy.boundary import Reading, cross
from helpers.formats.privacy.pseudonyms import Pseudonyms, load_key
from helpers.formats.reading.source import Options
from helpers.formats.rows.columns import drop_texts
from helpers.formats.rows.times import LATE, UNTIMED
from helpers.records import SCHEMAS, Batch, RecordKind
from helpers.store.exports import Entry
from helpers.store.processes import Processes
from helpers.store.spans import Shows, Spans
from helpers.store.store import open_store, write_store
from helpers.wording.messages import pack_message

FULL = {ENOSPC, EDQUOT, EROFS}
NOT_SPOKEN = frozenset({"system", "notice"})
PACK_FILES, PACK_BYTES = 250, 1 << 24  # that are read into one folder at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One chat export to be read: path, format, options and target folder."""

    path: Path  # where it is
    form: str  # its format's name in `helpers.formats.FORMATS`
    key: Path | None  # how it is read, with `options`
    options: Options
    room: Path  # the folder to be made of it, or of those that it is the first of
    size: int  # in bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExport:
    """A chat export read into a temporary folder, with its row counts."""

    folder: Path  # where its records lie, as a store, behind those of others
    rows: Mapping[RecordKind, int]  # how many
    entry: Entry  # what the store will note of it, in no part as yet
    broken: BrokenFileError | None  # where it breaks off, if it does


Pack = list[Job]
Outcome = ReadExport | BrokenFileError  # of one job


def pack_jobs(jobs: Iterable[Job]) -> list[Pack]:
    """Put small exports of one format that follow each other together."""
    packs: list[Pack] = []
    room = 0
    for job in jobs:
        is_next = packs and packs[-1][0].form == job.form
        if is_next and job.size <= room and len(packs[-1]) < PACK_FILES:
            packs[-1].append(job)
            room -= job.size
        else:
            packs.append([job])
            room = PACK_BYTES - job.size
    return packs


def read_pack(
    pack: Pack, show: Callable[[int], None] = lambda _: None
) -> list[Outcome]:
    """Read chat exports into one temporary folder; return the counts of each."""
    folder, outcomes = pack[0].room, list[Outcome]()
    if len(pack) == 1:
        try:
            return [_read_alone(pack[0], show)]
        except BrokenFileError as error:
            return [error]
    parts: dict[RecordKind, list[tuple[Reading, pa.RecordBatch]]] = {}
    hidden = Pseudonyms(load_key(pack[0].key))
    for job in pack:
        reading = _open_reading(job, hidden)
        counts = _ReadCounts(reading, show)
        try:
            own = list(counts)
        except BrokenFileError as error:
            outcomes.append(_raise_if_disk_full(error, folder))
            continue
        for kind, table in own:
            parts.setdefault(kind, []).append((reading, table))
        outcomes.append(_describe_reading(folder, reading, counts))
    joined = (_drop_event_texts(cross(*part)) for part in parts.items())
    write_store(joined, folder, Counter())
    return outcomes


def _open_reading(job: Job, hidden: Pseudonyms) -> Reading:
    return read_export(job.path, form=job.form, options=job.options, hidden=hidden)


def _read_alone(job: Job, show: Callable[[int], None]) -> ReadExport:
    """Read one chat export into its folder as a stream, however large it is."""
    reading = _open_reading(job, Pseudonyms(load_key(job.key)))
    counts = _ReadCounts(reading, show)
    crossed = (cross(kind, [(reading, table)]) for kind, table in counts)
    try:
        write_store(map(_drop_event_texts, crossed), job.room, Counter())
    except BrokenFileError as error:
        raise _raise_if_disk_full(error, job.room) from error
    return _describe_reading(job.room, reading, counts)


def _describe_reading(
    folder: Path, reading: Reading, counts: _ReadCounts
) -> ReadExport:
    lost, others = reading.losses.rows, dict(reading.frame.messages)
    broken = counts.broken
    entry = Entry(
        part=0,
        source="",
        name="",
        form=reading.format.NAME,
        given=None,
        groups=tuple(sorted(counts.groups)),
        labels=dict(sorted(counts.labels.items())),
        read=counts.rows["message"] + lost + sum(others.values()),
        again=0,
        lost=lost,
        untimed=reading.losses.rows_of(UNTIMED),
        late=reading.losses.rows_of(LATE),
        others=reading.frame.chats,
        of_others=others,
        observability=reading.observability.as_dict(),
        shows=counts.shows,
        notes=reading.notes,
        broken_off=(pack_message(broken.what), pack_message(broken.remedy))
        if broken
        else None,
    )
    return ReadExport(folder=folder, rows=counts.rows, entry=entry, broken=broken)


def split_pack(exports: Sequence[ReadExport]) -> Iterator[ReadExport]:
    """Give each export of a pack a folder of its own, for it to be matched alone."""
    if len(exports) == 1:
        yield from exports
        return
    store, before = open_store(exports[0].folder), Counter[RecordKind]()
    tables = {kind: pq.read_table(store.parts(kind)) for kind in SCHEMAS}
    for number, export in enumerate(exports):
        own = []
        for kind, rows in export.rows.items():
            table = tables[kind].slice(before[kind], rows)
            plain = [
                column.cast(pa.string()).dictionary_encode()
                if pa.types.is_dictionary(column.type)
                else column
                for column in table.columns
            ]
            table = pa.Table.from_arrays(plain, schema=table.schema)
            whole = table.unify_dictionaries().combine_chunks()
            own.append(Batch(kind, whole.to_batches()[0]))
            before[kind] += rows
        folder = export.folder.with_name(f"{export.folder.name}-{number}")
        write_store(own, folder, Counter())
        yield replace(export, folder=folder)


def _raise_if_disk_full(error: BrokenFileError, folder: Path) -> BrokenFileError:
    """Raise a write error if the disk is full; else return the reading error."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in FULL:
        raise describe_unwritable(cause, folder) from error
    return error


class _ReadCounts:
    """Counts of records, groups and errors while one export is read."""

    def __init__(self, reading: Reading, show: Callable[[int], None]) -> None:
        self._reading, self._show = reading, show
        self.groups: set[str] = set()
        self.labels: dict[str, str] = {}
        self.rows = Counter[RecordKind]()
        self.broken: BrokenFileError | None = None
        self._spans: Spans | None = None

    @property
    def shows(self) -> Shows:
        """From when to when the export shows its groups; complete after iterating."""
        reading, spans = self._reading, self._spans
        named_us, dates = reading.days
        shows = Shows(
            outer=spans.outer if spans else {},
            closed=spans.closed if spans else {},
            late=spans.late if spans else {},
            stated=reading.exported,
            ranges=reading.ranges,
            jumps=reading.jumps,
            named_us=named_us,
        )
        return shows.with_dates(dates)

    def __iter__(self) -> Iterator[Batch]:
        try:
            yield from self._counted()
        except BrokenFileError as error:
            self.broken = partly_read(error, self.rows["message"])

    def _counted(self) -> Iterator[Batch]:
        hide = self._reading.hide
        for batch in self._reading.gather():
            self.groups |= {hide("group", one) for one in batch.groups}
            if self._spans is None:  # what is stated is known with the first record
                self._spans = Spans(self._reading.stated, self._reading.zone, hide)
            self._spans.add(batch)
            if batch.kind == "group":
                told = (batch.table[name].to_pylist() for name in ("group", "label"))
                for group, label in zip(*told, strict=True):
                    if label is not None:
                        self.labels[hide("group", group)] = hide("label", label)
            if batch.kind == "message":
                self._show(batch.table.num_rows)
            if batch.table.num_rows:
                self.rows[batch.kind] += batch.table.num_rows
                yield batch


def partly_read(error: BrokenFileError, messages: int) -> PartlyReadError:
    """Return the error for an export that ends in mid-file after some messages."""
    full = getattr(error.__cause__, "errno", None) in FULL
    if not messages or full or isinstance(error, UnforeseenError):
        raise error
    return PartlyReadError(error.what, where=error.where, remedy=error.remedy)


def _drop_event_texts(batch: Batch) -> Batch:
    """Remove the texts of system messages, which contain group names."""
    if batch.kind == "event":
        return batch.with_column("value", pa.nulls(batch.table.num_rows, pa.string()))
    if batch.kind != "message":
        return batch
    spoken = drop_texts(batch.table["text"], batch.table["kind"], NOT_SPOKEN)
    return batch.with_column("text", spoken)


def iterate_readings(
    packs: Sequence[Pack], processes: Processes, show: Callable[[int], None]
) -> Iterator[list[Outcome]]:
    """Read exports, in two processes if they are large; yield the results by pack."""
    # a single pack is read here, where its progress shows
    if len(packs) == 1 or not processes.pays(sum(map(_sum_sizes, packs))):
        yield from (read_pack(pack, show) for pack in packs)
        return
    for outcomes in processes.share(read_pack, packs):
        for outcome in outcomes:
            if isinstance(outcome, ReadExport):
                show(outcome.rows.get("message", 0))
        yield outcomes


def _sum_sizes(pack: Pack) -> int:
    return sum(job.size for job in pack)
