"""Add chat exports to the store: atomically, only records not yet in it."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import (
    BrokenFileError,
    PartlyReadError,
    ShiftedClockError,
    report_system_errors,
)
from helpers.files import use_temporary_folder
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms, load_key
from helpers.formats.reading.source import Options, Source
from helpers.formats.rows.export_matching import (
    COLUMNS,
    GroupNames,
    IdMatches,
    join_moved,
    match_exports,
    name_ids,
    translate_ids,
)
from helpers.formats.rows.losses import RENUMBERED, SAME_ID, STRANGERS
from helpers.observed import Given
from helpers.records import DAY_US, Batch, RecordKind, to_day_end_us
from helpers.store.deduplication import Doubles, StoredHashes
from helpers.store.discovery import (
    DiscoveredExports,
    compute_fingerprints,
    compute_size,
    list_exports,
    summarise_refused,
)
from helpers.store.exports import Entry, Exports, open_exports
from helpers.store.parallel_reading import (
    Job,
    Outcome,
    ReadExport,
    iterate_readings,
    pack_jobs,
    split_pack,
)
from helpers.store.processes import Processes, open_processes
from helpers.store.progress import show_steps
from helpers.store.spans import Shows
from helpers.store.store import open_store, write_store
from helpers.wording import say
from helpers.wording.messages import unpack_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Settings for reading chat exports: pseudonym key, options, export date."""

    # the file with the key for pseudonyms; by default the user's own
    key: Path | None = None
    # what files can't say about themselves
    options: Options = field(default_factory=Options)
    # the day on which the exports were made, or that it is the date of their files
    exported: date | Literal["files"] | None = None

    @property
    def given(self) -> Given | None:
        """The day given for all exports: its end in µs, or the dates of files."""
        if isinstance(self.exported, date):
            return to_day_end_us(self.exported, ZoneInfo(self.options.zone))
        return self.exported

    def kept(self) -> dict[str, str | None]:
        """Return the settings that must be the same for all exports of a store."""
        settings = {
            name.replace("_", " "): v for name, v in asdict(self.options).items()
        }
        del settings["columns"], settings["formats"]
        settings["include"] = ",".join(sorted(self.options.include)) or None
        key = blake2b(b"store", key=load_key(self.key), digest_size=8)
        return {"key": key.hexdigest(), **settings}


_MOVED_WITHIN_US = 7 * DAY_US  # until the first row of the group that goes on


class Ingested(NamedTuple):
    """The store after adding exports, the new exports and unreadable ones."""

    exports: Exports
    new: int
    refused: tuple[BrokenFileError, ...]
    # where the exports given in this command are, by the hash of their bytes
    places: Mapping[str, Path]
    # parts of the store that were damaged, and whose exports were read again
    damaged: Sequence[str] = ()


def ingest_exports(paths: Iterable[Path], folder: Path, terms: Terms) -> Ingested:
    """Read chat exports into a store, except those already in it.

    A kill at any moment loses at most the exports that were being read, and running
    again ends in the same bytes. Call it with the folder locked.
    """
    with report_system_errors(folder, writes=True), open_processes() as processes:
        folder.mkdir(parents=True, exist_ok=True)
        discovered = list_exports(paths, terms.options)
        return _ingest_exports(discovered, folder, terms, processes)


def _ingest_exports(
    discovered: DiscoveredExports, folder: Path, terms: Terms, processes: Processes
) -> Ingested:
    refused = list(discovered.others)
    marks = compute_fingerprints(discovered.exports)
    exports, damaged = open_exports(folder, terms.kept(), [*map(str, marks)])
    exports = exports.sweep()
    with (
        use_temporary_folder(folder, "room-") as room,
        show_steps(say("reading"), len(discovered.exports), say("file")) as show,
    ):
        refused += [mark for mark in marks if isinstance(mark, BrokenFileError)]
        found = zip(discovered.exports.items(), marks, strict=True)
        pairs = [(export, mark) for export, mark in found if isinstance(mark, str)]
        discovered = discovered._replace(exports=dict(export for export, _ in pairs))
        prints = [mark for _, mark in pairs]
        places = zip(prints, discovered.exports, strict=True)
        given = dict(reversed([*places]))  # of copies the first, which is read
        exports = _note_export_dates(exports, given, terms)
        refused += _list_broken_off(exports, discovered, prints)
        before, adder = len(exports.entries), _Adder(exports, terms, prints)
        packs = pack_jobs(adder.jobs(discovered, room))
        readings = iterate_readings(packs, processes, show.rows)
        for pack in packs:
            show.next()
            outcomes = next(readings)
            for _ in pack[1:]:
                show.next()
            refused += adder.add(pack, outcomes)
    exports = adder.exports
    refused += adder.shifted
    if not exports.entries:
        raise summarise_refused(refused)
    new = len(exports.entries) - before
    return Ingested(exports, new, tuple(refused), given, damaged)


