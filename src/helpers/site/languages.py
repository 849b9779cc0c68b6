"""Texts of the website in English and Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from helpers.claims.contract.card import capitalise
from helpers.claims.contract.study_view import get_need
from helpers.claims.evaluation.sentences import format_unit, get_word_label
from helpers.claims.fixed.source_names import Place, is_named
from helpers.figures.citation import name_authors, read_author
from helpers.wording.messages import Language, render

__all__ = ["LANGUAGES", "Language", "Words", "read_entries"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")
CODE = re.compile(r"`(\w+)`")


@cache
def read_entries(name: str) -> Mapping[str, Any]:
    """Read a TOML file of website texts.

    >>> read_entries("chrome")["nav"]["claims"]
    ['Claims', '说法']
    """
    text = files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of the website in one language."""

    language: Language

    @property
    def code(self) -> str:
        """The language's HTML code."""
        return {"en": "en", "zh": "zh-CN"}[self.language]

    def __call__(self, key: str, **values: object) -> str:
        """Return the text for a key such as ``front.title``, filled in.

        >>> Words("zh")("nav.claims")
        '说法'
        """
        table, _, name = key.partition(".")
        text = self.either(read_entries("chrome")[table][name])
        return text.format(**values) if values else text

    def either(self, pair: list[str]) -> str:
        """Return this language's text from a list of English and Chinese text."""
        return pair[LANGUAGES.index(self.language)]

    def article(self, code: str) -> str:
        """Return an article's title; on English pages its translation.

        >>> Words("en").article("S4"), Words("zh").article("S4")
        ('What a group is at heart', '社群的本质')
        """
        told = read_entries("articles")[code]
        return str(told["meaning"][0] if self.language == "en" else told["title"][1])

    def need(self, name: str) -> str:
        """Return in this language what data a claim needs, by the need's code."""
        return self.sentence(get_need(name).what)

    def gate(self, name: str) -> str:
        """Return a data requirement's name in this language; else its code."""
        gates = {} if self.language == "en" else read_entries("terms")["gate"]
        return str(gates.get(name, name))

    def sentence(self, text: str) -> str:
        """Return a message in this language, or "" without a translation.

        >>> from helpers.wording import say
        >>> Words("zh").sentence(say("resampling {n} networks", n=4))
        '按 4 个网络重抽样'
        >>> Words("en").sentence("no survey → UNTESTABLE from logs")
        'no survey → no data from logs'
        """
        return render(text, self.language)

    def source(self, study: str) -> str:
        """Return the name of a public data source in this language.

        >>> Words("en").source("r_user_groups/meetup")
        'Data-science groups on Meetup · meetup'
        """
        return capitalise(Place(study).in_language(self.language))

    def author(self, study: str) -> str:
        """Return who published a public data source, as BibTeX names authors.

        >>> Words("zh").author("xiaobot_paid")
        'Reno9527 (GitHub 账号)'
        """
        author = read_author(study)
        for english, chinese in read_entries("chrome")["author"].values():
            author = author.replace(english, self.either([english, chinese]))
        return author

    def credit(self, study: str) -> str:
        """Return the name of a public data source after those who published it.

        >>> Words("en").credit("zh_s1_lounges")
        'TomoeMami (GitHub account) and others, Standing lounges of a Chinese forum'
        """
        both, others = self("cite.both"), self("cite.others")
        author = name_authors(self.author(study), both, others)
        name = self.source(study)
        return self("cite.by", author=author, name=name) if author else name

    def plain(self, text: str) -> str:
        """Return a source's description with names instead of codes.

        >>> Words("en").plain("as in `raku_irc`")
        "as in “A programming language's chat channels”"
        """
        return CODE.sub(
            lambda match: (
                f"“{self.source(match[1])}”" if self.knows(match[1]) else match[1]
            ),
            self.sentence(text) or self.english(text),
        )

    @staticmethod
    def english(text: str) -> str:
        """Return the English text of a message that has no translation."""
        return render(text, "en")

    @staticmethod
    def knows(name: str) -> bool:
        """Return whether a name is that of a public data source.

        >>> Words.knows("raku_irc"), Words.knows("own_clock")
        (True, False)
        """
        return is_named(name)

    def verdict(self, word: str) -> str:
        """Return the name of a verdict in this language.

        >>> Words("zh").verdict("FRAGILE")
        '不稳'
        """
        return get_word_label(word, self.language)

    def unit(self, name: str) -> str:
        """Return the name of the units that an estimate counts.

        >>> Words("zh").unit("newcomers")
        '名新人'
        """
        return format_unit(name, self.language)

    def term(self, table: str, name: str) -> str:
        """Return the text for a code in the data, from `terms.toml`."""
        return self.either(read_entries("terms")[table][name])
