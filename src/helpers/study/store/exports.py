"""Store of a user's chat exports: folders of records, and a manifest.

Records are written into a folder first, those of small exports together; they are in
the store from the moment on that a whole line of the manifest names that folder. What
no line names was left by a process that was killed, and is swept away. Each line ends
with its own checksum, and has that of its folder's state, which has those of its files.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from helpers.errors import BrokenFileError
from helpers.files import (
    check_checksum,
    compute_checksum,
    describe_write_error,
    is_sealed_json,
    read_sealed_json,
    seal_json,
    write_text,
)
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import LATE, UNTIMED
from helpers.records import DAY_US, SCHEMAS, Observability, RecordKind
from helpers.study.store.store import REMEDY, STATE, Store, open_store
from helpers.wording import say
from helpers.wording.messages import Packed

FORMAT = 2
MANIFEST = "manifest.jsonl"
UNCHECKED = '{"format": 1,'  # how a manifest without checksums begins
SAME_DAYS = 3  # apart at most: the last lines of exports made together
LEAST_TOGETHER, SHARE_TOGETHER = 2, 0.1  # how many of a command's exports end so
AGAIN, LOST = "in an earlier export already", "could not be read"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One export in the store: format, groups, row counts and what it records."""

    part: int  # the number of its folder, which others may share
    source: str  # SHA-256 of the export's bytes
    name: str  # its pseudonym
    form: str  # the format it was read as
    together: str  # what stands for all exports that were given in the same command
    exported_us: int | None  # when it was made, if somebody said so
    last_us: int | None  # its last line's time; None if it has none
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
    # when it was made, by group, where the export itself says so
    stated: Mapping[str, int] = field(default_factory=dict)
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

    def __contains__(self, source: str) -> bool:
        return any(entry.source == source for entry in self.entries)

    @property
    def next_part(self) -> int:
        """Number that the next export's folder will have."""
        return max((entry.part for entry in self.entries), default=0) + 1

    @property
    def aliases(self) -> dict[str, str]:
        """Map of keys of merged groups to the key of the group they belong to."""
        return {k: own for e in self.entries for k, own in e.aliases.items()}

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
        """Append the exports of one folder to the manifest; return the new store.

        Raises
        ------
        ShequnError
            If it can't be written; then the manifest is what it was.
        """
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
        """Return the records of all exports as one store.

        Raises
        ------
        BrokenFileError
            If a part of it is damaged or missing.
        """
        parts = [self.open_part(number) for number in self.states]
        rows = Counter[str]()
        for part in parts:
            rows.update(part.rows)
        excluded_counts = {
            AGAIN: sum(entry.again for entry in self.entries),
            LOST: sum(e.lost - e.untimed - e.late for e in self.entries),
            UNTIMED: sum(entry.untimed for entry in self.entries),
            LATE: sum(entry.late for entry in self.entries),
        }
        for entry in self.entries:
            for word, messages in entry.of_others.items():
                reason = f"of {OTHER_CHATS[word]}"
                excluded_counts[reason] = excluded_counts.get(reason, 0) + messages
        files: dict[str, tuple[Path, ...]] = {}
        for kind in SCHEMAS:
            full = [part for part in parts if part.rows[kind]] or parts[:1]
            files[kind] = tuple(path for part in full for path in part.parts(kind))
        read = Counter[str]()
        for entry in self.entries:
            read[entry.name] += entry.read
        aside_counts = {
            reason: number for reason, number in excluded_counts.items() if number
        }
        return Store(self.folder, dict(rows), dict(read), aside_counts, files)

    def open_part(self, number: int) -> Store:
        """Open a folder of records, whose files are those that were written."""
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

    def ends(self) -> dict[str, int]:
        """Return when observation of each group ends, in µs since 1970.

        An export shows its groups up to the day on which it was made: the one that the
        user says, else the one that it states itself. Else up to its own last line, or
        that of the exports given with it where they were plainly made together.
        """
        common_us = _find_common_ends(self.entries)
        ends: dict[str, int] = {}
        for entry in self.entries:
            last = entry.last_us or 0
            for group in entry.groups:
                made = entry.exported_us or entry.stated.get(group)
                end = common_us.get(entry.together, last)
                if made is not None:  # that day lasts until its midnight
                    end = min(max(last, made), made + DAY_US)
                ends[group] = max(end, ends.get(group, end))
        return ends

    @property
    def assumed(self) -> tuple[int, int]:
        """Number of exports without a stated export time, in two counts.

        The first counts those that end with their own last line, the second those
        that count as made together.
        """
        common_us = _find_common_ends(self.entries)
        silent = [entry.together for entry in self.entries if _is_undated(entry)]
        together = sum(command in common_us for command in silent)
        return len(silent) - together, together


def _is_undated(entry: Entry) -> bool:
    """Return whether any of its groups has no stated export time."""
    stated = entry.stated.keys() >= set(entry.groups)
    return bool(entry.groups) and entry.exported_us is None and not stated


def _find_common_ends(entries: Iterable[Entry]) -> dict[str, int]:
    """Return the last line of exports that were plainly made together, by command.

    Groups that live have lines up to the day of export. So if several exports of one
    command end on the same few days, they were made then, and a group that ended
    earlier fell silent; if each ends on a day of its own, each was made on its own.
    """
    lasts_us: dict[str, list[int]] = {}
    for entry in entries:
        if _is_undated(entry) and entry.last_us is not None:
            lasts_us.setdefault(entry.together, []).append(entry.last_us)
    return {
        command: max(ends)
        for command, ends in lasts_us.items()
        if sum(end > max(ends) - SAME_DAYS * DAY_US for end in ends)
        >= max(LEAST_TOGETHER, SHARE_TOGETHER * len(ends))
    }


def open_exports(folder: Path, terms: Mapping[str, Any]) -> Exports:
    """Open the store of exports in a folder, or start an empty one.

    Raises
    ------
    BrokenFileError
        If its manifest can't be read, a file of it is damaged or missing, or its
        exports were read on other terms.
    """
    manifest = folder / MANIFEST
    exports = Exports(folder, terms)
    if manifest.is_file():
        exports = _read_file(manifest, exports)
    for number in exports.states:
        exports.open_part(number)
    return exports


def _format_part(state: str, entries: Iterable[Entry]) -> str:
    """Format the manifest's line of the exports of one folder."""
    line = seal_json({"state": state, "exports": [*map(vars, entries)]})
    return f"{line}\n"


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
        raise describe_write_error(manifest, error) from error


def _parse_entry(line: dict[str, Any]) -> Entry:
    note = line.get("broken_off")
    lists = {"groups": tuple(line["groups"]), "broken_off": note and tuple(note)}
    return Entry(**line | lists)


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
    """Read the manifest's whole lines; a kill may leave half a last one.

    Raises
    ------
    ValueError
        If a line is not what was written.
    """
    text = manifest.read_bytes().decode("utf-8")
    if text.startswith(UNCHECKED):
        raise ValueError(say("it was made by an earlier version of shequn"))
    *lines, last = text.split("\n")
    if is_sealed_json(last[:-1]):  # only the line's end is another character
        lines.append(last)
    return [read_sealed_json(line) for line in lines]
