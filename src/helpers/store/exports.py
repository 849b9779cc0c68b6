"""Store of a user's chat exports: folders of records, and a manifest.

Records are written into a folder first, those of small exports together; they are in
the store from the moment on that a whole line of the manifest names that folder. What
no line names was left by a process that was killed, and is swept away. Each line ends
with its own checksum, and has that of its folder's state, which has those of its files.
"""

import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, describe_unwritable
from helpers.files import (
    check_checksum,
    compute_checksum,
    is_sealed_json,
    read_sealed_json,
    seal_json,
    write_text,
)
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import LATE, UNTIMED
from helpers.formats.table import NAME as TABLE
from helpers.observed import Given, Observed, Sighting, observe_groups
from helpers.records import SCHEMAS, Observability, RecordKind, to_iso_day
from helpers.store.spans import Shows, list_later_days
from helpers.store.store import REMEDY, STATE, Store, open_store
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import say
from helpers.wording.messages import Packed

FORMAT = 2
MANIFEST = "manifest.jsonl"
UNCHECKED = '{"format": 1,'  # how a manifest without checksums begins
AGAIN, LOST = "in an earlier export already", "could not be read"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One export in the store: format, groups, row counts and what it records."""

    part: int  # the number of its folder, which others may share
    source: str  # SHA-256 of the export's bytes
    name: str  # its pseudonym
    form: str  # the format it was read as
    given: Given | None  # what was said of when all exports were made
    groups: tuple[str, ...]  # the groups in it, doubles included
    # rows that were read, and how many of them were `again` there or `lost`,
    # of which `untimed` have no time
    read: int
    again: int
    lost: int
    observability: Mapping[str, Any]  # what it can show
    untimed: int = 0
    late: int = 0  # of them, those that a clock in the future stamped
    # chats that are no groups, by what they are
    others: Mapping[str, int] = field(default_factory=dict)
    of_others: Mapping[str, int] = field(default_factory=dict)  # the messages in those
    # what its groups are called, as the boundary spells it
    labels: Mapping[str, str] = field(default_factory=dict)
    # its groups that are others of earlier exports, by whose key
    aliases: Mapping[str, str] = field(default_factory=dict)
    # from when to when it shows its groups, as it says and as its rows do
    shows: Shows = field(default_factory=Shows)
    # what was read otherwise than it was written, such as threads, by reason
    notes: Mapping[str, int] = field(default_factory=dict)
    # if it breaks off: where, and what to do
    broken_off: tuple[Packed, Packed] | None = None

    @property
    def shown(self) -> Observability:
        """What the export records, such as join dates and replies."""
        return Observability.from_dict(self.observability)


@dataclass(frozen=True, slots=True)
class Exports:
    """All exports in a store, with the settings they were read with."""

    folder: Path  # where it lies
    # what all exports must be read with: the key's fingerprint and the options
    terms: Mapping[str, Any]
    # the exports, in the order in which they came
    entries: tuple[Entry, ...] = field(default=())
    # SHA-256 of each folder's state, by its number
    states: Mapping[int, str] = field(default_factory=dict)

    @property
    def next_part(self) -> int:
        """Number that the next export's folder will have."""
        return max((entry.part for entry in self.entries), default=0) + 1

    @property
    def aliases(self) -> dict[str, str]:
        """Map of keys of merged groups to the key of the group they belong to."""
        return {k: own for e in self.entries for k, own in e.aliases.items()}

    def count(self, name: Literal["notes", "others", "of_others"]) -> Counter[str]:
        """Add up what the entries of all exports count under a name."""
        counts = Counter[str]()
        for entry in self.entries:
            counts.update(getattr(entry, name))
        return counts

    @property
    def by_name(self) -> frozenset[str]:
        """Groups in which people are known by name only, which is nobody elsewhere."""
        known = {True: set[str](), False: set[str](), "by name": set[str]()}
        for entry in self.entries:
            known[entry.observability["sender_ids"]].update(entry.groups)
        return frozenset(known["by name"] - known[False])

    def part(self, number: int) -> Path:
        """Return a folder of records by its number."""
        return self.folder / f"{number:06d}"

    def files(self, kind: RecordKind, groups: set[str]) -> list[Path]:
        """List Parquet files of one kind of record, of exports with given groups."""
        wanted = (e.part for e in self.entries if not groups.isdisjoint(e.groups))
        return [
            path
            for part in dict.fromkeys(wanted)
            for path in sorted(self.part(part).joinpath(kind).glob("*.parquet"))
        ]

    def adding(self, entries: Sequence[Entry]) -> Self:
        """Append the exports of one folder to the manifest; return the new store."""
        part = entries[0].part
        states = {**self.states, part: compute_checksum(self.part(part) / STATE)}
        added = replace(self, entries=(*self.entries, *entries), states=states)
        if not self.entries:
            return added.written()
        # one line, which is there or not: an export without its folder's others
        # would be read again, into another folder
        _append_line(self.folder / MANIFEST, _format_part(states[part], entries))
        return added

    def written(self) -> Self:
        """Rewrite the store's manifest on disk, atomically."""
        head = {"format": FORMAT, "terms": dict(self.terms)}
        by_part = {part: list[Entry]() for part in self.states}
        for entry in self.entries:
            by_part[entry.part].append(entry)
        lines = [
            f"{seal_json(head)}\n",
            *(_format_part(self.states[n], own) for n, own in by_part.items()),
        ]
        write_text(self.folder / MANIFEST, "".join(lines))
        return self

    def store(self) -> Store:
        """Return the records of all exports as one store."""
        parts = [self.open_part(number) for number in self.states]
        rows = Counter[str]()
        for part in parts:
            rows.update(part.rows)
        aside = {
            AGAIN: sum(entry.again for entry in self.entries),
            LOST: sum(e.lost - e.untimed - e.late for e in self.entries),
            UNTIMED: sum(entry.untimed for entry in self.entries),
            LATE: sum(entry.late for entry in self.entries),
        }
        others = self.count("of_others").items()
        aside |= {f"of {OTHER_CHATS[word]}": n for word, n in others}
        files: dict[str, tuple[Path, ...]] = {}
        for kind in SCHEMAS:
            full = [part for part in parts if part.rows[kind]] or parts[:1]
            files[kind] = tuple(path for part in full for path in part.parts(kind))
        read = Counter[str]()
        for entry in self.entries:
            read[entry.name] += entry.read
        aside = {reason: number for reason, number in aside.items() if number}
        return Store(self.folder, dict(rows), dict(read), aside, files)

    def open_part(self, number: int) -> Store:
        """Open a folder of records with the files that were written."""
        folder = self.part(number)
        check_checksum(folder / STATE, self.states[number], REMEDY)
        return open_store(folder)

    def sweep(self) -> Self:
        """Remove what a killed process left: half a line, folders that none names."""
        manifest = self.folder / MANIFEST
        if manifest.is_file() and not manifest.read_bytes().endswith(b"\n"):
            self.written()
        named = {self.part(number).name for number in self.states}
        for path in self.folder.glob("*"):
            if path.is_dir() and path.name not in named:
                shutil.rmtree(path)
            elif path.name.startswith(f".{MANIFEST}."):
                path.unlink()
        return self

    def observe_groups(
        self, told: Mapping[str, int] | None = None
    ) -> dict[str, Observed]:
        """Return from when and until when each group was observed."""
        days, recorded = told or {}, self.store().list_recorded()
        seen = observe_groups(
            self._sight(entry, group, days.get(group))
            for entry in self.entries
            for group in entry.groups
        )
        return {
            group: replace(one, created_us=recorded.get(group, {}).get("created_us"))
            for group, one in seen.items()
        }

    def list_days(self, zone: str) -> dict[str, str]:
        """Return the day of each group's latest export, as it or its file has it."""
        seen = [self._sight(e, g, None) for e in self.entries for g in e.groups]
        known = [(one.group, one.filed_us) for one in seen if one.filed_us is not None]
        latest = dict(sorted(known, key=lambda pair: pair[1]))
        return {group: to_iso_day(us, zone) for group, us in latest.items()}

    def first_lines(self) -> dict[str, int]:
        """Return the time of the first row of each group, in µs."""
        first: dict[str, int] = {}
        for entry in self.entries:
            for group, (begun, _) in entry.shows.outer.items():
                first[group] = min(begun, first.get(group, begun))
        return first

    def _sight(self, entry: Entry, group: str, told: int | None) -> Sighting:
        """Return what one export shows of when a group was observed."""
        shows = entry.shows
        first, last = shows.outer.get(group, (None, None))
        from_us, to_us = shows.ranges.get(group, (None, None))
        closed_us, closed_kind = shows.closed.get(group, (None, None))
        given = entry.given
        return Sighting(
            group=group,
            program=entry.form,
            groups=len(entry.groups),
            is_table=entry.form == TABLE,
            first_us=first,
            last_us=last,
            low_us=shows.low_us,
            is_cut=entry.shown.left_truncated,
            stated_us=shows.stated.get(group),
            from_us=from_us,
            to_us=to_us,
            jumps=shows.jumps.get(group, ()),
            late_days=shows.late.get(group, 0),
            named_us=shows.named_us,
            dated_us=shows.dated_us,
            read_us=shows.read_us,
            closed_us=closed_us,
            closed_kind=closed_kind,
            is_broken=entry.broken_off is not None,
            told_us=told,
            told_late=self._count_late(group, last, told),
            given=given,
            given_late=self._count_late(group, last, given),
        )

    def _count_late(self, group: str, last: int | None, day: Given | None) -> int:
        """Count the days with rows of a group after a day."""
        if day is None or day == "files" or last is None or last <= day:
            return 0
        parts = [
            pq.read_table(path, columns=["group", "time_us"])
            for path in self.files("message", {group})
        ]
        rows = pa.concat_tables(parts)
        own = rows.filter(pc.equal(rows["group"].cast(pa.string()), group))
        times = own["time_us"].drop_null().to_numpy()
        return len(list_later_days(times, day, self.terms["zone"] or DEFAULT_ZONE))


