"""Sentences with computed numbers."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.prose import (
    LANGUAGE,
    fill_both,
    fill_sentence,
    format_count,
    format_share,
    join_languages,
)

INTERVAL = SimpleNamespace(estimate=0.531, low=0.48, high=0.58)


def test_every_number_is_marked_with_its_id_and_full_value():
    """A reader and the site find the number by id, with nothing rounded away."""
    text = fill_sentence("death", "{within_105:share}", within_105=INTERVAL).markdown
    assert 'data-number="death.within-105" data-value="0.531"' in text


def test_interval_is_printed_with_its_limits():
    """Estimate, low and high are all in the sentence."""
    text = fill_sentence("t", "{x:share}", x=INTERVAL).markdown
    assert re.findall(r"\d+(?=\u202f%)", text) == ["53", "48", "58"]


def test_markup_in_words_is_escaped():
    """A label from an export is text, whatever it holds."""
    assert "<script" not in fill_sentence("t", "{x}", x="<script>").markdown


def test_unknown_number_format_is_an_error():
    """A misspelt format does not print silently."""
    with pytest.raises(KeyError):
        fill_sentence("t", "{x:percnt}", x=1)


@given(st.floats(0, 1))
def test_a_share_is_never_rounded_to_certainty(value):
    """0 % and 100 % are kept for exactly none and all, to a thousandth of a percent."""
    text = format_share(value)
    if 1e-5 < value < 1 - 1e-5:
        assert text not in {"0\u202f%", "100\u202f%"}


@given(st.integers(0, 10**12))
def test_formatted_count_is_read_back_unchanged(value):
    """Thousands are set apart and nothing else changes."""
    assert int(format_count(value).replace("\u202f", "")) == value


@pytest.mark.parametrize(("language", "text"), [("en", "3 groups"), ("zh", "3 个群")])
def test_edition_prints_only_its_own_language(monkeypatch, language, text):
    """Both editions had printed both languages when a cell was executed again."""
    monkeypatch.setenv(LANGUAGE, language)
    told = fill_both("t", "{n:count} groups", "{n:count} 个群", n=3)._repr_markdown_()
    assert re.sub("<[^>]+>", "", told) == text
    assert join_languages("3 groups", "3 个群") == text
