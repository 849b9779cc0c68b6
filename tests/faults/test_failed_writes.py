"""Every write fails once: one sentence, no damage, and the next run goes on."""

import os
import pathlib
import subprocess
import tempfile

import pyarrow.parquet as pq
import pytest

from helpers.errors import ShequnError
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.own_groups.stages import FILE as NOTED
from helpers.store.ingest import ingest_exports

pytestmark = [
    pytest.mark.fault,
    # a reader that is stopped half-way leaves its unnamed files to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
STAGES = {
    "mkdir": (pathlib.Path, "mkdir"),
    "temporary file": (pathlib.Path, "touch"),
    "temporary folder": (tempfile, "mkdtemp"),
    "writer": (pq, "ParquetWriter"),
    "rows": (pq.ParquetWriter, "write_batch"),
    "table": (pq, "write_table"),
    "text": (pathlib.Path, "write_text"),
    "sync": (os, "fsync"),
    "reveal": (pathlib.Path, "replace"),
}


def make_again(plan):
    """Make tables that are there already: what was noted as done is forgotten."""
    (plan.out / NOTED).unlink(missing_ok=True)
    make_study(plan)


@pytest.fixture
def fail(monkeypatch):
    """Return what makes the nth write of a stage fail as on a full disk."""

    def arm(stage, nth):
        place, name = STAGES[stage]
        real, calls = getattr(place, name), [0]

        def failing(*args, **kwargs):
            calls[0] += 1
            if calls[0] == nth:
                raise OSError(28, "No space left on device")
            return real(*args, **kwargs)

        monkeypatch.setattr(place, name, failing)
        return calls

    yield arm
    monkeypatch.undo()


@pytest.mark.some(4)
@pytest.mark.parametrize("stage", sorted(set(STAGES) - {"table"}))
def test_each_write_of_an_ingest_may_fail(request, tmp_path, monkeypatch, fail, stage):
    """Told in one sentence; then the same bytes as if nothing had happened."""
    few, terms, whole, contents = map(
        request.getfixturevalue, ("few", "terms", "whole", "contents")
    )
    for nth in range(1, 100):
        store = tmp_path / str(nth) / "store"
        calls = fail(stage, nth)
        try:
            ingest_exports([few], store, terms)
        except ShequnError as error:
            assert "no space left on device" in str(error)  # noqa: PT017 - or it works
        monkeypatch.undo()
        ingest_exports([few], store, terms)
        assert contents(store) == whole
        if calls[0] < nth:
            break
    assert nth > 1


@pytest.fixture(scope="module")
def made(few, terms, contents, tmp_path_factory):
    """Return what made tables, what they are, and how often each stage is come to."""
    plan = Plan(exports=[few], out=tmp_path_factory.mktemp("made"), terms=terms)
    make_study(plan)
    counts = dict.fromkeys(STAGES, 0)

    def counted(stage, real):
        def counting(*args, **kwargs):
            counts[stage] += 1
            return real(*args, **kwargs)

        return counting

    with pytest.MonkeyPatch.context() as patch:
        for stage, (place, name) in STAGES.items():
            patch.setattr(place, name, counted(stage, getattr(place, name)))
        make_again(plan)
    (plan.out / NOTED).unlink()
    return plan, contents(plan.out), counts


@pytest.mark.parametrize("stage", ["mkdir", "table", "temporary folder", "sync"])
def test_failed_table_write_keeps_the_old_tables(
    made, contents, monkeypatch, fail, stage
):
    """The study is the old one or the new one, never a part of either."""
    plan, before, counts = made
    last = counts[stage]
    for nth in {1, last // 2, last}:
        fail(stage, nth)
        with pytest.raises(ShequnError, match="no space left on device"):
            make_again(plan)
        monkeypatch.undo()
        assert contents(plan.out) == before


def test_a_file_where_a_folder_should_be_is_reported(few, terms, tmp_path):
    """So is a folder that may not be written, which a superuser never meets."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(ShequnError, match="could not be written"):
        ingest_exports([few], tmp_path / "out" / "store", terms)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid(), reason="needs root")
@pytest.mark.parametrize("size", ["8k", "24k", "64k"])
def test_a_really_full_disk_is_reported_and_room_helps(request, tmp_path, size):
    """A small file system of its own: what was whole stays, and the rest comes."""
    few, terms, whole, contents = map(
        request.getfixturevalue, ("few", "terms", "whole", "contents")
    )
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount here")
    try:
        with pytest.raises(ShequnError, match="could not be written"):
            ingest_exports([few], disk / "store", terms)
        more = ["mount", "-o", "remount,size=64m", str(disk)]
        subprocess.run(more, check=True)
        ingest_exports([few], disk / "store", terms)
        assert contents(disk / "store") == whole
    finally:
        subprocess.run(["/bin/umount", "-l", str(disk)], check=True)