def open_exports(
    folder: Path, terms: Mapping[str, Any], given: Collection[str] = ()
) -> tuple[Exports, list[str]]:
    """Open the store of exports in a folder, or start an empty one."""
    exports, damaged = Exports(folder, terms), list[str]()
    if (manifest := folder / MANIFEST).is_file():
        exports = _read_file(manifest, exports)
    for number in exports.states:
        try:
            exports.open_part(number)
        except BrokenFileError as error:
            lost = [entry for entry in exports.entries if entry.part == number]
            if not {entry.source for entry in lost} <= set(given):
                remedy = say("run again on all exports: that part is read again")
                raise BrokenFileError(
                    error.what, where=error.where, remedy=remedy
                ) from error
            kept = tuple(entry for entry in exports.entries if entry not in lost)
            states = {n: state for n, state in exports.states.items() if n != number}
            exports = replace(exports, entries=kept, states=states)
            damaged.append(exports.part(number).name)
    return (exports.written() if damaged else exports), damaged


def _format_part(state: str, entries: Iterable[Entry]) -> str:
    """Format the manifest's line of the exports of one folder."""
    names = Shows.__slots__
    plain = [
        vars(e) | {"shows": {n: getattr(e.shows, n) for n in names}} for e in entries
    ]
    return f"{seal_json({'state': state, 'exports': plain})}\n"


