"""Match two exports of one group made by two people or programs.

What one export calls Ann another calls Mum, and a program makes ids of its own. Rows of
a later export that an earlier one has are found by time and content; whoever wrote most
of the rows that two names share is one person. The later export is then spelled as the
earlier one is, so that whatever compares records (`Merge`) finds them the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, Hashes
from helpers.formats.rows.frame import Spool
from helpers.formats.rows.people import IDS, PEOPLE
from helpers.records import (
    DAY_US,
    MINUTE_US,
    SCHEMAS,
    SECOND_US,
    Batch,
    RecordKind,
    SenderIds,
)

BY_ID = ("group", "id", "time_us")  # what rows of one message share, if it has an id
PROVENANCE = ("file", "position", "rule")
WITHOUT_ID = (
    "group", "time_us", "sender", "kind", "chars", "links", "has_code", "has_question",
)  # fmt: skip


class Merge:
    """Records already seen in earlier exports, used to drop duplicates.

    Memory grows with the distinct records seen (a hash each), so merge only exports
    that overlap.

    >>> from helpers.records import from_rows
    >>> row = {"group": "g", "sender": "a", "time_us": 0, "kind": "text", "text": "hi"}
    >>> twice, merge = from_rows("message", [row, row]), Merge()
    >>> [merge.fresh(twice, export).table.num_rows for export in ("one", "two")]
    [2, 0]
    """

    def __init__(self) -> None:
        self._export = ""
        self._seen = Counter[tuple[RecordKind, int]]()
        self._here = Counter[tuple[RecordKind, int]]()
        self.doubles: Counter[RecordKind] = Counter()

    def fresh(self, batch: Batch, export: str) -> Batch:
        """Return the rows of a batch that no earlier export contains.

        Batches of one export must come one after the other.
        """
        if export != self._export:
            self._seen |= self._here
            self._here, self._export = Counter(), export
        keys, by_id = hash_records(batch.kind, batch.table)
        pairs = zip(keys.tolist(), by_id, strict=True)
        mask = [self._new((batch.kind, key), by_id=own) for key, own in pairs]
        self.doubles[batch.kind] += len(mask) - sum(mask)
        return Batch(batch.kind, batch.table.filter(pa.array(mask, pa.bool_())))

    def _new(self, key: tuple[RecordKind, int], *, by_id: bool) -> bool:
        self._here[key] += 1
        n_seen = self._seen[key]
        # an id is one message even within one export: pages and chunks overlap
        return self._here[key] > n_seen and not (by_id and self._here[key] > 1)


def hash_records(kind: RecordKind, table: Any) -> tuple[Hashes, Bools]:  # noqa: ANN401 - a table or a batch
    """Return a hash per record, and whether it is based on a message id.

    Of 64 bits: two different records meet by chance once in some hundred thousand
    stores of ten million messages.
    """
    if kind != "message":
        names = [name for name in SCHEMAS[kind].names if name not in PROVENANCE]
        return hash_columns(table, names), np.zeros(table.num_rows, bool)
    by_id = pc.is_valid(table["id"]).to_numpy(zero_copy_only=False).astype(bool)
    loose, named = hash_columns(table, WITHOUT_ID), hash_columns(table, BY_ID)
    return np.where(by_id, named, loose), by_id


def hash_columns(table: Any, names: Iterable[str]) -> Hashes:  # noqa: ANN401 - a table or a batch
    """Return a hash of what each row has in some columns."""
    plain = {name: _decode_column(table[name]) for name in names}
    hashed = pd.util.hash_pandas_object(pd.DataFrame(plain), index=False)
    keys: Hashes = np.asarray(hashed, dtype=np.uint64)
    return keys


def _decode_column(column: Any) -> Any:  # noqa: ANN401 - an Arrow column in, values out
    """Decode a dictionary-encoded Arrow column, so that hashes are reproducible."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    missing: Any = "\0" if pa.types.is_string(column.type) else -1
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    filled = pc.fill_null(column, pa.scalar(missing, column.type))
    return filled.to_numpy(zero_copy_only=False)


