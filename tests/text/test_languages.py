"""The language of a message, from its script and small words."""

import pytest

from helpers.text.languages import detect_language


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
