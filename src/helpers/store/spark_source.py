"""Spark data source for exports: one partition per export.

    register(session)
    session.read.format("shequn").option("kind", "message").load("exports/")

What leaves the readers is pseudonymised as it always is. Options: `kind` of record
(``message``), `key` (the file with the key), `zone` and `date_order`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

from helpers.formats import read_export
from helpers.formats.reading.source import Options
from helpers.records import SCHEMAS, RecordKind
from helpers.store.discovery import list_exports

TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.bool_(): "boolean",
    pa.list_(pa.string()): "array<string>",
}


def register_format(session: SparkSession) -> None:
    """Register ``shequn`` as a data source format of a Spark session."""
    session.dataSource.register(ExportSource)


@dataclass
class _Export(InputPartition):  # type: ignore[misc] # pyspark publishes no types
    """One chat export to be read by Spark: its path and format name."""

    path: str
    form: str


class ExportSource(DataSource):  # type: ignore[misc] # pyspark publishes no types
    """Spark data source that reads messages or other records from chat exports."""

    @classmethod
    def name(cls) -> str:
        """Return the format's name, as used in ``format(…)``."""
        return "shequn"

    def schema(self) -> str:
        """Return the Spark schema of one kind of record, such as messages."""
        columns = _drop_dictionary_types(_get_kind(self.options))
        return ", ".join(f"`{c.name}` {TYPES[c.type]}" for c in columns)

    def reader(self, schema: Any) -> "_Reader":  # noqa: ANN401, ARG002 - Spark's own
        """Return the reader that Spark uses for this data source."""
        return _Reader(dict(self.options))


class _Reader(DataSourceReader):  # type: ignore[misc] # pyspark publishes no types
    """Reads chat exports in Spark, one partition per export."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._said = options

    def partitions(self) -> list[_Export]:
        """List the exports at the given path, one partition each."""
        discovered = list_exports([Path(self._said["path"])], self._options)
        return [_Export(str(path), form) for path, form in discovered.exports.items()]

    def read(self, partition: _Export) -> Iterator[pa.RecordBatch]:
        """Read the records of one export as Arrow batches."""
        key = Path(self._said["key"]) if "key" in self._said else None
        kind = _get_kind(self._said)
        batches = read_export(
            Path(partition.path), key=key, form=partition.form, options=self._options
        )
        for batch in batches:
            if batch.kind == kind:
                yield batch.table.cast(_drop_dictionary_types(kind))

    @property
    def _options(self) -> Options:
        zone = self._said.get("zone", Options().zone)
        return Options(zone=zone, date_order=self._said.get("date_order"))


def _get_kind(options: Mapping[str, str]) -> RecordKind:
    return cast("RecordKind", options.get("kind", "message"))


def _drop_dictionary_types(kind: RecordKind) -> pa.Schema:
    """Replace dictionary types in a record schema, which Spark does not support."""
    return pa.schema(
        [
            (f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
            for f in SCHEMAS[kind]
        ]
    )
