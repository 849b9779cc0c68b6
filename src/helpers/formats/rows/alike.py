"""One group exported by two people, or by two programs: told apart from news.

What one export calls Ann another calls Mum, and a program makes ids of its own. Rows of
a later export that an earlier one has are found by time and content; whoever wrote most
of the rows that two names share is one person. The later export is then spelled as the
earlier one is, so that whatever compares records (`helpers.formats.rows.merge`) finds
them the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.formats.reading.spool import Spool
from helpers.formats.rows.called import Called
from helpers.records import SECOND_US, Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["COLUMNS", "Alike", "Earlier", "alike", "spelled"]

COLUMNS = (
    "id", "sender", "time_us", "kind", "chars", "links", "has_code", "has_question",
)  # fmt: skip
"""What `alike` asks of messages, and what a message has in common with its double."""
PEOPLE = ("sender", "person", "inviter", "actor", "subject", "owner")
IDS = ("id", "reply_to", "message")
SAID = ["chars", "links", "has_code", "has_question"]
WRITTEN = ("text", "reply")
LEAST = 3  # messages shared by exports of one group; fewer may fall together by chance
MINUTE_US = 60 * SECOND_US


class Alike(NamedTuple):
    """How an earlier export spells what stands in a later one, too.

    Attributes
    ----------
    group
        What the earlier export calls the group.
    people, ids
        The later export's people and message ids, as the earlier one has them.
    doubles
        The row of `earlier` that a row of the later export is.
    earlier
        Messages of the earlier exports, with `COLUMNS`.
    """

    group: str
    people: Mapping[str, str]
    ids: Mapping[str, str]
    doubles: pd.Series[int]
    earlier: pa.Table

    def spelled(self, batch: Batch, first: int) -> Batch:
        """Return records of this group as the earlier export spells them.

        Parameters
        ----------
        first
            The row of the later export's messages that a batch of messages begins with.
        """
        table = _with(batch.table, "group", [self.group] * batch.table.num_rows)
        for name in table.schema.names:
            if name in PEOPLE or name in IDS:
                names = self.people if name in PEOPLE else self.ids
                told = [names.get(one, one) for one in table[name].to_pylist()]
                table = _with(table, name, told)
        if batch.kind == "message":
            table = self._doubled(table, first)
        return Batch(batch.kind, table)

    def _doubled(self, table: pa.RecordBatch, first: int) -> pa.RecordBatch:
        here = self.doubles[self.doubles.index.isin(range(first, first + len(table)))]
        for name in COLUMNS if len(here) else ():
            values = table[name].to_pylist()
            known = self.earlier[name].take(pa.array(here.to_numpy())).to_pylist()
            for row, value in zip(here.index, known, strict=True):
                values[row - first] = value
            table = _with(table, name, values)
        return table


def _with(table: pa.RecordBatch, name: str, values: Sequence[Any]) -> pa.RecordBatch:
    at = table.schema.get_field_index(name)
    field = table.schema.field(at)
    return table.set_column(at, field, pa.array(values, field.type))


def spelled(batches: Iterable[Batch], known: Mapping[str, Alike]) -> Iterator[Batch]:
    """Yield a later export's records, those of groups that are known spelled alike."""
    rows = Counter[str]()
    for batch in batches:
        groups = set(pc.unique(batch.table["group"]).to_pylist())
        if groups.isdisjoint(known):
            yield batch
            continue
        for group, one in _by_group(batch):
            yield known[group].spelled(one, rows[group]) if group in known else one
            if batch.kind == "message":
                rows[group] += one.table.num_rows


def _by_group(batch: Batch) -> Iterator[tuple[str, Batch]]:
    column = batch.table["group"].cast(pa.string())
    for group in sorted(set(pc.unique(column).to_pylist()) - {None}):
        rows = batch.table.filter(pc.equal(column, group))
        yield group, Batch(batch.kind, rows)


