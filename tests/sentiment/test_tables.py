"""Tables come into being once, survive damage and need no writable cache."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.errors import MissingSourceError
from helpers.sentiment import tables as preparing
from helpers.sentiment.tables import read_file

START = """
from helpers.sentiment.scoring import score_raw
print(score_raw(["今天天气真不错"]).score[0])
from snownlp import sentiment
print(sentiment.classify("今天天气真不错"))
"""


@pytest.fixture(scope="session")
def made():
    """Return the folder with the tables, made if need be."""
    preparing.open_tables(lambda: None)
    return preparing.find_tables_folder()


def test_cache_key_depends_on_snownlps_files(tmp_path, monkeypatch):
    """Another stop-word list has another key."""
    spec = preparing.importlib.util.find_spec("snownlp")
    place = tmp_path / "snownlp"
    for name in preparing.SOURCES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(f"{spec.submodule_search_locations[0]}/{name}", place / name)
    before = preparing.compute_source_key()
    monkeypatch.setattr(spec, "submodule_search_locations", [str(place)])
    monkeypatch.setattr(preparing.importlib.util, "find_spec", lambda _: spec)
    assert preparing.compute_source_key() == before
    with (place / "normal" / "stopwords.txt").open("a") as file:
        file.write("好\n")
    assert preparing.compute_source_key() != before


def test_missing_snownlp_is_reported_with_a_remedy(monkeypatch):
    """No SnowNLP is one sentence that says what to do."""
    monkeypatch.setattr(preparing.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(MissingSourceError, match="run make again"):
        preparing.compute_source_key()


def test_tables_read_back_as_written(made):
    """Tables and golden scores come back whole, and not writable."""
    tables, golden = read_file(made / preparing.TABLES)
    assert len(golden.texts) == len(golden.scores) == 200
    assert not any(table.flags.writeable for table in tables)
    assert tables.numbers[0] == 1_426


@pytest.mark.long
def test_build_of_score_tables_is_reproducible_and_fast(made, tmp_path):
    """SnowNLP's files give the same bytes again, within 20 s of computing."""
    before = os.times()
    words = [sys.executable, "-m", "helpers.sentiment.building", str(tmp_path / "t")]
    subprocess.run(words, check=True)
    after = os.times()
    assert (tmp_path / "t").read_bytes() == (made / preparing.TABLES).read_bytes()
    assert sum(after[2:4]) - sum(before[2:4]) <= 20


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return a folder with a SnowNLP trained on two sentences: built in a second."""
    from helpers.sentiment import building as reference

    place = tmp_path_factory.mktemp("small") / "snownlp"
    whole = Path(reference.sentiment.__file__).parents[1]
    shutil.copytree(whole, place, ignore=shutil.ignore_patterns("*.marshal*", "*.pyc"))
    (place / "__init__.py").write_text("")  # else every other model is loaded too
    words = place.parent / "words.txt"
    words.write_text("今/b 天/e 天/b 气/e 真/s 不/b 错/e\n天/b 气/e 真/s 坏/s\n")
    segmenter = reference.sentiment.seg.TnTseg.Seg()
    segmenter.train(words)
    segmenter.save(str(place / "seg" / "seg.marshal"))
    model = reference.sentiment.Sentiment()
    model.train(["天气坏"], ["天气不错", "今天不错"])
    model.save(str(place / "sentiment" / "sentiment.marshal"))
    return place.parent


def start(small, cache):
    """Start a process that scores with the small SnowNLP and another cache folder."""
    return subprocess.Popen(
        [sys.executable, "-c", START],
        env={**os.environ, "PYTHONPATH": str(small), "SHEQUN_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(child):
    """Return what a process printed; our score and SnowNLP's own must be equal."""
    printed, _ = child.communicate()
    assert child.returncode == 0
    ours, its = printed.split()
    assert ours == its
    return ours


@pytest.mark.fault
def test_damaged_score_tables_are_rebuilt(small, tmp_path):
    """A file cut short is replaced by the same file, and the score is the same."""
    before = finish(start(small, tmp_path))
    (tables,) = tmp_path.glob(f"sentiment/*/{preparing.TABLES}")
    whole = tables.read_bytes()
    tables.write_bytes(whole[: len(whole) // 2])
    assert finish(start(small, tmp_path)) == before
    assert tables.read_bytes() == whole


@pytest.mark.fault
@pytest.mark.long
def test_unwritable_cache_is_only_slower(small, tmp_path):
    """A file where the cache folder should be stops nobody."""
    blocked = tmp_path / "cache"
    blocked.write_text("not a folder")
    finish(start(small, blocked))
    assert blocked.read_text() == "not a folder"


@pytest.mark.fault
@pytest.mark.long
def test_two_processes_can_build_score_tables_at_once(small, tmp_path):
    """Both end with the same score and one whole file is left."""
    starts = [start(small, tmp_path) for _ in range(2)]
    assert len({finish(child) for child in starts}) == 1
    (folder,) = tmp_path.glob("sentiment/*")
    left = sorted(path.name for path in folder.iterdir() if path.is_file())
    assert left == [preparing.TABLES]
