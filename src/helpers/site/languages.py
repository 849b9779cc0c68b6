"""The site's own words in its two languages, from TOML files."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from helpers.claims.needs import needs_of
from helpers.claims.register import read_register

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Language", "Words", "entries"]

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
COUNTED = re.compile(r"(within|in all|in) (\S+)(?: of (\S+))?")
COUNTED_ZH = {"within": "限于 {1}", "in all": "全部 {1} 个", "in": "{2} 个中的 {1} 个"}


@cache
def entries(name: str) -> Mapping[str, Any]:
    """Return one of the files beside this module, by table.

    >>> entries("chrome")["verdict"]["SUPPORTED"]
    ['SUPPORTED', '支持']
    """
    text = files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _needs() -> Mapping[str, str]:
    return {n.name: n.what for claim in read_register() for n in needs_of(claim)}


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one language."""

    language: Language

    @property
    def code(self) -> str:
        """The language as HTML names it."""
        return {"en": "en", "zh": "zh-CN"}[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """Return the words for a key such as ``front.title``.

        >>> Words("zh")("verdict.FRAGILE")
        '不稳健'
        """
        table, _, name = key.partition(".")
        text = self.either(entries("chrome")[table][name])
        return text.format(**values) if values else text

    def either(self, pair: list[str]) -> str:
        """Return this language's one of two."""
        return pair[LANGUAGES.index(self.language)]

    def need(self, name: str) -> str:
        """Return what a claim needs, in words."""
        if self.language == "en":
            return _needs()[name]
        return str(entries("terms")["need"].get(name, _needs()[name]))

    def gate(self, name: str) -> str:
        """Return a data gate's name."""
        known = {} if self.language == "en" else entries("terms")["gate"]
        return str(known.get(name, name))

    def qualifier(self, text: str) -> str:
        """Return what is printed after a verdict.

        >>> Words("zh").qualifier("in 2 of 3"), Words("zh").qualifier("proxy")
        ('3 个中的 2 个', '代理指标')
        """
        if self.language == "en":
            return text
        if found := COUNTED.fullmatch(text):
            return COUNTED_ZH[found[1]].format(*found.groups())
        return str(entries("terms")["qualifier"].get(text, text))

    def term(self, table: str, name: str) -> str:
        """Return a name that the data use, as `terms.toml` words it."""
        return self.either(entries("terms")[table][name])