GroupRecords = Mapping[RecordKind, pa.Table]  # records of a group, with `COLUMNS`
COLUMNS: Mapping[RecordKind, tuple[str, ...]] = {
    "message": (
        "id", "sender", "time_us", "kind", "chars", "links", "has_code", "has_question",
    ),
    "event": ("time_us", "kind", "actor", "subject", "method", "value"),
}  # fmt: skip
"""What matching needs of records, equal in both exports, by kind."""
SCHEMAS_OF: Mapping[RecordKind, pa.Schema] = {
    kind: pa.schema([SCHEMAS[kind].field(name) for name in names])
    for kind, names in COLUMNS.items()
}
FEATURES = ["chars", "links", "has_code", "has_question"]
WRITTEN = ("text", "reply")
QUARTER_US = 15 * MINUTE_US  # zones differ by whole quarters of an hour
MOST_COMPARED = 2_000  # messages, when clocks are compared
LEAST = 3  # messages shared by exports of one group; fewer may fall together by chance
_SAME_DAYS = 10  # messages of either: fewer may lie beside the rest of a cut export


def name_ids(program: str, sender_ids: SenderIds) -> str:
    """Name whose ids an export has: its program's, or only names."""
    return f"{program} {'names' if sender_ids == 'by name' else 'ids'}"


class GroupNames:
    """Group names, each with the key of that group under every program's ids.

    A group exported by two programs, or once with ids and once with names, has two keys
    and one name. Two groups of one name that a program gives two ids are two.

    >>> names = GroupNames()
    >>> names.record("book club", "WhatsApp names", "g1")
    >>> [names.find_id("book club", one) for one in ("Telegram ids", "WhatsApp names")]
    ['g1', None]
    """

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, str]] = {}

    def record(self, name: str, ids: str, group: str) -> None:
        """Record the name and key of a group under a program's ids (`name_ids`)."""
        self._groups.setdefault(name, {}).setdefault(ids, group)

    def find_id(self, name: str, ids: str) -> str | None:
        """Return the key that a group of this name has under other ids."""
        named = self._groups.get(name, {}).items()
        return next((group for its, group in named if its != ids), None)


class IdMatches(NamedTuple):
    """Ids of people and messages in a later export, mapped to an earlier export's."""

    group: str  # what the earlier export calls the group
    # the later export's people and message ids, as the earlier one has them
    people: Mapping[str, str]
    ids: Mapping[str, str]
    # the row of `earlier` that a row of the later export is, by kind of record
    doubles: Mapping[RecordKind, pd.Series[int]]
    earlier: GroupRecords  # records of the earlier exports
    shift_us: int = 0  # added to the later export's times: its clock's time zone
    are_strangers: bool = False  # whether nobody wrote in both

    @property
    def n_renumbered(self) -> int:
        """Number of ids that the earlier export gave to other messages."""
        return sum(new.startswith(f"{old}'") for old, new in self.ids.items())

    def translate(self, batch: Batch, first: int) -> Batch:
        """Replace ids and times of a later export's batch by the earlier export's."""
        batch = batch.with_column("group", [self.group] * batch.table.num_rows)
        for name in batch.table.schema.names:
            if self.shift_us and name.endswith("_us"):
                times = pc.add(batch.table[name], self.shift_us)
                batch = batch.with_column(name, times)
            if name in PEOPLE or name in IDS:
                names = self.people if name in PEOPLE else self.ids
                spellings = [
                    names.get(value, value) for value in batch.table[name].to_pylist()
                ]
                batch = batch.with_column(name, spellings)
        if batch.kind not in self.doubles:
            return batch
        rows, earlier = self.doubles[batch.kind], self.earlier[batch.kind]
        rows = rows[rows.index.isin(range(first, first + batch.table.num_rows))]
        for name in COLUMNS[batch.kind] if len(rows) else ():
            values = batch.table[name].to_pylist()
            theirs = earlier[name].take(pa.array(rows.to_numpy())).to_pylist()
            for row, value in zip(rows.index, theirs, strict=True):
                values[row - first] = value
            batch = batch.with_column(name, values)
        return batch


def translate_ids(
    batches: Iterable[Batch], known: Mapping[str, IdMatches]
) -> Iterator[Batch]:
    """Replace ids of groups, people and messages by those of earlier exports."""
    rows = Counter[tuple[str, str]]()
    for batch in batches:
        if batch.groups.isdisjoint(known):
            yield batch
            continue
        for group, one in batch.by_group():
            at = (group, batch.kind)
            yield known[group].translate(one, rows[at]) if group in known else one
            rows[at] += one.table.num_rows


