"""The corpora there are."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from helpers.errors import MissingSourceError, ShequnError
from helpers.paths import PROCESSED, RAW
from pipeline import corpora


def test_unknown_corpus_error_lists_the_known_ones():
    """A misspelt name is answered with the right ones."""
    with pytest.raises(ShequnError, match="zulip_archives"):
        corpora.load_corpus("zulip")


def test_missing_raw_file_is_named_before_reading(tmp_path):
    """What is missing is named before a record is made."""
    tally: Counter[str] = Counter()
    with pytest.raises(MissingSourceError, match="archives"):
        next(corpora.read("fcc_gitter", tmp_path, tally))
    assert not tally


@pytest.mark.parametrize("corpus", corpora.CORPORA.values(), ids=list(corpora.CORPORA))
def test_only_a_licence_lets_members_and_names_be_published(corpus):
    """Where no licence is stated, neither is published."""
    free = corpus.licence.name != "none stated"
    assert free or not (corpus.licence.members or corpus.licence.names)


def test_end_of_an_archive_is_in_its_members_time_zone():
    """Eight hours east a day begins eight hours earlier."""
    end = datetime(2025, 3, 25, 16, tzinfo=UTC)
    assert (
        corpora.load_corpus("zh_s1_lounges").end_us == int(end.timestamp()) * 1_000_000
    )


def test_every_folder_of_data_says_under_what_licence_it_is():
    """Seven folders had none: answers, Life Tables, forecast and others."""
    folders = [path for path in PROCESSED.iterdir() if path.is_dir()]
    assert [path.name for path in folders if not (path / "LICENSE").is_file()] == []


@pytest.mark.parametrize("name", list(corpora.CORPORA))
def test_raw_files_of_every_source_can_be_obtained(name):
    """Who wants to make a table again is told where its files come from."""
    assert f"`{name}/" in (RAW / "README.md").read_text("utf-8")
