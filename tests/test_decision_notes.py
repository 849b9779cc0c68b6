"""A decision note is short: what defines an estimate stands in tables."""

import re

import pytest

from helpers import paths

NOTES = sorted((paths.ROOT / "docs" / "decisions").glob("20??-??-??-*.md"))
MOST_WORDS = 200


def _count_prose(text: str) -> int:
    """Return the words outside code, headings and tables; bullets are prose."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line.lstrip() for line in text.splitlines())
    return sum(len(line.split()) for line in lines if not line.startswith(("|", "#")))


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.stem)
def test_note_has_at_most_200_words_of_prose(note):
    """A note that grew into a history is no longer read."""
    assert _count_prose(note.read_text("utf-8")) <= MOST_WORDS


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note.stem)
def test_note_has_the_four_parts(note):
    """A decision without its context, alternatives or consequences is an order."""
    text = note.read_text("utf-8")

    for part in ("Context", "Decision", "Rejected", "Consequences"):
        assert f"**{part}" in text


@pytest.mark.parametrize("index", ["decisions/README.md", "decisions.zh.md"])
def test_note_is_in_both_lists(index):
    """A note missing from a list of decisions cannot be found from the site."""
    listed = (paths.ROOT / "docs" / index).read_text("utf-8")

    assert [note.name for note in NOTES if note.name not in listed] == []