def _append_line(manifest: Path, line: str) -> None:
    """Append a line to the store's manifest; undo it if writing fails."""
    size = manifest.stat().st_size
    try:
        with manifest.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        os.truncate(manifest, size)
        raise describe_unwritable(error, manifest) from error


def _parse_entry(line: dict[str, Any]) -> Entry:
    note = line.get("broken_off")
    shows = line["shows"]
    pairs = {
        name: {group: tuple(pair) for group, pair in shows[name].items()}
        for name in ("outer", "closed", "ranges")
    }
    pairs["jumps"] = {
        g: tuple(map(tuple, own)) for g, own in shows.get("jumps", {}).items()
    }
    lists = {"groups": tuple(line["groups"]), "broken_off": note and tuple(note)}
    return Entry(**line | lists | {"shows": Shows(**shows | pairs)})


def _read_file(manifest: Path, empty: Exports) -> Exports:
    try:
        head, *lines = _read_lines(manifest)
        before = head["terms"]
        exports = replace(
            empty,
            entries=tuple(_parse_entry(e) for line in lines for e in line["exports"]),
            states={line["exports"][0]["part"]: line["state"] for line in lines},
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenFileError(
            say("the store's manifest can't be read ({error})", error=error),
            where=str(manifest),
            remedy=REMEDY,
        ) from error
    differ = [name for name in empty.terms if empty.terms[name] != before.get(name)]
    if differ:
        raise BrokenFileError(
            say(
                "the exports here were read with another {names}",
                names=", ".join(differ),
            ),
            where=str(empty.folder),
            remedy=say(
                "use the same options as the first time, or choose another folder"
            ),
        )
    return exports


def _read_lines(manifest: Path) -> list[dict[str, Any]]:
    """Read the manifest's whole lines; a kill may leave half a last one."""
    text = manifest.read_bytes().decode("utf-8")
    if text.startswith(UNCHECKED):
        raise ValueError(say("it was made by an earlier version of shequn"))
    *lines, last = text.split("\n")
    if is_sealed_json(last[:-1]):  # only the line's end is another character
        lines.append(last)
    return [read_sealed_json(line) for line in lines]