class _StoredRecords:
    """Messages, events and group names of one export, stored for matching."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, RecordKind], list[pa.RecordBatch]] = {}
        self.groups: set[str] = set()  # with messages
        self.labels: dict[str, str] = {}

    def record(self, batch: Batch) -> None:
        if batch.kind in COLUMNS:
            for group, rows in batch.by_group():
                columns = rows.table.select(COLUMNS[batch.kind])
                self._rows.setdefault((group, batch.kind), []).append(columns)
                if batch.kind == "message":
                    self.groups.add(group)
        elif batch.kind == "group":
            for row in batch.table.select(["group", "label"]).to_pylist():
                if row["label"]:
                    self.labels.setdefault(row["group"], row["label"])

    def get_records(self, group: str) -> GroupRecords:
        return {
            kind: pa.Table.from_batches(self._rows.get((group, kind), []), schema)
            for kind, schema in SCHEMAS_OF.items()
        }


class Earlier:
    """Records of the exports read so far, for matching later ones."""

    def __init__(self) -> None:
        self._stored, self._names = _StoredRecords(), GroupNames()
        self.shifts: list[int] = []  # of the clocks of exports that were moved

    def translate(
        self, reading: Iterable[Batch], tell_ids: Callable[[], str]
    ) -> Iterator[Batch]:
        """Yield a later export's records under the ids that earlier exports use.

        Whose ids it has (`name_ids`) may be told when it has been read.
        """
        later_records, waiting = _StoredRecords(), Spool()
        for batch in reading:
            later_records.record(batch)
            waiting.add(batch)
        matches, ids = dict[str, IdMatches](), tell_ids()
        for group in sorted(later_records.groups):
            label = later_records.labels.get(group, "")
            is_stored = group in self._stored.groups
            key = group if is_stored else self._names.find_id(label, ids)
            if key is not None:
                old, new = (
                    self._stored.get_records(key),
                    later_records.get_records(group),
                )
                if match := match_exports(old, new, key, group):
                    matches[group] = match
        self.shifts += [match.shift_us for match in matches.values() if match.shift_us]
        for batch in translate_ids(waiting, matches):
            self._stored.record(batch)
            yield batch
        for group, label in later_records.labels.items():
            if group in later_records.groups:
                key = matches[group].group if group in matches else group
                self._names.record(label, ids, key)

    def take_shifts(self) -> list[int]:
        """Return the clock corrections made since the last call, in µs."""
        shifts, self.shifts = self.shifts, []
        return shifts


def match_exports(
    earlier: GroupRecords, later: GroupRecords, group: str, own: str = ""
) -> IdMatches | None:
    """Match two exports of a group by shared messages; None if too few.

    An event is the same if kind, time and person are; or kind and time, as one program
    knows people by their names and another by their ids.
    """
    earlier_rows, later_rows = (
        _simplify_columns(each["message"]) for each in (earlier, later)
    )
    whole_minutes = (
        (rows["time_us"] % MINUTE_US == 0).all() for rows in (earlier_rows, later_rows)
    )
    unit = MINUTE_US if any(whole_minutes) else SECOND_US
    pairs = _Pairs(_round_times(earlier_rows, unit), _round_times(later_rows, unit))
    pairs.by_id()
    pairs.by(["when", "sender", *FEATURES])
    pairs.by(["when", *FEATURES], written=True)
    shift = 0
    if not pairs.enough():
        if not (shift := _find_clock_shift(earlier_rows, later_rows)):
            return _tell_apart(pairs, earlier, group, later) if own == group else None
        later_rows = later_rows.assign(time_us=later_rows["time_us"] + shift)
        pairs = _Pairs(_round_times(earlier_rows, unit), _round_times(later_rows, unit))
        pairs.by(["when", *FEATURES], written=True)
        if not pairs.enough():
            return _tell_apart(pairs, earlier, group, later) if own == group else None
    people = pairs.people()
    pairs.rename(people)
    pairs.by(["when", "sender"])
    old, new = (
        _round_times(_select_events(each["event"]), unit) for each in (earlier, later)
    )
    new["when"] += shift // unit
    new["subject"] = _rename_people(new["subject"], people)
    doubles: dict[RecordKind, pd.Series[int]] = {
        "message": pairs.row,
        "event": _match_events(old, new),
    }
    return IdMatches(group, people, pairs.ids(), doubles, earlier, shift)


def _are_founded_apart(*exports: GroupRecords) -> bool:
    """Return whether two exports tell of two foundings."""
    events = [_select_events(each["event"]) for each in exports]
    one, other = ({*e.loc[e["kind"].eq("create"), "time_us"]} for e in events)
    return bool(one and other) and one.isdisjoint(other)


def _tell_apart(
    pairs: _Pairs, earlier: GroupRecords, group: str, later: GroupRecords | None = None
) -> IdMatches | None:
    """Rename ids of a later export that earlier ones gave to other messages."""
    two = later is not None and _are_founded_apart(earlier, later)
    ids, apart = pairs.ids(), two or pairs.are_strangers()
    renamed = {old: new for old, new in ids.items() if old != new}
    found = IdMatches(group, {}, renamed, {}, earlier, are_strangers=apart)
    return found if renamed or apart else None


def join_moved(earlier: GroupRecords, later: GroupRecords, group: str) -> IdMatches:
    """Join the records of a group to those from before or after it moved.

    They share people, but no message; what has the id of another is told apart.
    """
    both = (_simplify_columns(each["message"]) for each in (earlier, later))
    pairs = _Pairs(*(_round_times(each, SECOND_US) for each in both))
    return _tell_apart(pairs, earlier, group) or IdMatches(group, {}, {}, {}, earlier)


def _find_clock_shift(earlier: pd.DataFrame, later: pd.DataFrame) -> int:
    """Return the clock difference (µs) of two exports of the same messages."""
    earlier, later = _select_written(earlier), _select_written(later)
    near = later["time_us"].between(
        earlier["time_us"].min() - DAY_US, earlier["time_us"].max() + DAY_US
    )
    later = later[near].nlargest(MOST_COMPARED, "time_us")
    earlier = earlier[
        earlier["time_us"].between(
            later["time_us"].min() - DAY_US, later["time_us"].max() + DAY_US
        )
    ]
    columns = ["phase", *FEATURES]
    old, new = (t.assign(phase=t["time_us"] % QUARTER_US) for t in (earlier, later))
    both = new[["time_us", *columns]].merge(old[["time_us", *columns]], on=columns)
    gaps = both["time_us_y"] - both["time_us_x"]
    counts = gaps[(gaps != 0) & (gaps.abs() < DAY_US)].value_counts()
    return int(counts.index[0]) if counts.max() >= LEAST else 0


def _match_events(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.Series[int]:
    """Return, for each later event, the row of the same event in the earlier export."""
    row = pd.Series(dtype="int64")
    for columns in (["kind", "when", "subject"], ["kind", "when"]):
        old = earlier[~earlier.index.isin(row)]
        new = later[~later.index.isin(row.index)]
        row = pd.concat([row, _pair_rows(old, new, columns)])
    return row


def _pair_rows(
    earlier: pd.DataFrame, later: pd.DataFrame, columns: list[str]
) -> pd.Series[int]:
    """Match rows of two exports that agree in given columns, in file order."""
    together = earlier["when"].between(later["when"].min(), later["when"].max())
    earlier = earlier[together]
    codes = np.zeros(len(earlier) + len(later), np.int64)  # equal where all columns are
    for name in columns:
        own, values = pd.factorize(pd.concat([earlier[name], later[name]]))
        codes, _ = pd.factorize(codes * (len(values) + 1) + own)
    old, new = codes[: len(earlier)], codes[len(earlier) :]
    old, new = (
        each + len(codes) * pd.Series(each).groupby(each).cumcount().to_numpy()
        for each in (old, new)
    )
    _, at_new, at_old = np.intersect1d(new, old, return_indices=True)
    order = np.argsort(at_new, kind="stable")
    matched = earlier.index[at_old[order]].to_numpy(np.int64)
    return pd.Series(matched, index=later.index[at_new[order]])


def _round_times(table: pd.DataFrame, unit: int) -> pd.DataFrame:
    """Add the column ``when``: message time rounded to the coarser export's unit."""
    return table.assign(when=table["time_us"] // unit)


def _select_events(table: pa.Table) -> pd.DataFrame:
    words = {name: table[name].cast(pa.string()) for name in ("kind", "subject")}
    time = {"time_us": pc.fill_null(table["time_us"], -1)}
    events: pd.DataFrame = pa.table(time | words).to_pandas()
    return events


def _rename_people(names: pd.Series[str], people: Mapping[str, str]) -> pd.Series[str]:
    renamed = names.map(lambda one: people.get(one, one))
    return renamed.astype(names.dtype)  # a column of nobody would become numbers


def _simplify_columns(table: pa.Table) -> pd.DataFrame:
    """Return message columns in plain types, without missing values."""
    plain = {"time_us": pc.fill_null(table["time_us"], -1)}
    plain |= {n: pc.fill_null(table[n].cast(pa.int32()), -1) for n in FEATURES}
    words = {n: table[n].cast(pa.string()) for n in ("id", "sender", "kind")}
    messages: pd.DataFrame = pa.table(plain | words).to_pandas()
    return messages


class _Pairs:
    """Messages of two exports of a group, matched to each other."""

    def __init__(self, earlier: pd.DataFrame, later: pd.DataFrame) -> None:
        self._earlier, self._later = earlier, later
        self._by_id = False
        self.row = pd.Series(dtype="int64")

    def by_id(self) -> None:
        """Match messages of two exports that agree in id and time."""
        earlier, later = (
            table.dropna(subset="id") for table in (self._earlier, self._later)
        )
        self.row = _pair_rows(earlier, later, ["id", "when"])
        self._by_id = len(self.row) > 0

    def by(self, columns: list[str], *, written: bool = False) -> None:
        """Match the still unmatched messages that agree in given columns."""
        earlier = self._earlier[~self._earlier.index.isin(self.row)]
        later = self._later[~self._later.index.isin(self.row.index)]
        if self._by_id:
            earlier, later = earlier[earlier["id"].isna()], later[later["id"].isna()]
        if written:
            earlier, later = _select_written(earlier), _select_written(later)
        self.row = pd.concat([self.row, _pair_rows(earlier, later, columns)])

    def enough(self) -> bool:
        """Return whether most messages in the exports' common period are matched."""
        shared = self._count_shared()
        return shared >= LEAST and 2 * shared > max(self._count_together())

    def are_strangers(self) -> bool:
        """Return whether two exports of one name are of two chats.

        Several wrote in either export and nobody in both; or of the days that both
        have, no message of one is in the other.
        """
        one, other = ({*t["sender"].dropna()} for t in (self._earlier, self._later))
        if min(len(one), len(other)) > 1 and one.isdisjoint(other):
            return True
        return min(self._count_together()) >= _SAME_DAYS and not self._count_shared()

    def _count_shared(self) -> int:
        """Count the later export's written messages that the earlier one has."""
        return int(_select_written(self._later).index.isin(self.row.index).sum())

    def _count_together(self) -> list[int]:
        """Count either export's written messages in the time that both have."""
        both = [_select_written(table) for table in (self._earlier, self._later)]
        start = max(table["when"].min() for table in both)
        end = min(table["when"].max() for table in both)
        return [int(table["when"].between(start, end).sum()) for table in both]

    def _spellings(self, column: str) -> pd.DataFrame:
        """Return a column of the matched messages, as either export has it."""
        both = pd.DataFrame({"new": self._later[column].reindex(self.row.index)})
        both["old"] = self._earlier[column].reindex(self.row).to_numpy()
        return both.dropna()

    def people(self) -> dict[str, str]:
        """Return the earlier export's id of each author in the later export."""
        counts = self._spellings("sender").value_counts(["new", "old"])
        votes = counts.reset_index(name="rows")
        votes = votes.sort_values(["rows", "old"], ascending=[False, True])
        total = votes.groupby("new")["rows"].transform("sum")
        best = votes[2 * votes["rows"] > total]
        return dict(zip(best["new"], best["old"], strict=True))

    def ids(self) -> dict[str, str]:
        """Return the earlier export's id of each message in the later export.

        Telegram numbers the messages of a small group anew for each of its members.
        """
        both = self._spellings("id")
        named = dict(zip(both["new"], both["old"], strict=True))
        if not self._by_id:
            news = self._later.loc[~self._later.index.isin(self.row.index), "id"]
            known = {*self._earlier["id"].dropna()}
            for taken in news[news.isin(known)]:
                named[taken] = f"{taken}'"
                while named[taken] in known:
                    named[taken] += "'"
        return named

    def rename(self, people: Mapping[str, str]) -> None:
        """Replace the later export's author ids by those of the earlier export."""
        self._later = self._later.assign(
            sender=_rename_people(self._later["sender"], people)
        )


def _select_written(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"].isin(WRITTEN) & (table["chars"] > 0)]
