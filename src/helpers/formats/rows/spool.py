"""Temporary files for records while a chat export is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa

from helpers.records import SCHEMAS, Batch

MEMORY = 1 << 24  # bytes of each kind of record that wait in memory


class Spool:
    """Temporary storage of records on disk until all names in an export were read."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}
        self._writers: dict[str, Any] = {}

    def add(self, batch: Batch) -> None:
        """Append a batch of records to the file of its kind."""
        if batch.kind not in self._files:
            file = tempfile.SpooledTemporaryFile(MEMORY)  # noqa: SIM115  closed by `__iter__`
            self._files[batch.kind] = file
            self._writers[batch.kind] = pa.ipc.new_stream(file, SCHEMAS[batch.kind])
        self._writers[batch.kind].write_batch(batch.table)

    def __iter__(self) -> Iterator[Batch]:
        """Yield all stored batches, by kind of record; once only."""
        for kind in SCHEMAS:
            if kind in self._files:
                self._writers[kind].close()
                with self._files[kind] as file:
                    file.seek(0)
                    for table in pa.ipc.open_stream(file):
                        yield Batch(kind, table)
