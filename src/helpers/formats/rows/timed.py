"""Messages and events without a time are losses: they stand nowhere in a history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow.compute as pc

from helpers.formats.rows.losses import Losses
from helpers.records import Batch

UNTIMED = "no time that can be read"
USUAL_DATES = "export with dates of the usual calendar; docs/formats lists them"
_DATED = frozenset({"message", "event"})


def timed(batches: Iterable[Batch], losses: Losses) -> Iterator[Batch]:
    """Yield records, messages and events without a time left out and entered.

    A message is a loss; an event is a note, as its row often is a message too.

    Examples
    --------
    >>> from helpers.formats.rows.losses import Losses
    >>> from helpers.records import from_rows
    >>> rows = [{"file": "a", "position": n, "time_us": n or None} for n in (0, 1)]
    >>> losses = Losses()
    >>> (batch,) = timed([from_rows("message", rows)], losses)
    >>> batch.table.num_rows, losses.rows
    (1, 1)
    """
    for batch in batches:
        yield _dated(batch, losses) if batch.kind in _DATED else batch


def _dated(batch: Batch, losses: Losses) -> Batch:
    times = batch.table["time_us"]
    if not times.null_count:
        return batch
    enter = losses.lost if batch.kind == "message" else losses.noted
    reason = UNTIMED if batch.kind == "message" else f"event with {UNTIMED}"
    undated = batch.table.filter(pc.is_null(times)).select(["file", "position"])
    for row in undated.to_pylist():
        enter(reason, row["file"] or "", row["position"] or 0)
    return Batch(batch.kind, batch.table.filter(pc.is_valid(times)))
