"""The language of a message, from its script and small words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text import detect_language
from helpers.text.languages import LANGUAGES


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("大家好", "zh"),
        ("這個 API 的 response 不對", "zh"),
        ("ok", "en"),
        ("the 群 is full", "en"),
        ("naïve but it is fine", "en"),
        ("hola, ¿qué tal?", "other"),
        ("今日はとても寒いですね", "other"),
        ("안녕하세요", "other"),
        ("привет всем", "other"),
        ("666 👍 !!!", "none"),
        ("https://github.com/the/that @ann", "none"),
        ("[微笑]", "none"),
        ("", "none"),
    ],
)
def test_language_ignores_links_mentions_and_stickers(message, expected):
    """Scripts decide, links, mentions and stickers do not."""
    assert detect_language([message]).to_pylist() == [expected]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.none() | st.text(st.characters())))
def test_language_does_not_depend_on_other_rows(messages):
    """No message changes its neighbour's label, and each gets one of four or null."""
    alone = [detect_language([message])[0].as_py() for message in messages]
    assert detect_language(messages).to_pylist() == alone
    assert all((a is None) == (m is None) for a, m in zip(alone, messages, strict=True))
    assert set(alone) <= {*LANGUAGES, None}
