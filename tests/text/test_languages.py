"""The language of a message, from its script and small words."""

import tomllib
from pathlib import Path

import pytest

from helpers.text.languages import detect_language

TOLD = tomllib.loads(Path(__file__).with_name("told.toml").read_text("utf-8"))


@pytest.mark.parametrize(("message", "expected"), TOLD["languages"])
def test_language_ignores_links_mentions_and_stickers(message, expected):
    """Scripts decide, links, mentions and stickers do not."""
    assert detect_language([message]).to_pylist() == [expected]