def _list_broken_off(
    exports: Exports, discovered: DiscoveredExports, prints: Iterable[str]
) -> list[PartlyReadError]:
    """List the given exports of which an earlier run could read only a part."""
    broken = {entry.source: entry.broken_off for entry in exports.entries}
    pairs = zip(discovered.exports, prints, strict=True)
    return [
        PartlyReadError(
            unpack_message(note[0]), where=str(path), remedy=unpack_message(note[1])
        )
        for path, source in pairs
        if (note := broken.get(source))
    ]


def _note_export_dates(
    exports: Exports, given: Mapping[str, Path], terms: Terms
) -> Exports:
    """Note the day now given for stored exports, and earlier dates of their bytes."""

    def note(entry: Entry) -> Entry:
        if entry.source not in given:
            return entry
        told = entry.given if terms.given is None else terms.given
        dates = Source(given[entry.source], terms.options).dates_us
        return replace(entry, given=told, shows=entry.shows.with_dates(dates))

    entries = tuple(map(note, exports.entries))
    if entries == exports.entries:
        return exports
    return replace(exports, entries=entries).written()


class _Life(NamedTuple):
    """From when on exports show a group, and when it moved elsewhere, in µs."""

    group: str
    first_us: int
    moved_us: int | None

    @classmethod
    def of(cls, group: str, shows: Shows) -> Self:
        """Return the life of a group as one export shows it."""
        closed_us, how = shows.closed.get(group, (None, None))
        first_us, _ = shows.outer.get(group, (0, 0))
        return cls(group, first_us, closed_us if how == "migrated" else None)

    def goes_on_in(self, other: Self) -> bool:
        """Return whether a group moved shortly before another's first row."""
        return self.moved_us is not None and (
            -DAY_US <= other.first_us - self.moved_us <= _MOVED_WITHIN_US
        )


