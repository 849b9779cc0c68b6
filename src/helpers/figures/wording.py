"""Texts of figures in English and Chinese, from ``wording.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from helpers.wording.messages import Language

LANGUAGES = ("en", "zh")


@cache
def _read_entries() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Wording:
    """All figure texts in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the figure text for a key such as ``chapter.many``, filled in.

        >>> CHINESE("chapter.many", n=9), ENGLISH("chapter.many", n=9)
        ('9 个公开来源', '9 public sources')
        """
        table, _, name = key.partition(".")
        text = str(_read_entries()[table][name][LANGUAGES.index(self.language)])
        return text.format(**values) if values else text

    def either(self, english: str, chinese: str) -> str:
        """Return the English or the Chinese text, by this object's language."""
        return (english, chinese)[LANGUAGES.index(self.language)]

    @property
    def labels(self) -> dict[str, str]:
        """Texts of axes, legends and notes in chapters, by their English version."""
        return {e: self.either(e, zh) for e, zh in _read_entries()["label"].items()}


ENGLISH, CHINESE = Wording("en"), Wording("zh")
