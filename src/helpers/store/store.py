"""Store of message records as Parquet files, one folder per kind of record.

A flipped bit in a file would give wrong numbers, so its state names their checksums.
"""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import check_checksum, compute_checksum, replace_folder
from helpers.records import SCHEMAS, Batch, RecordKind, merge_group_records
from helpers.wording import say

FORMAT = 2
STATE, PART = "state.json", "part-00000.parquet"
REMEDY = say("delete the store's folder and run again on all exports")


@dataclass(frozen=True, slots=True)
class Store:
    """Chat records on disk, such as messages or joins, with counts of rows read."""

    folder: Path
    rows: dict[str, int]
    read: dict[str, int]
    aside: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    entered: Mapping[str, int] = field(default_factory=dict)

    def parts(self, kind: RecordKind) -> list[Path]:
        """List the Parquet files of one kind of record, such as messages."""
        if kind in self.files:
            return list(self.files[kind])
        return sorted((self.folder / kind).glob("part-*.parquet"))

    def list_recorded(self) -> dict[str, dict[str, Any]]:
        """Return what exports record of each group, such as owner; the last counts."""
        merged: dict[str, dict[str, Any]] = {}
        rows = pq.read_table(self.parts("group"))  # in the order in which exports came
        merge_group_records(merged, rows.to_pylist())
        return merged

    def __iter__(self) -> Iterator[Batch]:
        """Iterate over all records, in batches as they were written."""
        for kind in SCHEMAS:
            for path in self.parts(kind):
                with pq.ParquetFile(path) as file:
                    for at in range(file.num_row_groups):
                        for batch in file.read_row_group(at).to_batches():
                            yield Batch(kind, batch)


def write_store(batches: Iterable[Batch], folder: Path, tally: Counter[str]) -> Store:
    """Write chat records to a new store atomically, a folder per kind."""
    rows: dict[str, int] = dict.fromkeys(SCHEMAS, 0)
    with replace_folder(folder) as partial:
        with ExitStack() as open_files:
            writers: dict[RecordKind, pq.ParquetWriter] = {}
            for kind in SCHEMAS:
                (partial / kind).mkdir()
            for kind, table in batches:
                if kind not in writers:
                    writers[kind] = _open_writer(partial / kind / PART, kind)
                    open_files.enter_context(writers[kind])
                writers[kind].write_batch(table)
                rows[kind] += table.num_rows
        for kind in SCHEMAS.keys() - writers.keys():
            (partial / kind / PART).write_bytes(_build_empty_file(kind))
        state = {
            "format": FORMAT,
            "rows": dict(rows),
            "read": dict(sorted(tally.items())),
            "sha256": {
                f"{kind}/{PART}": compute_checksum(partial / kind / PART)
                for kind in SCHEMAS
            },
        }
        (partial / STATE).write_text(json.dumps(state, indent=1) + "\n", "utf-8")
    return Store(folder, rows, dict(tally))


def _open_writer(file: Path | BinaryIO, kind: RecordKind) -> pq.ParquetWriter:
    # ids and texts repeat too little for a dictionary, and nobody asks for statistics
    labels = [f.name for f in SCHEMAS[kind] if pa.types.is_dictionary(f.type)]
    return pq.ParquetWriter(
        file,
        SCHEMAS[kind],
        compression="zstd",
        use_dictionary=labels,
        write_statistics=False,
    )


@cache
def _build_empty_file(kind: RecordKind) -> bytes:
    """Return the bytes of a Parquet file without records of a kind."""
    file = io.BytesIO()
    with _open_writer(file, kind):
        pass
    return file.getvalue()


def open_store(folder: Path) -> Store:
    """Open the store in a folder, or raise if it is missing or damaged."""
    state = folder / STATE
    if not state.is_file():
        raise MissingSourceError(
            say("there is no store here"),
            where=str(folder),
            remedy=say("ingest the source again"),
        )
    try:
        facts = json.loads(state.read_text("utf-8"))
        store = Store(folder, facts["rows"], facts["read"])
        named = {folder / name: sum_ for name, sum_ in facts["sha256"].items()}
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenFileError(
            say("can't be read ({error})", error=error), where=str(state), remedy=REMEDY
        ) from error
    for path, checksum in named.items():
        check_checksum(path, checksum, REMEDY)
    return store
