"""Page, card, citation, files and record say the same of every claim."""

import csv
import io
import re
from html import unescape

import pytest

from helpers.site.answers.evidence import HEARD
from helpers.site.answers.evidence_chart import build_charts
from helpers.site.answers.quotable import Numbers, list_headline_numbers
from helpers.site.answers.told import describe_answer
from helpers.site.claim_citations import build_citation, cite_claim, list_claim_files
from helpers.site.claim_pages import Surroundings, render_claim_page
from helpers.site.languages import LANGUAGES, Words
from helpers.synthesis.bound_numbers import EN
from helpers.synthesis.record import record_of

SENTENCE = re.compile(r'<p class="sentence">(.*?)</p>', re.DOTALL)
WORD = re.compile(r'<strong class="answer-word (\w+)">.*?</span>(.*?)</strong>')


def strip_tags(html):
    """Return what a reader sees of some HTML."""
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.fixture(scope="module")
def pages(board):
    """Return every claim's page in both languages."""
    numbers = Numbers(list_headline_numbers(board))
    around = Surroundings(board, {}, {}, ("13.html", "Verdicts"))
    return {
        (answer.claim, t): render_claim_page(answer, numbers, around, t)
        for answer in board.answers
        for t in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_card_citation_and_record_give_the_same_answer(board, pages, language):
    """One object: word, certainty and sentence of page, card, citation and record."""
    for answer in board.answers:
        one, page = answer.conclusion, pages[answer.claim, language]
        line, (code, word) = one.bottom_line(language), WORD.search(page).groups()
        citation = build_citation(answer, Words(language))
        key = "bottom_line" if language == "en" else "bottom_line_zh"

        assert strip_tags(SENTENCE.search(page)[1]) == line
        assert (code, unescape(word)) == (one.answer.name.lower(), one.word(language))
        assert describe_answer(answer, language).sentence == line
        assert answer.sentence(language) == line
        assert answer.heard == HEARD[one.answer]
        assert citation.line == line
        assert citation.answer.startswith(one.word(language))
        assert one.certainty_name(language) in citation.answer
        assert record_of(answer.synthesis)[key] == line


def test_files_of_a_claim_hold_every_row_of_its_chart(board):
    """The CSV has the answer and the chart's rows, and BibTeX the sentence."""
    for answer in board.answers:
        files = dict(list_claim_files(answer))
        cited = cite_claim(answer, Words("en"))
        rows = list(csv.DictReader(io.StringIO(files[cited.csv])))
        charts = build_charts(answer, Numbers([]), Words("en"))
        drawn = [r for c in charts for section in c.sections for r in section.rows]

        told = [(row["role"], row["verdict"]) for row in rows[:2]]
        words = [answer.conclusion.word(t) for t in ("en", "zh")]
        assert told == list(zip(("answer", "answer_zh"), words, strict=True))
        assert len(rows) == 2 + len(drawn)
        assert all(row["source_zh"] for row in rows if row["source"])
        chinese = cite_claim(answer, Words("zh"))
        for one, t in ((cited, "en"), (chinese, "zh")):
            key = answer.claim if t == "en" else f"{answer.claim}-zh"
            assert f"@misc{{shequn-{key}," in files[one.bib]
            assert one.bibtex == files[one.bib].strip()
            assert f"% {Words(t)('cite.add')}\n@misc{{shequn-" in one.bibtex
            assert answer.conclusion.word(t) in one.bibtex
            assert "<" not in one.bibtex + one.plain  # no marks of the page


def test_marked_numbers_of_a_sentence_are_those_of_the_numbers_file(board, pages):
    """A number that names its source has the value that is published for it."""
    known = Numbers(list_headline_numbers(board)).by_name
    marked = re.compile(r'data-number="([^"]+)" data-value="([^"]+)"')
    for page in pages.values():
        for name, value in marked.findall(SENTENCE.search(page)[1]):
            assert known[name].value == float(value)


def test_page_without_data_shows_no_certainty(board, pages):
    """No certainty, no chart, no reasons are printed where nothing was measured."""
    for answer in board.answers:
        if answer.conclusion.certainty is None:
            page = pages[answer.claim, "en"]
            assert 'class="certainty"' not in page
            assert 'class="evidence"' not in page


def test_citation_names_as_many_sources_as_its_sentence_counts(board):
    """A source within a quoted range has no number in the sentence, but has data."""
    words, t = EN.split(), Words("en")
    several = "|".join(words[2:])
    for answer in board.answers:
        counted = re.search(
            rf"\b({several}) (?:\w+[ -]){{0,2}}sources",
            answer.conclusion.bottom_line("en").lower(),
        )
        if answer.synthesis and counted:
            entries = cite_claim(answer, t).bibtex.partition("@misc{shequn-")[0]
            sources = re.findall(r"@\w+\{([a-z0-9_]+),", entries)  # studies have a dash
            assert len(sources) >= words.index(counted[1]), answer.claim
