"""Both languages have every word."""

from string import Formatter

import pytest

from helpers.claims import read_register
from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import list_all_needs
from helpers.claims.rules.interval_rules import Word
from helpers.records import Observability
from helpers.site.claim_details import describe_rule
from helpers.site.languages import LANGUAGES, Words, read_entries


def test_every_page_text_has_both_languages():
    """Each entry is a pair, and both fill in the same values."""
    for table in read_entries("chrome").values():
        pairs = [
            (name, pair)
            for name, entry in table.items()
            for pair in (entry if isinstance(entry[0], list) else [entry])
        ]
        for name, (english, chinese) in pairs:
            assert chinese, name
            fields = [
                sorted({f for _, f, _, _ in Formatter().parse(text) if f})
                for text in (english or chinese, chinese)
            ]
            assert fields[0] == fields[1] or "${" in chinese, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_theme_and_level_has_words(language):
    """Nothing in the register lacks a name in either language."""
    t = Words(language)
    for word in (*Word, "MIXED", "HALF"):
        assert t.verdict(word)
        assert t(f"meaning.{word}")
    for one in read_register().values():
        assert t(f"theme.{one.theme}")
        assert t(f"level.{one.level}")


def test_every_need_and_property_has_a_chinese_name():
    """A refusal can be read in Chinese whatever is missing."""
    assert all(Words("zh").need(need.name) for need in list_all_needs())
    shown = set(Observability.__slots__) - {"left_truncated", "window_us"}
    assert shown == read_entries("terms")["property"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_sentence_per_component(language):
    """Each testable claim has a sentence a component, with nothing left to fill in."""
    for entry in read_register().values():
        components = describe_rule(Claim(entry), Words(language))
        assert (len(components) > 0) >= (entry.status == "testable"), entry.id
        assert not any("{" in component for component in components), entry.id
        assert len(components) != 2, entry.id
