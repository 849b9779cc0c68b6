"""Messages in the language of the user's system, for the terminal."""

import locale
import os
from unicodedata import east_asian_width

from helpers.wording.messages import render


def count_columns(text: str) -> int:
    """Return the columns that a text fills on a terminal: two per Chinese character."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def is_chinese_locale() -> bool:
    """Return whether the user's system is set to Chinese.

    The environment is asked first: its locale need not be installed. Windows calls the
    locale ``Chinese (Simplified)_China``, others ``zh_CN``.
    """
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    named = next(filter(None, names), None) or locale.getlocale()[0] or ""
    return named.lower().startswith(("zh", "chinese"))


def to_system_language(text: str) -> str:
    """Return a message in Chinese on a Chinese system, and in English on any other.

    >>> to_system_language("a text without a translation")
    'a text without a translation'
    """
    return (render(text, "zh") if is_chinese_locale() else "") or text
