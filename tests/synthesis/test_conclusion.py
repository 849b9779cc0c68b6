"""A sentence that is quoted says what its evidence says, and fits a card."""

import re
from dataclasses import replace

import pytest

from helpers.claims.evaluation.sentences import measure_length
from helpers.prose import format_share
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.quoted import fill_note
from helpers.site.languages import Words, read_entries
from helpers.synthesis import conclusion
from helpers.synthesis.bound_numbers import list_named_numbers
from helpers.synthesis.certainty import Certainty
from helpers.synthesis.conclusion import (
    LANGUAGES,
    draw_conclusion,
    get_answer_name,
    get_certainty_name,
    read_bottom_lines,
)
from helpers.synthesis.decision import Answer
from helpers.synthesis.synthesis import run_synthesis
from tests.synthesis.planted import SHARE, shares

LONGEST = {"en": 25, "zh": 45}  # words, characters
NAMES = re.compile(
    r"\{[^}]*\}|W3C|V2EX|10–30|31–100"
)  # fields, proper names, sizes of the rule
HEDGES = {  # the verb of each certainty
    "very low": ("cannot tell", "说不准"),
    "low": (" may ", "可能|未必"),
    "moderate": ("probably", "很可能"),
}


@pytest.fixture(scope="module")
def conclusions(syntheses):
    """Return what is concluded on every claim over the public sources."""
    return {name: draw_conclusion(one) for name, one in syntheses.items()}


@pytest.fixture
def planted_line(monkeypatch):
    """Return a function that writes one bottom line for a planted claim."""

    def write(state):
        line = {"state": state, "en": "{estimate} did.", "zh": "有{estimate}。"}
        monkeypatch.setattr(conclusion, "read_bottom_lines", lambda: {SHARE: line})
        monkeypatch.setattr(conclusion, "is_named", lambda name: name != "s9")

    return write


def test_every_graded_claim_has_a_sentence_for_its_present_state(conclusions):
    """Where the data move an answer or its certainty, a sentence must be rewritten."""
    missing = {
        name: one.note or "no bottom line"
        for name, one in conclusions.items()
        if one.certainty and not one.written
    }
    assert not missing


def test_a_share_printed_once_for_two_sources_is_that_of_each(syntheses):
    """The sentence on lurkers prints one share for two sources."""
    named = list_named_numbers(syntheses["s0-lurkers-still-identify"])
    assert format_share(named["least"].value) == format_share(named["most"].value)
    assert named["k"].value == 2


