"""Exclude records that an earlier chat export already contained.

As `Merge` does row by row; here columns are whole, and ten million messages take 80 MB.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.arrays import Hashes
from helpers.formats.rows.export_matching import (
    PROVENANCE,
    WITHOUT_ID,
    hash_records,
)
from helpers.records import SCHEMAS, Batch, RecordKind


class StoredHashes:
    """Cache of a store's record hashes, by kind, group and file."""

    def __init__(self) -> None:
        self._hashes: dict[tuple[RecordKind, str, Path], Hashes] = {}

    def of(self, kind: RecordKind, group: str, paths: Iterable[Path]) -> list[Hashes]:
        """Return the hashes of a group's records of one kind, by Parquet file."""
        return [self._of_file(kind, group, path) for path in paths]

    def _of_file(self, kind: RecordKind, group: str, path: Path) -> Hashes:
        at = (kind, group, path)
        if at not in self._hashes:
            columns = [name for name in SCHEMAS[kind].names if name not in PROVENANCE]
            if kind == "message":
                columns = [*WITHOUT_ID, "id"]
            table = pq.read_table(path, columns=columns)
            rows = table.filter(pc.equal(table["group"].cast(pa.string()), group))
            self._hashes[at] = hash_records(kind, rows)[0]
        return self._hashes[at]


class Doubles:
    """Hashes of the records in earlier exports, to detect duplicate records.

    >>> from helpers.records import from_rows
    >>> row = {"group": "g", "sender": "a", "time_us": 0, "kind": "text"}
    >>> earlier, later = from_rows("message", [row]), from_rows("message", [row, row])
    >>> doubles = Doubles("message", [hash_records("message", earlier.table)[0]])
    >>> doubles.fresh(later).table.num_rows
    1
    """

    def __init__(self, kind: RecordKind, earlier: Iterable[Hashes]) -> None:
        self._kind = kind
        hashes = np.concatenate([np.empty(0, np.uint64), *earlier])
        self._known: Hashes
        self._known, counts = np.unique(hashes, return_counts=True)
        self._left = counts.astype(np.int64)

    def fresh(self, batch: Batch) -> Batch:
        """Remove rows that an earlier export contains; pass the batches in order."""
        if not len(self._known):
            return batch
        keys, by_id = hash_records(self._kind, batch.table)
        at = np.minimum(np.searchsorted(self._known, keys), len(self._known) - 1)
        is_known = self._known[at] == keys
        nth = pd.Series(keys).groupby(keys).cumcount().to_numpy()
        again = is_known & (by_id | (nth < self._left[at]))
        used = np.bincount(at[is_known & ~by_id], minlength=len(self._left))
        self._left = np.maximum(self._left - used, 0).astype(np.int64)
        return Batch(batch.kind, batch.table.filter(pa.array(~again)))