class _Adder:
    """Adds exports to a store, keeping only records not in earlier ones."""

    def __init__(self, exports: Exports, terms: Terms, prints: Iterable[str]) -> None:
        self.exports, self._terms, self._prints = exports, terms, tuple(prints)
        self._hidden = Pseudonyms(load_key(terms.key))
        self._groups: dict[str, str] = {}  # in what format each came last
        self._names, self._stored = GroupNames(), StoredHashes()
        self._lives = dict[str, list[_Life]]()  # by what groups are called
        self._spans = defaultdict[str, list[tuple[int, int]]](list)  # of messages
        self.shifted: list[BrokenFileError] = []  # notes on clocks that were moved
        for entry in exports.entries:
            self._remember(entry)

    def jobs(self, discovered: DiscoveredExports, room: Path) -> Iterator[Job]:
        """Yield reading jobs for the exports not in the store, each bytes once."""
        seen = {entry.source for entry in self.exports.entries}
        found = zip(discovered.exports.items(), self._prints, strict=True)
        for (path, form), source in found:
            if source not in seen:
                seen.add(source)
                yield Job(
                    path=path,
                    form=form,
                    key=self._terms.key,
                    options=self._terms.options,
                    room=room / source,
                    size=compute_size(path),
                )

    def add(
        self, pack: Sequence[Job], outcomes: Sequence[Outcome]
    ) -> list[BrokenFileError]:
        """Add the exports of a pack to the store; return why some are not whole."""
        pairs = zip(pack, outcomes, strict=True)
        read = [(job, out) for job, out in pairs if isinstance(out, ReadExport)]
        refused = [
            out if isinstance(out, BrokenFileError) else out.broken for out in outcomes
        ]
        if self._are_apart(export.entry for _, export in read):
            self._add_together(read)
        else:
            alone = split_pack([export for _, export in read])
            for (job, _), export in zip(read, alone, strict=True):
                try:
                    self._add_matched(job, export)
                except BrokenFileError as error:
                    refused.append(error)
        return [error for error in refused if error]

    def _are_apart(self, entries: Iterable[Entry]) -> bool:
        """Return whether no group of some exports is in another one or in the store."""
        seen, named = set[str](), dict[str, str]()
        for one in entries:
            ids = name_ids(one.form, one.observability["sender_ids"])
            if not seen.isdisjoint(one.groups):
                return False
            if any(named.get(label, ids) != ids for label in one.labels.values()):
                return False
            if any(self._key(group, one) is not None for group in one.groups):
                return False
            if any(self._find_moved(group, one) for group in one.groups):
                return False
            if any(how == "migrated" for _, how in one.shows.closed.values()):
                return False
            seen.update(one.groups)
            named |= dict.fromkeys(one.labels.values(), ids)
        return True

    def _add_together(self, read: Sequence[tuple[Job, ReadExport]]) -> None:
        if read:
            part = self.exports.next_part
            read[0][1].folder.replace(self.exports.part(part))
            self._enter([self._describe(job, export, part) for job, export in read])

    def _add_matched(self, job: Job, export: ReadExport) -> None:
        """Add an export that was read to the store, without records already there."""
        part, spellings = self.exports.next_part, self._match_groups(export)
        rows = self._adopt(export, spellings, part)
        shifts = {how.shift_us for how in spellings.values()} - {0}
        where = str(job.path)
        self.shifted += [ShiftedClockError.of(one, where) for one in sorted(shifts)]
        entry = self._describe(job, export, part)
        forms = [self._groups.get(group, entry.form) for group in entry.groups]
        told = {
            RENUMBERED: sum(how.n_renumbered for how in spellings.values()),
            SAME_ID: sum(form != entry.form for form in forms),
            STRANGERS: sum(how.are_strangers for how in spellings.values()),
        }
        notes = {**entry.notes, **{why: n for why, n in told.items() if n}}
        aliases = {g: how.group for g, how in spellings.items() if how.group != g}
        moved = {group: how.shift_us for group, how in spellings.items()}
        shows = entry.shows.rename_groups(aliases, moved)
        self._enter(
            [
                replace(
                    entry,
                    groups=_list_renamed(entry.groups, spellings),
                    again=export.rows.get("message", 0) - rows,
                    notes=notes,
                    shows=shows,
                    aliases=aliases,
                )
            ]
        )

    def _describe(self, job: Job, export: ReadExport, part: int) -> Entry:
        """Return the manifest's entry of an export of which everything is new."""
        name = self._hidden.of("file", job.path.name)[:SHORT]
        given, source = self._terms.given, job.room.name
        return replace(export.entry, part=part, source=source, name=name, given=given)

    def _enter(self, entries: Sequence[Entry]) -> None:
        self.exports = self.exports.adding(entries)
        for entry in entries:
            self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        self._groups.update(dict.fromkeys(entry.groups, entry.form))
        for group, span in entry.shows.outer.items():
            self._spans[group].append(span)
        for group, label in entry.labels.items():
            if group in self._groups:
                life = _Life.of(group, entry.shows)
                self._lives.setdefault(label, []).append(life)
                ids = name_ids(entry.form, entry.shown.sender_ids)
                self._names.record(label, ids, group)

    def _match_groups(self, export: ReadExport) -> dict[str, IdMatches]:
        """Return the groups of an export that are also in earlier exports, matched."""
        own = export.entry
        pairs = ((group, self._key(group, own)) for group in own.groups)
        keys = {
            group: key
            for group, key in pairs
            if key is not None
            and (key == group or self._may_share(key, own.shows.outer.get(group)))
        }
        moved = {group: self._find_moved(group, own) for group in own.groups}
        keys = {group: key for group, key in moved.items() if key} | keys
        if not keys:
            return {}
        later = _read_matching_columns(open_store(export.folder).parts, keys)
        named = {*keys.values()}
        earlier = _read_matching_columns(
            lambda kind: self.exports.files(kind, named), named
        )
        both = {g: (earlier[key], later[g]) for g, key in keys.items()}
        spellings = {
            g: match_exports(*both[g], key, g)
            or (join_moved(*both[g], key) if moved.get(g) == key else None)
            for g, key in keys.items()
        }
        return {group: how for group, how in spellings.items() if how}

    def _key(self, group: str, export: Entry) -> str | None:
        if group in self._groups:
            return group
        ids = name_ids(export.form, export.observability["sender_ids"])
        return self._names.find_id(export.labels.get(group, ""), ids)

    def _may_share(self, key: str, span: tuple[int, int] | None) -> bool:
        """Return whether a group in the store has messages of the days of another."""
        return span is not None and any(
            first - DAY_US <= span[1] and span[0] <= last + DAY_US
            for first, last in self._spans[key]
        )

    def _find_moved(self, group: str, one: Entry) -> str | None:
        """Return the group that this one was before it moved, or after, by its name."""
        own, label = _Life.of(group, one.shows), one.labels.get(group, "")
        for other in self._lives.get(label, ()) if group not in self._groups else ():
            if own.goes_on_in(other) or other.goes_on_in(own):
                return other.group
        return None

    def _adopt(
        self, export: ReadExport, spellings: Mapping[str, IdMatches], part: int
    ) -> int:
        """Move an export's new records into the store; return how many messages."""
        folder = self.exports.part(part)
        if self._groups.keys().isdisjoint(
            _list_renamed(export.entry.groups, spellings)
        ):
            export.folder.replace(folder)
            return export.rows.get("message", 0)
        store = open_store(export.folder)
        translated = translate_ids(store, spellings)
        fresh = _Fresh(self.exports, self._stored, translated, part)
        new = write_store(fresh, folder, Counter(store.read))
        shutil.rmtree(export.folder)
        return new.rows["message"]


