"""Run data-frame queries on an engine: embedded DuckDB, or Spark.

Measures are written once and name no engine.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from helpers.machine import count_cores, measure_memory

Frame = nw.LazyFrame[Any]


class Engine(Protocol):
    """Interface of an engine that runs lazy queries and stores their results."""

    def scan(self, *paths: Path) -> Frame:
        """Open the Parquet files of one record type, such as event, as a lazy frame."""

    def frame(self, table: pd.DataFrame) -> Frame:
        """Turn a small pandas table into a lazy frame of the engine."""

    def keep(self, frame: Frame, name: str) -> Frame:
        """Run a lazy query, store its result by a new name, open it as a lazy frame."""

    def fetch(self, frame: Frame, *by: str) -> pd.DataFrame:
        """Run a lazy query and return its result as a sorted pandas table."""


SMALL = 1 << 22  # bytes of Parquet, of which what is kept fits into memory


@dataclass(slots=True)
class DuckDB:
    """DuckDB as the engine: a connection and a folder for intermediate tables."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    scanned: int = 0  # bytes

    def scan(self, *paths: Path) -> Frame:
        """Open the Parquet files of one record type, such as event, as a lazy frame."""
        self.scanned += sum(path.stat().st_size for path in paths)
        return nw.from_native(self.connection.read_parquet([*map(str, paths)]))

    def frame(self, table: pd.DataFrame) -> Frame:
        """Turn a small pandas table into a lazy frame of the engine."""
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        return nw.from_native(self.connection.from_arrow(arrow))

    def keep(self, frame: Frame, name: str) -> Frame:
        """Run a lazy query, store its result and open it as a lazy frame."""
        if self.scanned < SMALL:  # each query on a file would open it again
            rows = frame.to_native().to_arrow_table()
            return nw.from_native(self.connection.from_arrow(rows))
        path = self.folder / f"{name}.parquet"
        frame.sink_parquet(path)
        return self.scan(path)

    def fetch(self, frame: Frame, *by: str) -> pd.DataFrame:
        """Run a lazy query and return its result as a sorted pandas table."""
        return frame.sort(*by).collect().to_pandas().reset_index(drop=True)


def add_row_number(rows: Frame, *by: str, order: Sequence[str]) -> Frame:
    """Add ``nth``, the row number from 1 among rows with equal values in `by`."""
    is_any = nw.col(order[0]).is_null()  # null nowhere, so every row is counted
    return rows.with_columns(nth=is_any.cum_count().over(*by, order_by=order))


def add_up(*columns: str) -> nw.Expr:
    """Return an expression that sums counts, or how often something is true.

    The engine's own sums have 128 bits, which pandas holds one by one as objects.
    """
    return nw.col(*columns).cast(nw.Int64).sum().cast(nw.Int64)


def drop_duplicates(rows: Frame) -> Frame:
    """Return each row once: by grouping, which costs less than `unique`, a sort."""
    return rows.group_by(*rows.collect_schema().names()).agg()


@contextmanager
def open_duckdb(memory: int | None = None) -> Iterator[DuckDB]:
    """Open DuckDB with a temporary folder for intermediate files."""
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{memory or measure_memory()}B'")
        connection.execute(f"SET threads = {count_cores()}")
        connection.execute("SET temp_directory = ?", [str(Path(name) / "spill")])
        progress = "current_setting('enable_progress_bar')"
        connection.execute(f"SELECT {progress}")
        if connection.fetchall() != [(False,)]:  # where Jupyter runs it cannot be set
            connection.execute("SET enable_progress_bar = false")
        # the system keeps files that were read; a second copy costs memory
        connection.execute("SET enable_external_file_cache = false")
        yield DuckDB(connection, Path(name))
