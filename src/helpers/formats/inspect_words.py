"""Words of the report on chat exports, in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from unicodedata import east_asian_width

from helpers.wording.messages import Language, render


@cache
def read_chinese_words() -> Mapping[str, Mapping[str, str]]:
    """Read the Chinese translations of words in the report on an inspected export.

    >>> words = read_chinese_words()
    >>> words["kind"]["image"], words["value"]["roster"]
    ('图片', '有名册')
    """
    return MappingProxyType(_read_table("helpers.formats", "inspect_words.toml"))


def _read_table(package: str, path: str) -> dict[str, Any]:
    return tomllib.loads(files(package).joinpath(path).read_text("utf-8"))


class Words:
    """Words and phrases of the report on inspected exports, in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._sections = read_chinese_words() if language == "zh" else {}

    def look_up(self, section: str, word: str) -> str:
        """Translate a word of the report on an inspected export, if a table has it.

        >>> Words("zh").look_up("kind", "voice"), Words("en").look_up("kind", "voice")
        ('语音', 'voice')
        """
        return self._sections.get(section, {}).get(word, word)

    def phrase(self, text: str) -> str:
        """Translate a message to the user; return it unchanged if it has none."""
        return (render(text, "zh") if self.language == "zh" else "") or str(text)


def measure_width(text: str) -> int:
    """Return the columns that a text fills on a terminal: two per Chinese character.

    >>> measure_width("群 1")
    4
    """
    return sum(1 + (east_asian_width(character) in "WF") for character in text)


def pad_text(text: str, width: int) -> str:
    """Fill a text with blanks up to a width in columns of a terminal."""
    return text + " " * (width - measure_width(text))