class _Noted:
    """Messages by group, without their text, and the groups' names."""

    def __init__(self) -> None:
        self.said: dict[str, list[pa.RecordBatch]] = {}
        self.labels: dict[str, str] = {}

    def note(self, batch: Batch) -> None:
        if batch.kind == "message":
            for group, rows in _by_group(batch):
                self.said.setdefault(group, []).append(rows.table.select(COLUMNS))
        elif batch.kind == "group":
            for row in batch.table.select(["group", "label"]).to_pylist():
                if row["label"]:
                    self.labels.setdefault(row["group"], row["label"])


class Earlier:
    """What exports held that were read before.

    Examples
    --------
    >>> from helpers.records import from_rows
    >>> def export(name):
    ...     said = {"group": "g", "sender": name, "kind": "text"}
    ...     rows = [said | {"time_us": s * 10**6, "chars": s} for s in (1, 2, 3)]
    ...     return [from_rows("message", rows)]
    >>> earlier = Earlier()
    >>> for name in ("Ann", "Mum"):
    ...     (batch,) = earlier.spelled(export(name), "WhatsApp")
    >>> batch.table["sender"].dictionary.to_pylist()
    ['Ann']
    """

    def __init__(self) -> None:
        self._noted, self._called = _Noted(), Called()

    def spelled(self, reading: Iterable[Batch], form: str) -> Iterator[Batch]:
        """Yield an export's records, spelled as those before it spell theirs."""
        here, waiting = _Noted(), Spool()
        for batch in reading:
            here.note(batch)
            waiting.add(batch)
        keys = {group: self._key(group, here, form) for group in here.said}
        known = {
            group: how
            for group, key in keys.items()
            if key is not None and (how := self._alike(here.said[group], key))
        }
        for batch in spelled(waiting, known):
            self._noted.note(batch)
            yield batch
        for group, label in here.labels.items():
            if group in here.said:
                key = known[group].group if group in known else group
                self._called.note(label, form, key)

    def _key(self, group: str, here: _Noted, form: str) -> str | None:
        """Return what a group was called before, if it may have been there."""
        if group in self._noted.said:
            return group
        return self._called.other(here.labels.get(group, ""), form)

    def _alike(self, said: list[pa.RecordBatch], key: str) -> Alike | None:
        exports = (self._noted.said[key], said)
        earlier, later = (pa.Table.from_batches(batches) for batches in exports)
        return alike(earlier, later, key)


def alike(earlier: pa.Table, later: pa.Table, group: str) -> Alike | None:
    """Return how to spell a later export of a group; None if it shares too little.

    Parameters
    ----------
    earlier, later
        Messages of the group with `COLUMNS`, in the order of the exports.
    group
        What the earlier export calls it.

    Examples
    --------
    >>> from helpers.records import from_rows
    >>> def export(name, *seconds):
    ...     said = {"sender": name, "kind": "text"}
    ...     rows = [said | {"time_us": s * 10**6, "chars": s} for s in seconds]
    ...     return pa.table(from_rows("message", rows).table).select(COLUMNS)
    >>> found = alike(export("Ann", 1, 2, 3, 4), export("Mum", 2, 3, 4, 5), "g")
    >>> found.people, found.doubles.to_dict()
    ({'Mum': 'Ann'}, {0: 1, 1: 2, 2: 3})
    """
    one, two = _dated(earlier, later)
    found = _Pairs(one, two)
    found.by_id()
    found.by(["when", "sender", *SAID])
    found.by(["when", *SAID], written=True)
    if not found.enough():
        return None
    people = found.people()
    found.rename(people)
    found.by(["when", "sender"])
    return Alike(group, people, found.ids(), found.row, earlier)


