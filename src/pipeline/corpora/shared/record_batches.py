"""Convert tables of messages to Arrow record batches."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.records import SCHEMAS, Batch, RecordKind

BATCH_ROWS = 100_000


def record_batches(table: pd.DataFrame, file: str) -> Iterator[Batch]:
    """Yield Arrow batches of messages from a table with the columns of records.

    The position of each row is its place in the table, counted from 1.
    """
    for start in range(0, len(table), BATCH_ROWS):
        part = table.iloc[start : start + BATCH_ROWS]
        columns = {str(name): part[name] for name in part}
        yield record_batch(columns, file, start, len(part))


def record_batch(
    columns: Mapping[str, object],
    file: str,
    start: int,
    size: int,
    kind: RecordKind = "message",
) -> Batch:
    """Build one Arrow batch of records from columns; missing ones are null.

    Positions count from `start`, unless the columns have their own.
    """
    schema = SCHEMAS[kind]
    given_columns = {
        "file": np.repeat(file, size),
        "position": np.arange(start + 1, start + size + 1),
        **columns,
    }
    arrays = [
        _cast_array(given_columns[field.name], field.type)
        if field.name in given_columns
        else pa.nulls(size, field.type)
        for field in schema
    ]
    return Batch(kind, pa.RecordBatch.from_arrays(arrays, schema=schema))


def group_records(table: pd.DataFrame, file: str, **about: str) -> Batch:
    """Build one record per group, positioned in the file at its first message.

    `table` has ``group, kind``, its index the place in the file from 0.
    """
    first = table.drop_duplicates("group").sort_values("group", kind="stable")
    same = {name: [value] * len(first) for name, value in about.items()}
    own = {"group": first["group"], "kind": first["kind"], "position": first.index + 1}
    return record_batch({**own, **same}, file, 0, len(first), "group")


def _cast_array(values: object, kind: pa.DataType) -> pa.Array:
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):  # of Arrow's own strings in pandas
        array = array.combine_chunks()
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array.cast(kind)
