"""Exports → the store: each whole or not at all, none twice, and only what is new."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from errno import EDQUOT, ENOSPC, EROFS
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import BrokenFileError
from helpers.files import checksum_of, unwritable, writing
from helpers.formats import read
from helpers.formats.pseudonyms import Pseudonyms, load_key
from helpers.formats.source import Options
from helpers.records import DAY_US, Batch
from helpers.study.doubles import Doubles
from helpers.study.exports import Entry, Exports, open_exports
from helpers.study.found import Found, exports_in, fingerprint
from helpers.study.progress import Steps, steps
from helpers.study.store import write_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from helpers.formats.boundary import Reading

__all__ = ["Ingested", "Terms", "day_us", "ingest", "key_print"]

SHORT = 8  # hexadecimal digits of an export's pseudonym
FULL = {ENOSPC, EDQUOT, EROFS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How exports are to be read.

    Attributes
    ----------
    key
        The file with the key for pseudonyms; by default the user's own.
    options
        What files can't say about themselves.
    exported_us
        When the exports were made, if somebody says so.
    """

    key: Path | None = None
    options: Options = field(default_factory=Options)
    exported_us: int | None = None

    def kept(self) -> dict[str, str | None]:
        """Return what every export of one store must be read with."""
        said = {name.replace("_", " "): v for name, v in asdict(self.options).items()}
        del said["columns"]
        return {"key": key_print(self.key), **said}


class Ingested(NamedTuple):
    """The store, how many exports are new in it, and what could not be read."""

    exports: Exports
    new: int
    refused: tuple[BrokenFileError, ...]


def day_us(day: date) -> int:
    """Return the midnight that starts a day.

    >>> day_us(date(1970, 1, 2))
    86400000000
    """
    return (day - date(1970, 1, 1)).days * DAY_US


def key_print(path: Path | None) -> str:
    """Return what tells one key from another and nothing about it."""
    return blake2b(b"store", key=load_key(path), digest_size=8).hexdigest()


def ingest(paths: Iterable[Path], folder: Path, terms: Terms) -> Ingested:
    """Read exports into a store; what is there already is left as it is.

    A kill at any moment loses at most the export that was being read, and running
    again ends in the same bytes. Call it with the folder locked.

    Parameters
    ----------
    paths
        Files and folders with exports.
    folder
        Of the store.

    Raises
    ------
    ShequnError
        If nothing could be read, or the store can't be written or was begun on
        other terms; what it held stays.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return _ingest(exports_in(paths, terms.options), folder, terms)


def _ingest(found: Found, folder: Path, terms: Terms) -> Ingested:
    exports = open_exports(folder, terms.kept())
    refused = list(found.others)
    with _own_room(folder), steps("reading", len(found.exports)) as show:
        prints = [fingerprint(path) for path in found.exports]
        exports = _dated(exports, prints, terms.exported_us)
        before, adder = len(exports.entries), _Adder(terms, prints, show)
        for path, source in zip(found.exports, prints, strict=True):
            show.next()
            try:
                exports = adder.add(exports, path, source)
            except BrokenFileError as error:
                refused.append(_unless_full(error, folder))
    if not exports.entries:
        raise refused[0]
    return Ingested(exports, len(exports.entries) - before, tuple(refused))


@contextmanager
def _own_room(folder: Path) -> Iterator[None]:
    """Keep what waits on disk inside the store, where the next run sweeps it."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(dir=folder, prefix="room-") as room:
        tempfile.tempdir = room
        try:
            yield
        finally:
            tempfile.tempdir = before


def _dated(exports: Exports, prints: Iterable[str], day_us: int | None) -> Exports:
    """Note when exports were made that were there before it was said."""
    if day_us is None:
        return exports
    given = set(prints)
    entries = tuple(
        replace(entry, exported_us=day_us) if entry.source in given else entry
        for entry in exports.entries
    )
    if entries == exports.entries:
        return exports
    return replace(exports, entries=entries).written()


def _unless_full(error: BrokenFileError, folder: Path) -> BrokenFileError:
    """Return the error, but raise it if it is the disk that is to blame."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in FULL:
        raise unwritable(folder, cause) from error
    return error


class _Adder:
    """Adds exports that are given together."""

    def __init__(self, terms: Terms, prints: Iterable[str], show: Steps) -> None:
        self._terms, self._show = terms, show
        self._together = checksum_of(sorted(set(prints)))
        self._hidden = Pseudonyms(load_key(terms.key))

    def add(self, exports: Exports, path: Path, source: str) -> Exports:
        """Return the exports with one more, unless it is there already."""
        if source in exports:
            return exports
        terms, part = self._terms, exports.next_part
        reading = read(path, key=terms.key, options=terms.options)
        fresh = _Fresh(exports, reading, self._show)
        store = write_store(fresh, exports.part(part), fresh.tally)
        last = reading.observability.window_us[1]
        return exports.adding(
            Entry(
                part=part,
                source=source,
                name=self._hidden.of("file", path.name)[:SHORT],
                form=reading.format.NAME,
                together=self._together,
                exported_us=terms.exported_us,
                last_us=last if fresh.messages else None,
                groups=tuple(sorted(fresh.groups)),
                read=fresh.messages + reading.losses.rows,
                again=fresh.messages - store.rows["message"],
                lost=reading.losses.rows,
                observability=reading.observability.as_dict(),
            )
        )


def _untitled(batch: Batch) -> Batch:
    """Drop what events and system lines say: groups' names; nothing is made of it."""
    name = {"event": "value", "message": "text"}.get(batch.kind)
    if name is None:
        return batch
    said = batch.table[name]
    spoken: pa.Array = pa.array([False] * len(said))
    if batch.kind == "message":
        kind = pc.fill_null(batch.table["kind"].cast(pa.string()), "")
        spoken = pc.invert(pc.is_in(kind, pa.array(["system", "notice"])))
    kept = pc.if_else(spoken, said, pa.scalar(None, pa.string()))
    at = batch.table.schema.get_field_index(name)
    return Batch(batch.kind, batch.table.set_column(at, name, kept))


class _Fresh:
    """The records of a reading that no earlier export had, counted as they go by."""

    def __init__(self, exports: Exports, reading: Reading, show: Steps) -> None:
        self._exports, self._reading, self._show = exports, reading, show
        self._doubles: dict[tuple[str, str], Doubles] = {}
        self.groups: set[str] = set()
        self.tally: Counter[str] = Counter()

    @property
    def messages(self) -> int:
        """Messages read so far."""
        return self.tally["messages"]

    def __iter__(self) -> Iterator[Batch]:
        for batch in self._reading:
            groups = set(pc.unique(batch.table["group"]).to_pylist()) - {None}
            self.groups |= groups
            if batch.kind == "message":
                self.tally["messages"] += batch.table.num_rows
                self._show.rows(batch.table.num_rows)
            for one in self._split(_untitled(batch), groups):
                if one.table.num_rows:
                    yield one

    def _split(self, batch: Batch, groups: set[str]) -> Iterator[Batch]:
        """Compare each group with its own past; most groups have none."""
        if not self._exports.files(batch.kind, groups):
            yield batch
            return
        column = batch.table["group"]
        for group in sorted(groups):
            rows = batch.table.filter(pc.equal(column.cast("string"), group))
            yield self._known(batch, group).fresh(Batch(batch.kind, rows))

    def _known(self, batch: Batch, group: str) -> Doubles:
        if (batch.kind, group) not in self._doubles:
            files = self._exports.files(batch.kind, {group})
            self._doubles[batch.kind, group] = Doubles.of(batch.kind, files)
        return self._doubles[batch.kind, group]
