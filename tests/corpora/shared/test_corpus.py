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
