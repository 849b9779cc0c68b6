"""A study is built whole, from the recorded bytes, to the same bytes."""

import platform
import sys

import pandas as pd
import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.paths import PROCESSED, ROOT
from helpers.study import open_study
from pipeline import corpora
from pipeline.corpora import CORPORA, find_raw_folder
from pipeline.publish.build import build_study, rebuild_studies
from tests.raw_corpora import SHARED, needs_raw

LARGE = {  # seconds to a minute each; `make test-all` and `make data` rebuild them
    "fcc_gitter", "komodo_discord", "learning365", "ncar_zulip", "raku_irc",
    "w3c_groups", "zh_s1_lounges", "zulip_archives",
}  # fmt: skip


def test_missing_sources_are_named(tmp_path):
    """Without a raw file nothing is made, and the first one missing is named."""
    with pytest.raises(MissingSourceError, match="w3c_daily_first_last"):
        rebuild_studies(tmp_path / "raw", tmp_path / "out", ["w3c_groups"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08\x00"])
def test_damaged_source_leaves_old_tables_unchanged(tmp_path, content):
    """File, place and remedy are told; no table is touched."""
    raw, old = tmp_path / "zulip_archives", tmp_path / "out" / "zulip_archives"
    for folder in (raw, old):
        folder.mkdir(parents=True)
    (raw / "zulip_messages.csv.gz").write_bytes(content)
    told = f"has {len(content)} bytes instead of"
    with pytest.raises(BrokenFileError, match=told) as error:
        rebuild_studies(tmp_path, tmp_path / "out", ["zulip_archives"])
    assert error.value.where.endswith("zulip_messages.csv.gz")
    assert error.value.remedy
    assert list((tmp_path / "out").rglob("*")) == [old]


def test_missing_sources_do_not_block_available_ones(tmp_path, monkeypatch):
    """One corpus without raw files does not keep the others from being built."""
    study = open_study("w3c_groups")

    def only_w3c(name, raw, out, _engine):
        if name != "w3c_groups":
            raise MissingSourceError("no such file", where=f"{raw}/{name}/{out.name}")
        return study

    monkeypatch.setattr("pipeline.publish.build.build_study", only_w3c)
    done = rebuild_studies(tmp_path, tmp_path)
    assert done.built == (study,)
    named = [str(error).split("/")[-2] for error in done.missing]
    assert named == [name for name in CORPORA if name != "w3c_groups"]


@pytest.fixture
def cut(tmp_path, monkeypatch):
    """Break a corpus off in the middle of reading."""
    whole = corpora.read

    def read(name, raw, tally):
        yield from (
            batch for batch, _ in zip(whole(name, raw, tally), range(3), strict=False)
        )
        raise BrokenFileError("cut short")

    monkeypatch.setattr("pipeline.publish.build.corpora.read", read)
    return tmp_path


@needs_raw
def test_failed_build_leaves_old_tables_unchanged(cut):
    """Nothing half-written is left."""
    (cut / "w3c_groups").mkdir()
    (cut / "w3c_groups" / "old.txt").write_text("old")
    with pytest.raises(BrokenFileError):
        build_study("w3c_groups", find_raw_folder(), cut)
    assert [path.name for path in cut.rglob("*")] == ["w3c_groups", "old.txt"]


def _exact() -> bool:
    """Tell whether this machine must give the very same bytes."""
    return sys.platform == "linux" and platform.machine() == "x86_64" and _locked()


def _locked() -> bool:
    """Tell whether what writes the bytes has the locked versions."""
    from importlib.metadata import version

    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    names = ("pyarrow", "duckdb", "numpy", "pandas", "narwhals")
    return all(f"{name}=={version(name)}" in lock for name in names)


@needs_raw
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long if name in LARGE else ())
        for name in CORPORA
    ],
)
def test_raw_files_give_the_committed_tables(name, tmp_path):
    """Byte for byte on Linux x86-64 with the locked versions, else by value."""
    built, committed = build_study(name, SHARED, tmp_path), open_study(name)
    sys.stdout.write(f"{name}: compared {'bytes' if _exact() else 'values'}\n")
    if _exact():
        for path in sorted((PROCESSED / name).iterdir()):
            assert (tmp_path / name / path.name).read_bytes() == path.read_bytes()
    for table in committed.manifest.tables:
        pd.testing.assert_frame_equal(
            built.table(table), committed.table(table), rtol=0, atol=1e-9
        )
    assert built.ledger == committed.ledger
