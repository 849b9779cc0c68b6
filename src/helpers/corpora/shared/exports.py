"""Public exports that a format's own reader reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from helpers.errors import BrokenFileError
from helpers.formats import Source
from helpers.records import Batch


def exported(
    reader: Callable[[Source], Iterator[Batch]],
    folder: Path,
    files: Sequence[str],
    network: str,
    tally: Counter[str],
) -> Iterator[Batch]:
    """Yield what a format's reader yields of recorded files, its network named.

    Parameters
    ----------
    reader
        Of the format.
    folder, files
        The export, and what was recorded of it: files, and folders ending in a slash.
    network
        What an export of one workspace does not name.
    tally
        Filled with the messages of each of `files`; lists hold none.

    Raises
    ------
    BrokenFileError
        If a row can't be read.
    """
    source = Source(folder)
    place = {name: found for name in source.names if (found := _place(name, files))}
    source.names = tuple(place)
    tally.update(dict.fromkeys(files, 0))
    for batch in reader(source):
        if batch.kind == "message":
            tally.update(place[name] for name in batch.table["file"].to_pylist())
        yield _named(batch, network) if batch.kind == "group" else batch
    if source.losses.rows:
        raise BrokenFileError(
            f"{source.losses.rows} rows can't be read",
            where=str(folder),
            remedy="fetch the files again (data/raw/README.md says how)",
        )


def _place(name: str, files: Sequence[str]) -> str:
    """Return what a file was recorded as: itself or its folder; else nothing."""
    whole = (one for one in files if one.endswith("/") and name.startswith(one))
    return name if name in files else next(whole, "")


def _named(batch: Batch, network: str) -> Batch:
    table, place = batch.table, batch.table.schema.get_field_index("network")
    column = pa.array([network] * len(table)).dictionary_encode()
    field = table.schema.field(place)
    return Batch("group", table.set_column(place, field, column.cast(field.type)))