def test_no_sentence_is_kept_for_a_claim_without_data(conclusions):
    """A sentence that nobody sees goes stale."""
    ungraded = {name for name, one in conclusions.items() if one.certainty is None}
    assert not ungraded & set(read_bottom_lines())


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_fit_a_card(conclusions, language):
    """At most 25 words or 45 characters once the numbers are filled in."""
    lengths = {
        name: measure_length(one.bottom_line(language), language)
        for name, one in conclusions.items()
        if one.written
    }
    assert not {n: of for n, of in lengths.items() if of > LONGEST[language]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_typed_into_a_sentence(language):
    """Every figure comes from the synthesis."""
    typed = {
        name: entry[language]
        for name, entry in read_bottom_lines().items()
        if re.search(r"\d", NAMES.sub("", entry[language]))
    }
    assert not typed


@pytest.mark.parametrize(("language", "place"), [("en", 0), ("zh", 1)])
def test_the_verb_says_no_more_than_the_certainty(language, place):
    """Each level has its word, and very low evidence concludes nothing."""
    bold = {
        name: entry[language]
        for name, entry in read_bottom_lines().items()
        if (hedge := HEDGES.get(entry["state"].partition(", ")[2]))
        and not re.search(hedge[place], entry[language])
    }
    assert not bold


def test_sentence_for_another_state_is_not_shown(planted_line):
    """The page falls back to the card and tells maintainers why."""
    synthesis = run_synthesis(SHARE, shares(0.80, 0.81, 0.82, se=0.05))
    planted_line("undecided, very low")
    one = draw_conclusion(synthesis)

    assert not one.written
    assert "undecided, very low" in one.note
    assert "%" in one.bottom_line("en")


def test_sentence_is_used_in_its_own_state_with_the_pooled_number(planted_line):
    """The number is that of the synthesis, in both languages."""
    synthesis = run_synthesis(SHARE, shares(0.80, 0.81, 0.82, se=0.05))
    grade = synthesis.grade.level.word
    planted_line(f"{synthesis.answer}, {grade}")
    pooled = f"{100 * synthesis.headline.pool.mean.estimate:.0f}%"
    one = draw_conclusion(synthesis)

    assert one.written
    assert one.bottom_line("en") == f"{pooled} did."
    assert one.bottom_line("zh") == f"有{pooled}。"
    assert one.bottom_line("en", lambda number: f"<{number.name}>") == "<estimate> did."


def test_own_groups_get_a_generated_sentence(planted_line):
    """What is written for public sources is never said of a reader's export."""
    verdicts = shares(0.80, 0.81, 0.82, se=0.05)
    synthesis = run_synthesis(SHARE, [*verdicts[:2], replace(verdicts[2], study="s9")])
    planted_line(f"{synthesis.answer}, {synthesis.grade.level.word}")
    one = draw_conclusion(synthesis)

    assert (one.written, one.note) == (False, "")


def test_sentence_that_quotes_a_missing_source_is_not_shown(planted_line, monkeypatch):
    """A number that these sources do not give is never left out of a sentence."""
    synthesis = run_synthesis(SHARE, shares(0.80, 0.81, 0.82, se=0.05))
    planted_line("")
    state = f"{synthesis.answer}, {synthesis.grade.level.word}"
    line = {"state": state, "en": "{w3c_groups.low}", "zh": "有"}
    monkeypatch.setattr(conclusion, "read_bottom_lines", lambda: {SHARE: line})

    assert "w3c_groups.low" in draw_conclusion(synthesis).note


def test_every_answer_and_level_has_a_name_in_both_languages():
    """No page prints the name of a constant."""
    names = [*map(get_answer_name, Answer), *map(get_certainty_name, Certainty)]
    assert all(name.en and name.zh for name in names)


def test_every_claim_without_data_has_a_sentence_too(conclusions):
    """Nothing is left unsaid, no field is left open."""
    for one in conclusions.values():
        for language in LANGUAGES:
            line = one.bottom_line(language)
            assert line
            assert "{" not in line


STRONG = {  # words that only evidence of moderate or high certainty carries
    "en": r"\b(?:prove[sdn]?|always|never|must|certainly|clearly|nearly all|almost all|"
    r"the vast majority|guarantees?|ensures?|causes?)\b",
    "zh": "必然|必定|证明了|证实|绝大多数|几乎所有|几乎全部|一定会|肯定|总是|"
    "从不|从来不|永远|无疑|导致",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["", "advice", "caution", "in_full"])
def test_strong_words_need_certain_evidence(conclusions, language, table):
    """A bottom line, advice or caution says "always" or "prove" where that is shown."""
    weak = {
        name: one
        for name, one in conclusions.items()
        if one.certainty and one.certainty < Certainty.MODERATE
    }
    if table:
        place, notes = LANGUAGES.index(language), read_entries(table)
        texts = {name: notes[name][place] for name in notes if name in weak}
        assert texts
    else:
        texts = {name: one.bottom_line(language) for name, one in weak.items()}
        assert len(texts) > 70
    strong = re.compile(STRONG[language], re.IGNORECASE)
    assert not {name: text for name, text in texts.items() if strong.search(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_is_said_with_a_hedge_where_certainty_is_low(conclusions, language):
    """A finding of "most" needs "may" or "we cannot tell" beside it."""
    most = {"en": r"\bmost\b", "zh": "多半|大多数|大部分"}[language]
    hedge = {"en": "may |cannot tell", "zh": "可能|说不准"}[language]
    lines = {
        name: one.bottom_line(language)
        for name, one in conclusions.items()
        if one.certainty and one.certainty < Certainty.MODERATE
    }
    said = {name: line for name, line in lines.items() if re.search(most, line)}
    assert said
    assert not {name: line for name, line in said.items() if not re.search(hedge, line)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("table", ["caution", "in_full"])
def test_cautions_quote_numbers_that_the_sources_give(syntheses, language, table):
    """A caution that names a missing number would vanish from its page."""
    cautions, words = read_entries(table), Words(language)
    assert all(
        fill_note(table, syntheses[name], Numbers([]), words) for name in cautions
    )


def test_every_source_on_three_months_lies_below_half(syntheses):
    """Its caution says that the answer does not depend on averaging the sources."""
    lead = syntheses["s0-three-month-death"].headline
    assert lead is not None
    assert all(entry.interval.high < 0.5 for entry in lead.entering)


def test_bias_towards_a_sources_own_side_is_marked_without_a_common_side(syntheses):
    """The average includes the threshold; one source lies where its bias pushes it."""
    found = syntheses["s1-over-90-fail"].headline
    marked = {entry.reading.study for entry in found.withheld}
    assert found.apparent is None
    assert marked == {"fcc_gitter", "zulip_archives"}  # the third includes it
