"""A raw file that is not the one recorded stops everything, and says where."""

import hashlib

import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.paths import RAW
from pipeline.corpora import CORPORA
from pipeline.corpora.shared import raw_files

GOOD = "行,线\n".encode() * 50
README = (RAW / "README.md").read_text("utf-8")


@pytest.fixture
def put(tmp_path, monkeypatch):
    """Record good bytes for a file, then write others in their place."""

    def write(content: bytes, good: bytes = GOOD, name: str = "a.csv"):
        known = raw_files.RawFile(name, hashlib.sha256(good).hexdigest(), len(good))
        monkeypatch.setattr(raw_files, "read_recorded", lambda _: (known,))
        (tmp_path / name).write_bytes(content)
        return tmp_path

    return write


@pytest.mark.parametrize("content", [b"", GOOD[:100], GOOD + b"x", b"a," + GOOD[2:]])
def test_a_damaged_file_is_reported_with_its_size(put, content):
    """Empty, short, long and changed files are told from the recorded one."""
    with pytest.raises(BrokenFileError, match=f"has {len(content)} bytes") as error:
        raw_files.verify_corpus(put(content), "any")
    assert "a.csv" in error.value.where
    assert "data/raw/README.md" in error.value.remedy


def test_a_source_that_lists_no_raw_file_is_refused(monkeypatch, tmp_path):
    """Tables were made of files that nobody had verified."""
    monkeypatch.setattr(raw_files, "read_recorded", lambda _: ())
    with pytest.raises(MissingSourceError, match="lists no raw file"):
        raw_files.verify_corpus(tmp_path, "any")


def test_a_missing_file_is_named(put):
    """The remedy says where to get it."""
    folder = put(GOOD)
    (folder / "a.csv").unlink()
    with pytest.raises(MissingSourceError, match=r"a\.csv"):
        raw_files.verify_corpus(folder, "any")


def test_folder_with_personal_file_names_has_one_checksum(tmp_path, monkeypatch):
    """A file more, less, renamed or changed is another folder."""
    inside = tmp_path / "all" / "deep"
    inside.mkdir(parents=True)
    (inside / "a.json").write_bytes(GOOD)
    known = raw_files.RawFile(
        "all/", raw_files._compute_checksum(tmp_path / "all"), len(GOOD)
    )
    monkeypatch.setattr(raw_files, "read_recorded", lambda _: (known,))
    assert raw_files.verify_corpus(tmp_path, "any") == (known,)
    (inside / "a.json").rename(inside / "b.json")
    with pytest.raises(BrokenFileError, match="other files than those recorded"):
        raw_files.verify_corpus(tmp_path, "any")


@pytest.mark.parametrize("name", list(CORPORA))
def test_raw_readme_lists_every_recorded_file(name):
    """Every file and folder with its checksum."""
    section = README.split(f"### `{name}/")[1].split("\n### ")[0]
    files = raw_files.read_recorded(name)
    assert all(file.sha256 in section for file in files)


def test_every_corpus_of_the_raw_readme_can_be_built():
    """It describes no folder that nothing reads."""
    described = {
        line[5:].split("/")[0] for line in README.splitlines() if line[:5] == "### `"
    }
    assert described == set(CORPORA)
