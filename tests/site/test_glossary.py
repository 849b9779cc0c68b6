"""The special words of the pages are in the glossary, in both languages.

Which words are special is derived: statisticians' words from the methods of the
register, units and answers from where sentences take them, kinds of numbers from the
cards. Pages are read where their words are written: tables of words, cards, what
estimators note, what sources say of themselves, chapters.
"""

import json
import re
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import snowballstemmer

import helpers
from helpers import paths
from helpers.claims import read_register
from helpers.claims.contract.card import get_card
from helpers.claims.evaluation.sentences import format_unit
from helpers.site.languages import LANGUAGES, read_entries
from helpers.site.reference_pages import _sort_key

HOME = Path(helpers.__file__).parent
WRITTEN = (
    "site/words/chrome.toml", "wording/zh.po", "site/words/terms.toml",
    "figures/wording.toml", "claims/evaluation/sentences.toml",
    "claims/contract/data_needs.toml", "claims/literature.toml",
    "claims/themes/*/cards.toml", "corpora/sources/*.toml",
)  # fmt: skip
WORD = re.compile(r"[a-z][a-z-]{3,}")
KIND = re.compile(r"\(([a-z ]+)\)$")
COUNTER = "个名份段次对组拨"  # Chinese counts with them; no part of a unit's name
STEM = snowballstemmer.stemmer("english").stemWord
ORDINARY = [  # as everywhere else
    "analysis", "beside", "births", "brand-solves-all", "calendar", "contrast",
    "contribute", "correction", "dates", "description", "excluding", "hour", "index",
    "joiner", "launch", "load", "meta", "mixed", "offered", "order", "otherwise",
    "reported", "sets", "stacked", "volume", "zeros",
]  # fmt: skip


def stems(text):
    """Return the words of a text by their stems."""
    return {STEM(word): word for word in WORD.findall(text.casefold())}


@cache
def written():
    """Return all that pages are written from, in one text."""
    tables = [file for pattern in WRITTEN for file in sorted(HOME.glob(pattern))]
    books = [
        json.loads(one.read_text("utf-8")) for one in paths.NOTEBOOKS.glob("*.ipynb")
    ]
    cells = [cell for book in books for cell in book["cells"]]
    prose = ["".join(one["source"]) for one in cells if one["cell_type"] == "markdown"]
    return " ".join([*(one.read_text("utf-8") for one in tables), *prose])


@cache
def special():
    """Return statisticians' words that pages use, and that no claim itself uses."""
    register = read_register()
    methods = stems(" ".join(one.method for one in register.values()))
    asked = [get_card(name) for name in register]
    plain = stems(" ".join(f"{one.claim.en} {one.question.en}" for one in asked))
    plain |= stems(" ".join(one.en for one in register.values()))
    plain |= stems(" ".join(ORDINARY))
    used = stems(written())
    return sorted(used[one] for one in used.keys() & methods.keys() - plain.keys())


def units():
    """Return the units that are called by more than one word."""
    text = files("helpers.claims.evaluation").joinpath("sentences.toml")
    names = tomllib.loads(text.read_text("utf-8"))["unit"]
    return [name for name in names if " " in format_unit(name, "en")]


def told(language):
    """Return the glossary as it is read in one language."""
    return " ".join(
        " ".join(one[language]) for one in read_entries("glossary").values()
    )


@pytest.mark.parametrize("word", special())
def test_a_word_of_statisticians_is_explained(word):
    """What the register computes with, and a page names, can be looked up."""
    explained = [
        one
        for one in read_entries("glossary").values()
        if STEM(word) in stems(" ".join(one["en"]))
    ]
    assert explained
    assert all(re.search("[\u4e00-\u9fff]", one["zh"][1]) for one in explained)


def test_special_word_list_is_neither_empty_nor_everything():
    """The list is neither empty nor everything."""
    assert 20 < len(special()) < 200
    assert {"log-rank", "placebo", "regression"} <= set(special())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", units())
def test_a_unit_of_several_words_is_explained(language, name):
    """Whoever reads what an n counts can look it up."""
    said = format_unit(name, language)
    assert said.lstrip(COUNTER) in told(language).casefold()


def test_the_kinds_of_numbers_are_explained():
    """What stands in brackets behind a measure is what its number is."""
    components = [
        component for name in read_register() for component in get_card(name).components
    ]
    kinds = {
        kind for component in components for kind in KIND.findall(component.measure.en)
    }
    assert len(kinds) > 2
    assert not [kind for kind in kinds if stems(kind).keys() - stems(told("en")).keys()]


def test_chinese_terms_are_in_the_order_of_their_pinyin():
    """弹 is read tán in elasticity, 重 chóng in resampling, 调 tiáo in adjusted."""
    names = [pair["zh"][0] for pair in read_entries("glossary").values()]
    ordered = sorted(names, key=lambda term: _sort_key(term, "zh"))
    at = {name.partition("（")[0]: place for place, name in enumerate(ordered)}
    for before, after in (
        ("说不准", "弹性"),
        ("弹性", "调整"),
        ("沉寂", "重抽样"),
        ("重抽样", "窗口"),
        ("校验和", "界线"),
    ):
        assert at[before] < at[after]
