"""On Spark the same tables come out as on DuckDB, byte for byte.

One process with PySpark makes all of the demo, for Spark starts slowly. That takes
minutes: all are for `make test-all`.
"""

import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack

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
done = ingest_exports([demo], room / "store", Terms())
publish_tables(done.exports, room / "spark" / sys.argv[3], UserMetadata(engine="spark"))
"""
A_SOURCE = """
import sys
from pathlib import Path
from helpers.derive.measures.spark import start_session
from helpers.store.spark_source import register_format
demo, room = map(Path, sys.argv[1:3])
register_format(start_session())
source = start_session().read.format("shequn")
source.load(str(demo)).coalesce(1).write.parquet(str(room / "rows"))
"""
A_CORPUS = """
import sys
from pathlib import Path
from pipeline.publish.build import build_study
build_study("fcc_gitter", Path(sys.argv[1]), Path(sys.argv[2]), engine="spark")
"""
READ_BACK = """
from helpers.derive.measures.spark import start_session
session = start_session()
context, zone = session.sparkContext, session.conf.get("spark.sql.session.timeZone")
print("read back:", context.master, context.appName, zone)
"""
QUICK = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


def on_spark(test):
    """Mark a long test."""
    return pytest.mark.long(pytest.mark.spark(test))


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
    ingest_exports([DEMO], room / "store", Terms())
    return room


def _surround(python):
    (home,) = python.parents[1].glob("[Ll]ib/**/site-packages/pyspark")
    own = {"PYTHONPATH": str(paths.ROOT / "src"), "PYSPARK_PYTHON": str(python)}
    return os.environ | QUICK | own | {"SPARK_HOME": str(home)}


def _run(python, script, *words):
    command = [python, "-c", script, *map(str, words)]
    subprocess.run(command, env=_surround(python), check=True)


def _submit(python, options, script, *words):
    # below a path with a blank Spark's own scripts do not find SPARK_HOME
    call = [python.with_name("spark-submit"), *options, script, *map(str, words)]
    return subprocess.check_output(call, env=_surround(python), text=True)


@pytest.fixture
def master(python, tmp_path):
    """Start a master and two workers of a core each; return the master's address."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    address, start = f"spark://localhost:{port}", [python.with_name("spark-class")]
    place = "org.apache.spark.deploy"
    own = ["--host", "localhost", "--webui-port", "0"]
    each = ["--cores", "1", "--memory", "1g", "--work-dir", str(tmp_path), address]
    commands = [
        [*start, f"{place}.master.Master", *own, "--port", str(port)],
        *[[*start, f"{place}.worker.Worker", *own, *each]] * 2,
    ]
    with ExitStack() as running:
        for command in commands:
            process = subprocess.Popen(command, env=_surround(python))
            running.callback(process.wait)
            running.callback(process.terminate)
        yield address


@on_spark
def test_the_demo_is_the_same_on_spark(python, room):
    """Every table has the rows and bytes that DuckDB gives."""
    done = ingest_exports([DEMO], room / "store", Terms())
    publish_tables(done.exports, room / "duckdb" / NAME, UserMetadata())
    _run(python, ON_SPARK, DEMO, room, NAME)
    one, two = (open_study(room / on / NAME).manifest for on in ("duckdb", "spark"))
    assert one == two
    assert one.tables["rates"].rows > 10_000


@on_spark
def test_what_spark_submit_sets_holds(python, tmp_path):
    """It was overridden without a word; only days are always those of UTC."""
    (tmp_path / "read_back.py").write_text(READ_BACK, "utf-8")
    zone = "spark.sql.session.timeZone=Asia/Shanghai"
    options = ["--master", "local[1]", "--name", "mine", "--conf", zone]
    said = _submit(python, options, tmp_path / "read_back.py")
    assert "read back: local[1] mine UTC" in said


@on_spark
def test_the_demo_is_the_same_on_two_workers(python, room, master, tmp_path):
    """What one machine holds says nothing of rows that go over a network."""
    done = ingest_exports([DEMO], room / "store", Terms())
    publish_tables(done.exports, room / "duckdb" / "two", UserMetadata())
    (room / "two.py").write_text(ON_SPARK, "utf-8")
    options = ["--master", master, "--executor-memory", "600m"]
    _submit(python, options, room / "two.py", DEMO, room, "two")
    one, two = (open_study(room / on / "two").manifest for on in ("duckdb", "spark"))
    assert len([*tmp_path.glob("app-*/[01]")]) == 2  # both have worked
    assert one == two


@on_spark
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_a_public_corpus_is_the_same_on_spark(python, tmp_path):
    """Mentions, bots and closed rooms included."""
    _run(python, A_CORPUS, SHARED, tmp_path / "spark")
    one = build_study("fcc_gitter", SHARED, tmp_path / "duckdb").manifest
    assert one == open_study(tmp_path / "spark" / "fcc_gitter").manifest


@on_spark
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
