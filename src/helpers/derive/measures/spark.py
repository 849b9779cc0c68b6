"""Run data-frame queries on Spark: needs the extra ``[spark]`` and Java 17.

What `spark-submit` sets holds; the settings here are what it did not say. Days are
those of UTC whatever it says, or tables would differ.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd
import pyarrow as pa

from helpers.derive.measures.engine import Frame
from helpers.errors import MissingSourceError, ShequnError
from helpers.machine import require_extra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

UTC = "spark.sql.session.timeZone", "UTC"
QUIET = MappingProxyType(
    {
        "spark.app.name": "shequn",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
)
ALONE = MappingProxyType(  # where nobody named a master: this machine, no network
    {
        "spark.master": "local[2]",
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.shuffle.partitions": "2",
    }
)


@dataclass(frozen=True, slots=True)
class Spark:
    """Spark as the engine: a session and a folder for intermediate tables."""

    session: SparkSession
    folder: Path

    def scan(self, *paths: Path) -> Frame:
        """Open the Parquet files of one record type, such as event, as a lazy frame."""
        # signs that Spark would read as wildcards are escaped
        plain = [re.sub(r"([*?\[\]{}])", r"\\\1", str(path)) for path in paths]
        rows: Frame = nw.from_native(self.session.read.parquet(*plain))
        return rows

    def frame(self, table: pd.DataFrame) -> Frame:
        """Turn a small pandas table into a lazy frame of the engine."""
        arrow = pa.Table.from_pandas(table, preserve_index=False)
        rows: Frame = nw.from_native(self.session.createDataFrame(arrow))
        return rows

    def keep(self, frame: Frame, name: str) -> Frame:
        """Run a lazy query, store its result as Parquet and open it as a lazy frame."""
        path = self.folder / name
        with _translate_spark_errors():
            frame.to_native().write.parquet(str(path))
        return self.scan(path)

    def fetch(self, frame: Frame, *by: str) -> pd.DataFrame:
        """Run a lazy query and return its result as a sorted pandas table."""
        with _translate_spark_errors():
            rows: pd.DataFrame = frame.sort(*by).to_native().toArrow().to_pandas()
        return rows


@contextmanager
def _translate_spark_errors() -> Iterator[None]:
    """Turn Spark's errors within a block into errors with a remedy."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - an extra
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra

    try:
        yield
    except (Py4JError, PySparkException) as error:
        first = str(error).partition("\n")[0]
        raise ShequnError(
            f"Spark could not compute the tables ({first})",
            remedy="run again with --engine duckdb, or give Spark more memory",
        ) from error


@contextmanager
def open_spark() -> Iterator[Spark]:
    """Open Spark with a temporary folder for intermediate files."""
    with tempfile.TemporaryDirectory() as name:
        yield Spark(start_session(), Path(name))


def start_session() -> SparkSession:
    """Return this process's Spark session, starting it if needed."""
    require_extra("spark")
    from pyspark.errors import PySparkException  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    for setting, value in _list_settings().items():
        builder = builder.config(setting, value)
    try:
        return builder.getOrCreate()
    except PySparkException as error:
        raise MissingSourceError(
            "Spark did not start", where="java", remedy="install Java 17 or later"
        ) from error


def _list_settings() -> dict[str, str]:
    """List what is to be set, beside what was set from outside."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra

    given: dict[str, str] = {}
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # begun by `spark-submit`, which has it
        SparkContext._ensure_initialized()  # noqa: SLF001 - nothing public joins it
        given = dict(SparkConf().getAll())
    else:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    own = QUIET if "spark.master" in given else {**QUIET, **ALONE}
    return {k: v for k, v in own.items() if k not in given} | dict([UTC])
