"""The corpora there are."""

from __future__ import annotations

from collections import Counter

import pytest

from helpers import corpora
from helpers.errors import MissingSourceError, ShequnError


def test_the_registry_is_read_only():
    """Nobody adds a corpus in passing."""
    with pytest.raises(TypeError):
        corpora.CORPORA["x"] = None


def test_an_unknown_corpus_is_told_with_those_there_are():
    """A misspelt name is answered with the right ones."""
    with pytest.raises(ShequnError, match="zulip_archives"):
        corpora.corpus("zulip")


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
