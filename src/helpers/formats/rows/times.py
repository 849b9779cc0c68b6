"""One rule on times: what has none, or one that cannot be, is a counted loss.

A line without a time stands nowhere in a history. One that is dated after today was
stamped by a wrong clock. A day of grace allows for clocks and zones that differ. One
dated after the day that its export states is kept: `helpers.observed` says whether that
day is doubted, and rows after the end of observation move nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.arrays import fill
from helpers.formats.rows.identity import SharedIds
from helpers.formats.rows.losses import IMPORTED
from helpers.formats.rows.placeholders import drop_placeholders
from helpers.records import (
    IMPORT_LEAST,
    IMPORT_US,
    Batch,
    from_rows,
    get_end_of_today_us,
)
from helpers.wording import say

if TYPE_CHECKING:
    from helpers.formats.reading.source import Source


UNTIMED = "no time that can be read"
LATE = "dated after today"
USUAL_DATES = say(
    "export with dates of the usual calendar and a 24-hour clock; docs/formats lists"
    " what is read"
)


def check_times(batches: Iterable[Batch], source: Source) -> Iterator[Batch]:
    """Drop messages and events without a time or with an impossibly late one.

    Of a message that is a loss; of an event a note, as its row often is a message too.
    Other records lose a time that is too late, and stay. How groups ended, by the
    lines of their chats, comes last (`Source.endings`).
    """
    limit_us, ids = get_end_of_today_us(), SharedIds(source.losses)
    for batch in batches:
        if batch.kind == "message":
            batch = ids.drop(drop_placeholders(batch, source.losses))  # noqa: PLW2901
            _note_imports(batch, source)
        if batch.kind in {"message", "event"}:
            yield _drop_rows(batch, source, limit_us)
        else:
            yield _drop_times(batch, limit_us)
    for group, (closed_us, kind) in sorted(source.endings.items()):
        row = {"group": group, "closed_us": closed_us, "closed_kind": kind}
        yield from_rows("group", [row | {"file": source.stem}])
    if source.broken:
        raise source.broken


def _note_imports(batch: Batch, source: Source) -> None:
    """Note messages that are too many at one time to have been written then."""
    table = batch.table
    if table.num_rows < IMPORT_LEAST:
        return
    times = fill(table["time_us"])
    ordered = np.sort(times)
    if (ordered[IMPORT_LEAST - 1 :] - ordered[: 1 - IMPORT_LEAST] >= IMPORT_US).all():
        return  # as nearly always
    groups = fill(table["group"].indices, -1).astype(np.int64)
    keys = times // IMPORT_US * (len(table["group"].dictionary) + 1) + groups
    sizes = np.unique(keys, return_counts=True)[1]
    if rows := int(sizes[sizes >= IMPORT_LEAST].sum()):
        file = table["file"][0].as_py() or ""
        source.losses.noted(IMPORTED, file, 0, rows)


def _drop_rows(batch: Batch, source: Source, limit_us: int) -> Batch:
    times = batch.table["time_us"]
    late = _find_late(times, limit_us)
    if late is None and not times.null_count:
        return batch
    untimed = pc.is_null(times)
    dropped = untimed if late is None else pc.or_(untimed, late)
    enter = source.losses.lost if batch.kind == "message" else source.losses.noted
    mark = "" if batch.kind == "message" else "event with "
    for row in batch.table.filter(dropped).to_pylist():
        reason = mark + UNTIMED if row["time_us"] is None else mark + LATE
        enter(reason, row["file"] or "", row["position"] or 0)
        source.losses.senders[row.get("sender") or ""] += 1
    return Batch(batch.kind, batch.table.filter(pc.invert(dropped)))


def _drop_times(batch: Batch, limit_us: int) -> Batch:
    for name in (one for one in batch.table.schema.names if one.endswith("_us")):
        times = batch.table[name]
        late = _find_late(times, limit_us)
        if late is not None:
            batch = batch.with_column(name, pc.if_else(late, None, times))
    return batch


def _find_late(times: pa.Array, limit_us: int) -> pa.BooleanArray | None:
    """Return which times are later than a limit; None if none is."""
    is_none = times.null_count == len(times)
    if is_none or pc.max(times).as_py() <= limit_us:
        return None
    return pc.fill_null(pc.greater(times, limit_us), fill_value=False)
