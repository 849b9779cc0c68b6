"""What every description of a corpus has to say."""

import pytest

from helpers.corpora.shared import corpus
from helpers.errors import ShequnError


def test_description_without_author_is_refused(monkeypatch):
    """Data whose provider is not named cannot be cited."""
    facts = corpus.read_facts("fcc_gitter")
    assert facts.pop("author") == "freeCodeCamp.org"
    monkeypatch.setattr(corpus, "read_facts", lambda _: facts)
    with pytest.raises(ShequnError, match="who published the data"):
        corpus.load_description("fcc_gitter")


def test_units_kept_aside_are_read_with_the_rest(written):
    """A quarter in a folder of its own is a part of the source, once."""
    given = written(**{"a__csv": "x\n1\n2\n", "heldout_quarter/a__csv": "x\n3\n"})
    raw = corpus.RawFolder.of(given.path, given.names, given.tally)
    assert raw.names == ["a.csv"]
    assert raw.rows("a.csv")["x"].tolist() == [1, 2, 3]
    assert raw.parts("a")["x"].tolist() == [1, 2, 3]
    assert raw.tally == {"a.csv": 2, "heldout_quarter/a.csv": 1}


@pytest.mark.parametrize("kind", [None, "chats"])
def test_description_without_a_known_kind_is_refused(monkeypatch, kind):
    """Answers are given by kind of group: no source may have none."""
    facts = corpus.read_facts("fcc_gitter") | {"kind": kind}
    monkeypatch.setattr(corpus, "read_facts", lambda _: facts)
    with pytest.raises(ShequnError, match="what kind of groups"):
        corpus.load_description("fcc_gitter")
