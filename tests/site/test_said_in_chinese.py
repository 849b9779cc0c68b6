"""Whatever a study's verdicts and manifest say is there in Chinese."""

from __future__ import annotations

import pytest

from helpers.claims.evaluation.pooling import combine_words
from helpers.claims.rules.interval_rules import DECIDING, Word
from helpers.site.languages import Words
from helpers.study import open_studies, open_study
from helpers.study.own.own_manifest import FRAME_NOTES


@pytest.mark.parametrize("word", [*sorted(DECIDING), Word.FRAGILE, Word.INCONCLUSIVE])
def test_network_verdicts_are_translated(word):
    """Its name as the source is called, its verdict as pages call it."""
    named = ("zulip_archives/lean", word), ("zulip_archives/rust", Word.FRAGILE)
    told = Words("zh").sentence(combine_words(named).reason)
    assert Words("zh").verdict(word) in told
    assert "zulip_archives" not in told


def test_notes_and_gates_of_a_small_study_are_translated(board, study):
    """Of a board that was computed: notes, qualifiers, and gates that were asked."""
    t, name = Words("zh"), open_study(study).name
    cells = [answer.cell(name) for answer in board.answers]
    said = [
        text for one in cells for text in (one.note, *(c.detail for c in one.checks))
    ]
    said += [way.name for one in cells for way in (*one.ways, *one.beside)]
    said += [one.definition for one in cells]
    assert len({text for text in said if text}) > 10
    assert [text for text in said if text and not t.sentence(text)] == []


def test_known_biases_of_a_source_are_translated():
    """The notes on each source's frame, on its page and in the chapter on trust."""
    t = Words("zh")
    notes = [note for one in open_studies() for note in one.manifest.frame_notes]
    notes += FRAME_NOTES
    assert [note for note in notes if not t.sentence(note)] == []
