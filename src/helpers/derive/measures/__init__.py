"""Measures of message activity in groups, as lazy expressions for any engine.

Every function takes and returns Narwhals lazy frames and does integer arithmetic on
microseconds only, so any engine that Narwhals drives gives the same table.
`engine` runs them on DuckDB.
"""

from contextlib import AbstractContextManager

from helpers.derive.measures.engine import Engine, open_duckdb

DUCKDB = "duckdb"


def open_engine(name: str) -> AbstractContextManager[Engine]:
    """Return the context manager that opens DuckDB or Spark, by name."""
    if name == DUCKDB:
        return open_duckdb()
    from helpers.derive.measures.spark import open_spark  # noqa: PLC0415 - an extra

    return open_spark()
