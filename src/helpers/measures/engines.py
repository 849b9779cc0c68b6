"""The engines by name: embedded DuckDB, and Spark, which is an extra."""

from __future__ import annotations

from contextlib import AbstractContextManager

from helpers.measures.engine import Engine, open_duckdb

DUCKDB = "duckdb"


def open_engine(name: str) -> AbstractContextManager[Engine]:
    """Return the context manager that opens DuckDB or Spark, by name."""
    if name == DUCKDB:
        return open_duckdb()
    from helpers.measures.spark import open_spark  # noqa: PLC0415 - an extra

    return open_spark()
