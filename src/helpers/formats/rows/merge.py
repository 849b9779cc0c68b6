"""Merge several exports of one group without duplicate records.

A message is the same when its id is; where a format has no ids, when time, sender,
kind and the measures of its content are (the text itself is masked differently where
different names are known), counted in order of occurrence: two equal posts within one
export stay two, and the same two in a second export add nothing. Every other record is
the same when all of it is, provenance aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from hashlib import blake2b

import pyarrow as pa

from helpers.records import SCHEMAS, Batch, RecordKind

PROVENANCE = ("file", "position", "rule")
WITHOUT_ID = (
    "group", "time_us", "sender", "kind", "chars", "links", "has_code", "has_question",
)  # fmt: skip


class Merge:
    """Records already seen in earlier exports, used to drop duplicates.

    Memory grows with the distinct records seen (a digest each), so merge only exports
    that overlap.

    Attributes
    ----------
    doubles
        Records left out so far, by record kind.

    Examples
    --------
    >>> from helpers.records import from_rows
    >>> row = {"group": "g", "sender": "a", "time_us": 0, "kind": "text", "text": "hi"}
    >>> twice, merge = from_rows("message", [row, row]), Merge()
    >>> [merge.fresh(twice, export).table.num_rows for export in ("one", "two")]
    [2, 0]
    """

    def __init__(self) -> None:
        self._export = ""
        self._seen: Counter[Hashable] = Counter()
        self._here: Counter[Hashable] = Counter()
        self.doubles: Counter[RecordKind] = Counter()

    def fresh(self, batch: Batch, export: str) -> Batch:
        """Return the rows of a batch that no earlier export contains.

        Batches of one export must come one after the other.
        """
        if export != self._export:
            self._seen |= self._here
            self._here, self._export = Counter(), export
        mask = [self._new(key) for key in _build_keys(batch)]
        self.doubles[batch.kind] += len(mask) - sum(mask)
        return Batch(batch.kind, batch.table.filter(pa.array(mask, pa.bool_())))

    def _new(self, key: Hashable) -> bool:
        self._here[key] += 1
        n_seen = self._seen[key]
        # an id is one message even within one export: pages and chunks overlap
        return self._here[key] > n_seen and not (
            isinstance(key, tuple) and self._here[key] > 1
        )


def _build_keys(batch: Batch) -> Iterator[Hashable]:
    columns = [n for n in SCHEMAS[batch.kind].names if n not in PROVENANCE]
    if batch.kind != "message":
        yield from _compute_digests(batch, columns)
        return
    ids = batch.table["id"].to_pylist()
    groups = batch.table["group"].to_pylist()
    loose = _compute_digests(batch, WITHOUT_ID)
    for group, message, digest in zip(groups, ids, loose, strict=True):
        yield digest if message is None else (group, message)


def _compute_digests(batch: Batch, columns: Iterable[str]) -> Iterator[bytes]:
    values = [batch.table[name].to_pylist() for name in columns]
    for row in zip(*values, strict=True):
        yield blake2b(repr((batch.kind, row)).encode(), digest_size=16).digest()
