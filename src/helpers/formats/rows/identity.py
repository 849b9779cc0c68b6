"""Detect numbers that only look like ids of messages.

Two rows are one message if their id, time and sender agree. An id that rows of other
times or senders share was rounded by a spreadsheet, or counts something else: it is
none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import Bools, fill
from helpers.formats.rows.losses import SHARED
from helpers.records import Batch

if TYPE_CHECKING:
    from helpers.formats.rows.losses import Losses

_MOST_SHARED = 0.05  # of the rows: with more the column holds no ids


class SharedIds:
    """Drops ids that messages of several times or senders share, batch by batch.

    >>> from helpers.formats.rows.losses import Losses
    >>> from helpers.records import from_rows
    >>> rows = [{"group": "g", "id": "7", "time_us": time} for time in (1, 1, 2)]
    >>> ids = SharedIds(Losses()).drop(from_rows("message", rows)).table["id"]
    >>> ids.null_count
    3
    """

    def __init__(self, losses: Losses) -> None:
        self._losses, self._distrusted = losses, set[str]()

    def drop(self, batch: Batch) -> Batch:
        """Return messages without the ids that several of them share."""
        ids, rows = batch.table["id"], batch.table.num_rows
        if ids.null_count == rows:
            return batch
        file = batch.table["file"][0].as_py() or ""
        if file in self._distrusted:
            return self._without(batch, np.asarray(pc.is_valid(ids)), file)
        if pc.count_distinct(ids).as_py() == rows - ids.null_count:
            return batch  # as nearly always
        shared = _find_shared(batch)
        if shared.mean() > _MOST_SHARED:
            self._distrusted.add(file)
            shared = np.asarray(pc.is_valid(ids))
        return self._without(batch, shared, file) if shared.any() else batch

    def _without(self, batch: Batch, shared: Bools, file: str) -> Batch:
        positions = fill(batch.table["position"])
        self._losses.noted(SHARED, file, int(positions[shared][0]), int(shared.sum()))
        none = pa.scalar(None, pa.string())
        ids = batch.table["id"].cast(pa.string())
        return batch.with_column("id", pc.if_else(pa.array(shared), none, ids))


def _find_shared(batch: Batch) -> Bools:
    """Return which rows have an id that a row of another time or sender has too."""
    names = ("group", "id", "time_us", "sender")
    rows = list(zip(*(batch.table[name].to_pylist() for name in names), strict=True))
    first: dict[tuple[str, str], tuple[int | None, str | None]] = {}
    for group, one, *said in rows:
        first.setdefault((group, one), (said[0], said[1]))
    pairs = ((row[0], row[1]) for row in rows if first[row[0], row[1]] != row[2:])
    shared = {pair for pair in pairs if pair[1] is not None}
    return np.array([(row[0], row[1]) in shared for row in rows], bool)
