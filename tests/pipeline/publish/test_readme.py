"""Each dataset says what it is."""

import pytest

from helpers.paths import PROCESSED
from helpers.study import open_study
from pipeline.corpora import CORPORA
from pipeline.publish.build import build_licence_text, build_readme


@pytest.mark.parametrize("name", list(CORPORA))
def test_readme_and_licence_follow_the_definitions(name):
    """The committed texts are those that the definitions give."""
    study, corpus = open_study(name), CORPORA[name]
    readme = build_readme(corpus, study.manifest, study.ledger)
    assert (PROCESSED / name / "README.md").read_text("utf-8") == readme
    assert (PROCESSED / name / "LICENSE").read_text("utf-8") == build_licence_text(
        corpus
    )
    for part in (corpus.source, corpus.commit, *corpus.gaps, *corpus.frame_notes):
        assert part in readme
