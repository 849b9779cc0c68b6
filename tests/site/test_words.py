"""The words that people read: the reader's, not the workshop's."""

import re
from importlib.resources import files

import pytest

from helpers.claims.evaluation.sentences import get_form, get_word_label
from helpers.claims.rules.interval_rules import Word
from helpers.site.languages import read_entries

WORKSHOP = re.compile("语料|断言|裁决|删失|在险|规格曲线|代理指标|不稳健|证伪")
EXPERTS = re.compile("专业上叫[^。]+。")  # the glossary says what experts say
SAID = ["word.MIXED", "word.HALF"]
FILES = {
    "helpers.site.words": ["terms.toml", "glossary.toml"],
    "helpers.wording": ["zh.po"],
    "helpers.figures": ["wording.toml"],
    "helpers.claims.evaluation": ["sentences.toml"],
    "helpers.claims.fixed": ["source_names.toml"],
    **{f"helpers.claims.themes.{theme}": ["cards.toml"] for theme in (
        "ads", "content", "failure", "fission", "leaders", "lifetime", "lurkers",
        "offline", "overload", "paid", "purpose", "rules", "size",
    )},
}  # fmt: skip


@pytest.mark.parametrize(
    ("room", "name"), [(room, name) for room, names in FILES.items() for name in names]
)
def test_chinese_pages_contain_no_project_jargon(room, name):
    """No word of the workshop stands where a reader reads."""
    text = files(room).joinpath(name).read_text("utf-8")
    assert not WORKSHOP.search(EXPERTS.sub("", text))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_answer_is_in_the_glossary(language):
    """Whoever meets the word of an answer can look it up as it stands."""
    listed = {pair[language][0] for pair in read_entries("glossary").values()}
    answers = {get_word_label(word, language) for word in Word}
    answers |= {get_form(key, language) for key in SAID}
    answers.add(get_form("part.stand_in", language).strip(" （()）"))
    assert answers <= listed