def _dated(*exports: pa.Table) -> list[pd.DataFrame]:
    """Return messages with ``when``: as finely as all exports tell the time."""
    tables = [_plain(one) for one in exports]
    unit = max(_unit(one["time_us"]) for one in tables)
    return [table.assign(when=table["time_us"] // unit) for table in tables]


def _plain(table: pa.Table) -> pd.DataFrame:
    """Return columns of one type each, whatever is missing."""
    plain = {"time_us": pc.fill_null(table["time_us"], -1)}
    for name in SAID:
        number = table[name].cast(pa.int32())
        plain[name] = pc.fill_null(number, -1)
    words = {n: table[n].cast(pa.string()) for n in ("id", "sender", "kind")}
    found: pd.DataFrame = pa.table(plain | words).to_pandas()
    return found


def _unit(times: pd.Series[int]) -> int:
    return MINUTE_US if (times % MINUTE_US == 0).all() else SECOND_US


class _Pairs:
    """Rows of a later export by the row of the earlier one that each of them is."""

    def __init__(self, one: pd.DataFrame, two: pd.DataFrame) -> None:
        self._one, self._two = one, two
        self._by_id = False
        self.row = pd.Series(dtype="int64")

    def by_id(self) -> None:
        """Pair what has one id and time; where anything has, ids tell rows apart."""
        one, two = (table.dropna(subset="id") for table in (self._one, self._two))
        self._pair(one, two, ["id", "when"])
        self._by_id = len(self.row) > 0

    def by(self, columns: list[str], *, written: bool = False) -> None:
        """Pair the rest where it agrees in some columns, the first with the first."""
        one = self._one[~self._one.index.isin(self.row)]
        two = self._two[~self._two.index.isin(self.row.index)]
        if self._by_id:
            one, two = one[one["id"].isna()], two[two["id"].isna()]
        if written:
            one, two = _written(one), _written(two)
        self._pair(one, two, columns)

    def _pair(self, one: pd.DataFrame, two: pd.DataFrame, columns: list[str]) -> None:
        old, new = (
            t[columns].assign(
                nth=t.groupby(columns, dropna=False).cumcount(), row=t.index
            )
            for t in (one, two)
        )
        both = new.merge(old, on=[*columns, "nth"], suffixes=("", "_old"))
        found = pd.Series(both["row_old"].to_numpy(), index=both["row"].to_numpy())
        self.row = pd.concat([self.row, found.astype("int64")])

    def enough(self) -> bool:
        """Tell whether most of what both could have, and no mere chance, is in both."""
        one, two = _written(self._one), _written(self._two)
        shared = int(two.index.isin(self.row.index).sum())
        if shared < LEAST:
            return False
        start, end = (
            max(one["when"].min(), two["when"].min()),
            min(one["when"].max(), two["when"].max()),
        )
        most = max(int(t["when"].between(start, end).sum()) for t in (one, two))
        return 2 * shared > most

    def people(self) -> dict[str, str]:
        """Return who most of the rows of a name are by in the earlier export."""
        both = pd.DataFrame({"new": self._two["sender"].reindex(self.row.index)})
        both["old"] = self._one["sender"].reindex(self.row).to_numpy()
        votes = both.dropna().value_counts(["new", "old"]).reset_index(name="rows")
        votes = votes.sort_values(["rows", "old"], ascending=[False, True])
        total = votes.groupby("new")["rows"].transform("sum")
        best = votes[2 * votes["rows"] > total]
        return dict(zip(best["new"], best["old"], strict=True))

    def ids(self) -> dict[str, str]:
        """Return the earlier export's ids, and others for what would be taken for them.

        Telegram numbers the messages of a small group anew for each of its members.
        """
        both = pd.DataFrame({"new": self._two["id"].reindex(self.row.index)})
        both["old"] = self._one["id"].reindex(self.row).to_numpy()
        both = both.dropna()
        named = dict(zip(both["new"], both["old"], strict=True))
        if not self._by_id:
            news = self._two.loc[~self._two.index.isin(self.row.index), "id"]
            taken = news[news.isin(self._one["id"].dropna())]
            named |= {one: f"{one}'" for one in taken}
        return named

    def rename(self, people: Mapping[str, str]) -> None:
        """Call the later export's people what the earlier one calls them."""
        sender = self._two["sender"].map(lambda one: people.get(one, one))
        self._two = self._two.assign(sender=sender)


def _written(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"].isin(WRITTEN) & (table["chars"] > 0)]