def _list_renamed(
    groups: Iterable[str], spellings: Mapping[str, IdMatches]
) -> tuple[str, ...]:
    return tuple(sorted({spellings[g].group if g in spellings else g for g in groups}))


def _read_matching_columns(
    files: Callable[[RecordKind], Iterable[Path]], groups: Iterable[str]
) -> dict[str, dict[RecordKind, pa.Table]]:
    """Read the columns needed to match messages of given groups, by group."""
    records = {group: dict[RecordKind, pa.Table]() for group in groups}
    for kind, names in COLUMNS.items():
        columns = ["group", *names]
        tables = [pq.ParquetFile(file).read(columns) for file in files(kind)]
        rows = pa.concat_tables(tables)
        keys = rows["group"].cast(pa.string())
        for group, own in records.items():
            own[kind] = rows.filter(pc.equal(keys, group))
    return records


class _Fresh:
    """Filter for records that no earlier export of the same group contains."""

    def __init__(
        self, exports: Exports, stored: StoredHashes, new: Iterable[Batch], part: int
    ) -> None:
        self._exports, self._stored, self._new = exports, stored, new
        self._part = part
        self._doubles: dict[tuple[str, str], Doubles] = {}

    def __iter__(self) -> Iterator[Batch]:
        for batch in self._new:
            for part in self._split(batch):
                if part.table.num_rows:
                    yield part.with_prefix("file", self._part)

    def _split(self, batch: Batch) -> Iterator[Batch]:
        """Split a batch of records by group; drop those that earlier exports have."""
        if not self._exports.files(batch.kind, batch.groups):
            yield batch
            return
        for group, rows in batch.by_group():
            yield self._known(batch.kind, group).fresh(rows)

    def _known(self, kind: RecordKind, group: str) -> Doubles:
        if (kind, group) not in self._doubles:
            files = self._exports.files(kind, {group})
            earlier = self._stored.of(kind, group, files)
            self._doubles[kind, group] = Doubles(kind, earlier)
        return self._doubles[kind, group]
