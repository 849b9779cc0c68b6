"""Run lazy expressions on DuckDB: embedded, out of core, two threads."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import narwhals as nw
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["Engine", "engine"]

MEMORY, THREADS = "2GB", 2


@dataclass(frozen=True, slots=True)
class Engine:
    """A connection and a folder for what lies between two steps."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def scan(self, *paths: Path) -> nw.LazyFrame[duckdb.DuckDBPyRelation]:
        """Return the rows of Parquet files of one kind."""
        return nw.from_native(
            self.connection.read_parquet([str(path) for path in paths])
        )

    def frame(self, table: pd.DataFrame) -> nw.LazyFrame[duckdb.DuckDBPyRelation]:
        """Return a small pandas table as a lazy frame."""
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        return nw.from_native(self.connection.from_arrow(arrow))

    def keep(
        self, frame: nw.LazyFrame[duckdb.DuckDBPyRelation], name: str
    ) -> nw.LazyFrame[duckdb.DuckDBPyRelation]:
        """Compute a frame once, stream it to disk and return it from there."""
        path = self.folder / f"{name}.parquet"
        frame.sink_parquet(path)
        return self.scan(path)

    def fetch(
        self, frame: nw.LazyFrame[duckdb.DuckDBPyRelation], *by: str
    ) -> pd.DataFrame:
        """Return a frame as pandas, sorted."""
        return frame.sort(*by).collect().to_pandas().reset_index(drop=True)


@contextmanager
def engine(memory: str = MEMORY, threads: int = THREADS) -> Iterator[Engine]:
    """Yield an engine whose intermediate files are gone afterwards.

    Examples
    --------
    >>> import pandas as pd
    >>> with engine() as run:
    ...     numbers = run.frame(pd.DataFrame({"n": [2, 1]}))
    ...     run.fetch(numbers.with_columns(twice=nw.col("n") * 2), "n").values.tolist()
    [[1, 2], [2, 4]]
    """
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute(f"SET threads = {threads:d}")
        connection.execute("SET temp_directory = ?", [str(Path(name) / "spill")])
        connection.execute("SET enable_progress_bar = false")
        yield Engine(connection, Path(name))
