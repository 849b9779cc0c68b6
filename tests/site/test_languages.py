"""Both languages have every word."""

import re
from string import Formatter

import pytest

from helpers.claims import read_register
from helpers.claims.contract.data_needs import list_all_needs
from helpers.claims.rules.interval_rules import Word
from helpers.records import Observability
from helpers.site.claim_details import describe_rule
from helpers.site.languages import LANGUAGES, Words, read_entries

GAP = re.compile(r"(?<=\w)#|#(?![a-z]{3})")  # for a number; #name is a channel


def test_every_word_of_the_pages_is_there_twice():
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
    needs = {need.name for need in list_all_needs()}
    assert needs <= read_entries("terms")["need"].keys()
    shown = set(Observability.__slots__) - {"left_truncated", "window_us"}
    assert shown == read_entries("terms")["property"].keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_can_be_told(language):
    """Each testable claim has a sentence a component, with nothing left to fill in."""
    for entry in read_register().values():
        components = describe_rule(entry, Words(language))
        assert (len(components) > 0) >= (entry.status == "testable"), entry.id
        assert not any("{" in component for component in components), entry.id
        assert len(components) != 2, entry.id


def test_every_phrase_keeps_its_numbers():
    """What an estimator wrote has as many numbers in Chinese, and none is made up."""
    for english, chinese in read_entries("phrases")["phrase"].items():
        named = {f for _, f, _, _ in Formatter().parse(chinese) if f}
        kept = chinese.count("#") or len(named)
        assert kept == len(GAP.findall(english)), english
        assert not (named and "#" in chinese), english


def test_a_sentence_is_chinese_whole_or_not_at_all():
    """A piece without words leaves the whole in English, as the page then says."""
    t = Words("zh")
    assert t.sentence("silence of 60 days (last message); ads not known").endswith("知")
    assert t.sentence("silence of 60 days (last message); quite new") == ""
    assert t.sentence("last message, without lean") == "最后一条消息，不含 lean"
