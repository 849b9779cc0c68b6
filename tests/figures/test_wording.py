"""Figures have their words in both languages."""

from helpers.figures.wording import _read_entries


def test_every_word_has_both_languages():
    """Each entry is a pair that asks for the same values; neither is empty."""
    for english, chinese in _read_entries()["chapter"].values():
        assert english
        assert chinese
        assert english.count("{") == chinese.count("{")
