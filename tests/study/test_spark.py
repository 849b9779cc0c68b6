"""On Spark the same tables come out as on DuckDB, byte for byte.

One process with PySpark makes all of the demo, for Spark starts slowly. That takes
minutes: all are for `make test-all`.
"""

import os
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from helpers import paths
from helpers.derive.measures.spark import start_session
from helpers.errors import MissingSourceError
from helpers.own_groups.user_study import UserMetadata, publish_tables
from helpers.store.ingest import Terms, ingest_exports
from helpers.study.study import open_study
from pipeline.publish.build import build_study
from tests.raw_corpora import SHARED

DEMO = paths.RAW / "demo"
NAME = "own [x] 群"  # a path is no pattern
ON_SPARK = """
import sys
from pathlib import Path
from helpers.own_groups.user_study import UserMetadata
from helpers.own_groups.user_study import publish_tables
from helpers.store.ingest import Terms, ingest_exports
demo, room = map(Path, sys.argv[1:3])
done = ingest_exports([demo], room / "store", Terms(key=room / "key"))
publish_tables(done.exports, room / "spark" / sys.argv[3], UserMetadata(engine="spark"))
"""
A_SOURCE = """
import sys
from pathlib import Path
from helpers.derive.measures.spark import start_session
from helpers.store.spark_source import register_format
demo, room = map(Path, sys.argv[1:3])
register_format(start_session())
source = start_session().read.format("shequn").option("key", str(room / "key"))
source.load(str(demo)).coalesce(1).write.parquet(str(room / "rows"))
"""
A_CORPUS = """
import sys
from pathlib import Path
from pipeline.publish.build import build_study
build_study("fcc_gitter", Path(sys.argv[1]), Path(sys.argv[2]), engine="spark")
"""
# compiling well takes longer than running what is as small as this
QUICK = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@pytest.fixture(scope="module")
def python():
    """Return the interpreter that has PySpark, or say why there is none."""
    place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    found = paths.ROOT / "build" / "spark" / place
    if shutil.which("java") and found.exists():
        return found
    why = "no Java and PySpark here: install Java 17 and run `make spark`"
    return (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Return where the demo's exports have been read."""
    room = tmp_path_factory.mktemp("spark")
    (room / "key").write_text("07" * 32, encoding="ascii")
    ingest_exports([DEMO], room / "store", Terms(key=room / "key"))
    return room


def _run(python, script, *words):
    source = str(paths.ROOT / "src")
    subprocess.run(
        [python, "-c", script, *map(str, words)],
        env=os.environ | QUICK | {"PYTHONPATH": source},
        check=True,
    )


@pytest.mark.long
@pytest.mark.spark
def test_the_demo_is_the_same_on_spark(python, room):
    """Every table has the rows and bytes that DuckDB gives."""
    done = ingest_exports([DEMO], room / "store", Terms(key=room / "key"))
    publish_tables(done.exports, room / "duckdb" / NAME, UserMetadata())
    _run(python, ON_SPARK, DEMO, room, NAME)
    one, two = (open_study(room / on / NAME).manifest for on in ("duckdb", "spark"))
    assert one == two
    assert one.tables["rates"].rows > 10_000


@pytest.mark.long
@pytest.mark.spark
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_a_public_corpus_is_the_same_on_spark(python, tmp_path):
    """Mentions, bots and closed rooms included."""
    _run(python, A_CORPUS, SHARED, tmp_path / "spark")
    one = build_study("fcc_gitter", SHARED, tmp_path / "duckdb").manifest
    assert one == open_study(tmp_path / "spark" / "fcc_gitter").manifest


@pytest.mark.long
@pytest.mark.spark
def test_spark_reads_exports_as_a_source(python, room):
    """The records are those that the store holds, pseudonymised alike."""
    _run(python, A_SOURCE, DEMO, room)
    columns = ["group", "id", "sender", "time_us", "kind", "chars"]
    one, two = (
        pq.read_table(folder, columns=columns).to_pylist()
        for folder in (sorted(room.glob("store/*/message/*")), room / "rows")
    )
    assert len(one) > 10_000
    assert sorted(map(str, one)) == sorted(map(str, two))


def test_without_pyspark_one_sentence_says_what_to_do(monkeypatch):
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(MissingSourceError, match=r"install it: pip.*\[spark\]"):
        start_session()
