"""Read chat exports in parallel processes, each into its own folder.

What was read waits beside the store until it is its turn to be added, so the store
comes out the same however many processes read.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError, PartlyReadError, UnforeseenError
from helpers.files import describe_write_error
from helpers.formats import read_export
from helpers.formats.privacy.boundary import Reading
from helpers.formats.reading.source import Options
from helpers.formats.rows.times import LATE, UNTIMED
from helpers.records import Batch
from helpers.study.store.processes import PROCESSES
from helpers.study.store.store import write_store

FULL = {ENOSPC, EDQUOT, EROFS}
AHEAD = 3 * PROCESSES  # readings that may wait to be added


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One chat export to be read: path, format, options and target folder."""

    path: Path  # where it is
    form: str  # its format's name in `helpers.formats.FORMATS`
    key: Path | None  # how it is read, with `options`
    options: Options
    room: Path  # the folder to be made of it


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExport:
    """A chat export read into a temporary folder, with its row counts."""

    folder: Path  # where its records lie, as a store
    form: str  # its format's name for people
    groups: tuple[str, ...]  # the groups in it, sorted
    labels: Mapping[str, str]  # what they are called, as the boundary spells it
    messages: int
    lost: int  # rows that could not be read
    untimed: int  # messages that have no time
    late: int  # messages dated after today or after the export
    others: Mapping[str, int]  # chats in it that are no groups, by what they are
    of_others: Mapping[str, int]  # the messages in those
    observability: Mapping[str, Any]  # what it can show
    exported: Mapping[str, int]  # when it was made, by group, if it says so
    notes: Mapping[str, int]  # what it holds that was read otherwise, by reason
    broken: BrokenFileError | None  # where it breaks off, if it does


def read_into_folder(
    job: Job, show: Callable[[int], None] = lambda _: None
) -> ReadExport:
    """Read one chat export into a temporary folder and return its counts.

    Raises
    ------
    BrokenFileError
        If it can't be read.
    ShequnError
        If the room can't be written.
    """
    reading = read_export(job.path, key=job.key, form=job.form, options=job.options)
    counts = _ReadCounts(reading, show)
    try:
        write_store(counts, job.room, counts.tally)
    except BrokenFileError as error:
        raise _raise_if_disk_full(error, job.room) from error
    return ReadExport(
        folder=job.room,
        form=reading.format.NAME,
        groups=tuple(sorted(counts.groups)),
        labels=dict(sorted(counts.labels.items())),
        messages=counts.tally["messages"],
        lost=reading.losses.rows,
        untimed=reading.losses.rows_of(UNTIMED),
        late=reading.losses.rows_of(LATE),
        others=reading.frame.chats,
        of_others=dict(reading.frame.messages),
        observability=reading.observability.as_dict(),
        # what breaks off shows nothing behind its last line
        exported={} if counts.broken else reading.exported,
        notes=reading.notes,
        broken=counts.broken,
    )


def _raise_if_disk_full(error: BrokenFileError, folder: Path) -> BrokenFileError:
    """Raise a write error if the disk is full; else return the reading error."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in FULL:
        raise describe_write_error(folder, cause) from error
    return error


class _ReadCounts:
    """Counts of records, groups and errors while one export is read."""

    def __init__(self, reading: Reading, show: Callable[[int], None]) -> None:
        self._reading, self._show = reading, show
        self.groups: set[str] = set()
        self.labels: dict[str, str] = {}
        self.tally: Counter[str] = Counter()
        self.broken: BrokenFileError | None = None

    def __iter__(self) -> Iterator[Batch]:
        try:
            yield from self._counted()
        except BrokenFileError as error:
            self.broken = partly_read(error, self.tally["messages"])

    def _counted(self) -> Iterator[Batch]:
        for batch in self._reading:
            self.groups |= batch.groups
            if batch.kind == "group":
                rows = batch.table.select(["group", "label"]).to_pylist()
                self.labels |= {r["group"]: r["label"] for r in rows if r["label"]}
            if batch.kind == "message":
                self.tally["messages"] += batch.table.num_rows
                self._show(batch.table.num_rows)
            if batch.table.num_rows:
                yield _drop_event_texts(batch)


def partly_read(error: BrokenFileError, messages: int) -> PartlyReadError:
    """Return the error for an export that ends in mid-file after some messages.

    Raises
    ------
    BrokenFileError
        The error itself, if nothing was whole, the disk is full or the fault is ours.
    """
    full = getattr(error.__cause__, "errno", None) in FULL
    if not messages or full or isinstance(error, UnforeseenError):
        raise error
    return PartlyReadError(error.what, where=error.where, remedy=error.remedy)


def _drop_event_texts(batch: Batch) -> Batch:
    """Remove the texts of system messages, which contain group names."""
    name = {"event": "value", "message": "text"}.get(batch.kind)
    if name is None:
        return batch
    texts = batch.table[name]
    spoken: pa.Array = pa.array([False] * len(texts))
    if batch.kind == "message":
        kind = pc.fill_null(batch.table["kind"].cast(pa.string()), "")
        spoken = pc.invert(pc.is_in(kind, pa.array(["system", "notice"])))
    spoken_texts = pc.if_else(spoken, texts, pa.scalar(None, pa.string()))
    return batch.with_column(name, spoken_texts)


def iterate_readings(
    jobs: Iterable[Job],
    pool: ProcessPoolExecutor | None,
    show: Callable[[int], None],
) -> Iterator[Callable[[], ReadExport]]:
    """Read exports; yield functions that wait for each result.

    Parameters
    ----------
    jobs
        Taken a few ahead of what is asked for.
    pool
        The processes that read; None to read here.
    show
        Told of messages as they are read.
    """
    if pool is None:
        return (_read_here(job, show) for job in jobs)
    return _read_ahead(pool, jobs, show)


def _read_here(job: Job, show: Callable[[int], None]) -> Callable[[], ReadExport]:
    return lambda: read_into_folder(job, show)


def _read_ahead(
    pool: ProcessPoolExecutor, jobs: Iterable[Job], show: Callable[[int], None]
) -> Iterator[Callable[[], ReadExport]]:
    waiting: deque[Future[ReadExport]] = deque()
    for job in jobs:
        waiting.append(pool.submit(read_into_folder, job))
        if len(waiting) == AHEAD:
            yield _wait_for_reading(waiting.popleft(), show)
    while waiting:
        yield _wait_for_reading(waiting.popleft(), show)


def _wait_for_reading(
    future: Future[ReadExport], show: Callable[[int], None]
) -> Callable[[], ReadExport]:
    def wait() -> ReadExport:
        export = future.result()
        show(export.messages)
        return export

    return wait
