"""Texts of the website in English and Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from helpers.claims.contract.card import capitalise
from helpers.claims.contract.data_needs import list_all_needs
from helpers.claims.evaluation.sentences import format_unit, get_word_label
from helpers.claims.evaluation.verdict import FAILED
from helpers.claims.fixed.source_names import get_plain_name, is_named
from helpers.claims.rules.interval_rules import Word
from helpers.wording.catalogue import render

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
COUNTED = re.compile(r"(within|in all|in) (\S+)(?: of (\S+))?")
NUMBER = re.compile(r"\d+(?:[.,\u202f]\d+)*")
PERCENT = re.compile(r"#\s?%")
WITHOUT = re.compile(r"without ([a-z_]+)")  # a network of a corpus
PLACE = re.compile(r"within ([a-z]\w*_\w*(?:/[^\s,;]+)?)")  # a source or its network
PART = re.compile(rf"([^\s;]+/[^;]+) ({'|'.join(Word)})")  # what one network of it says
NOT_COMPUTED = re.compile(rf"{FAILED}(\w+)(?: at (\w+\.py), line (\d+))?")
JOINTS = (("; ", "；"), (", ", "，"))
COUNTED_ZH = {"within": "限于 {1}", "in all": "全部 {1} 个", "in": "{2} 个中的 {1} 个"}
CODE = re.compile(r"`(\w+)`")
CODED = re.compile("|".join(rf"\b{word}\b" for word in Word))
SHORTHAND = (
    (re.compile(r"\bHR\b"), "hazard ratio"),
    (re.compile(r"\bSD\b"), "standard deviation"),
    (re.compile(r"\bpp\b"), "points"),
    (re.compile(r"\bW = (\d+)"), r"\1 days"),
    (re.compile(r"\bsilent for W days"), "silent for so long that it counts as death"),
    (re.compile(r"\bneither W\b"), "neither length of silence"),
    (
        re.compile(
            r"(?<![\d.,\u202f])1 ((?:calendar |whole )?(?:group|network|source|message"
            r"|year|quarter|week|day|death|newcomer|lurker|leg))s\b"
        ),
        r"1 \1",
    ),
    (re.compile(r"(?<![\d.,\u202f])1 people\b"), "1 person"),
)


@cache
def read_entries(name: str) -> Mapping[str, Any]:
    """Read a TOML file of website texts.

    >>> read_entries("chrome")["nav"]["claims"]
    ['Claims', '说法']
    """
    text = files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _list_needs() -> Mapping[str, str]:
    return {need.name: need.what for need in list_all_needs()}


@cache
def _translate_needs() -> Mapping[str, str]:
    """Return the Chinese names of data needs, by English name."""
    translations = read_entries("terms")["need"]
    return {
        what: translations[name]
        for name, what in _list_needs().items()
        if name in translations
    }


def _translate_sentence(text: str, joints: tuple[tuple[str, str], ...] = JOINTS) -> str:
    """Translate an estimator's sentence to Chinese, or return ""."""
    pattern = PERCENT.sub("# %", NUMBER.sub("#", text))
    if phrase := read_entries("phrases")["phrase"].get(pattern):
        numbers = NUMBER.findall(text)
        ordered = str(phrase).replace("#", "{}")
        return ordered.format(*(numbers if "{}" in ordered else ("", *numbers)))
    if named := _translate_name(text):
        return named
    if not joints:
        return ""
    (mark, chinese), *finer = joints
    pieces = [_translate_sentence(piece, tuple(finer)) for piece in text.split(mark)]
    return chinese.join(pieces) if all(pieces) else ""


def _translate_failure(text: str) -> str:
    """Translate an estimator's error text to Chinese, or return ""."""
    if not (failed := NOT_COMPUTED.fullmatch(text)):
        return ""
    place = f"（{failed[2]} 第 {failed[3]} 行）" * bool(failed[2])
    return f"没能算出来：{failed[1]}{place}"


def _translate_name(text: str) -> str:
    """Translate a source's or need's name to Chinese, or return ""."""
    if named := WITHOUT.fullmatch(text):
        return f"不含 {named[1]}"
    if placed := PLACE.fullmatch(text):
        return f"{_place_said(placed[1], 'zh')}之内"
    if part := PART.fullmatch(text):
        return f"{Words('zh').source(part[1])}：{get_word_label(part[2], 'zh')}"
    return _translate_needs().get(text) or _translate_failure(text)


def _place_said(study: str, language: Language) -> str:
    """Return the plain name of a source or network for use in a sentence."""
    _, _, network = study.partition("/")
    return " · ".join(filter(None, (get_plain_name(study, language), network)))


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
        """Return the text in this language from a pair."""
        return pair[LANGUAGES.index(self.language)]

    def need(self, name: str) -> str:
        """Return the name of a data need in this language."""
        if self.language == "en":
            return _list_needs()[name]
        return str(read_entries("terms")["need"].get(name, _list_needs()[name]))

    def gate(self, name: str) -> str:
        """Return the name of a data requirement in this language."""
        gates = {} if self.language == "en" else read_entries("terms")["gate"]
        return str(gates.get(name, name))

    def qualifier(self, text: str) -> str:
        """Return the text of a verdict's qualifier in this language.

        >>> Words("zh").qualifier("in 2 of 3"), Words("zh").qualifier("proxy")
        ('3 个中的 2 个', '间接测量')
        """
        if self.language == "en":
            return text
        if match := COUNTED.fullmatch(text):
            return COUNTED_ZH[match[1]].format(*match.groups())
        return str(read_entries("terms")["qualifier"].get(text, text))

    def sentence(self, text: str) -> str:
        """Return an estimator's text in this language, or "".

        >>> Words("zh").sentence("31 groups, 50 needed; resampling 4 networks")
        '有 31 个群，需要 50 个；按 4 个网络重抽样'
        """
        if self.language == "en":
            return self.english(text)
        return render(text, "zh") or _translate_sentence(text)

    def source(self, study: str) -> str:
        """Return the name of a data source in this language.

        >>> Words("en").source("r_user_groups/meetup")
        'Data-science groups on Meetup · meetup'
        """
        return capitalise(_place_said(study, self.language))

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
        """Return an estimator's English text without abbreviations and codes.

        >>> Words.english("HR per +10 pp; 1 groups, 21 groups needed")
        'hazard ratio per +10 points; 1 group, 21 groups needed'
        >>> Words.english("no dated levers → UNTESTABLE")
        'no dated levers → no data'
        """
        for short, full in SHORTHAND:
            text = short.sub(full, text)
        text = PLACE.sub(lambda at: f"within {_place_said(at[1], 'en')}", text)
        return CODED.sub(lambda match: get_word_label(match[0], "en"), text)

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
