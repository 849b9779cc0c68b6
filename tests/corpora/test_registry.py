"""The corpora there are."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from helpers import corpora
from helpers.errors import MissingSourceError, ShequnError


def test_the_registry_is_read_only():
    """Nobody adds a corpus in passing."""
    with pytest.raises(TypeError):
        corpora.CORPORA["x"] = None


def test_an_unknown_corpus_is_reported_with_those_there_are():
    """A misspelt name is answered with the right ones."""
    with pytest.raises(ShequnError, match="zulip_archives"):
        corpora.load_corpus("zulip")


def test_nothing_is_read_from_an_absent_folder(tmp_path):
    """What is missing is named before a record is made."""
    tally: Counter[str] = Counter()
    with pytest.raises(MissingSourceError, match=r"40PlusDevs\.tsv"):
        next(corpora.read("fcc_gitter", tmp_path, tally))
    assert not tally


@pytest.mark.parametrize("corpus", corpora.CORPORA.values(), ids=list(corpora.CORPORA))
def test_only_a_licence_lets_members_and_names_be_published(corpus):
    """Where no licence is stated, neither is published."""
    free = corpus.licence.name != "none stated"
    assert free or not (corpus.licence.members or corpus.licence.names)


@pytest.mark.parametrize("corpus", corpora.CORPORA.values(), ids=list(corpora.CORPORA))
def test_a_corpus_consists_of_records_or_of_counts(corpus):
    """One of the two says how its raw files become tables."""
    assert (corpus.read is None) is not (corpus.count is None)


@pytest.mark.parametrize("name", corpora.CORPORA)
def test_notes_on_the_frame_and_its_fields_agree(name):
    """What a note says of a direction, or of standing apart, a field says too."""
    found = corpora.CORPORA[name]
    kinds = {note.partition(":")[0] for note in found.frame_notes}

    assert set(found.frame_bias) == kinds & {"up", "down"}
    assert found.pooled is ("separate" not in kinds)


def test_an_archive_ends_on_the_clock_of_its_people():
    """Eight hours east a day begins eight hours earlier."""
    end = datetime(2025, 3, 25, 16, tzinfo=UTC)
    assert (
        corpora.load_corpus("zh_s1_lounges").end_us == int(end.timestamp()) * 1_000_000
    )


def test_a_corpus_without_more_to_say_says_nothing_beside(tmp_path):
    """No raw file is asked for."""
    assert corpora.read_supplements("zulip_archives", tmp_path).tables == {}
