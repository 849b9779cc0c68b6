"""What the top of a claim's page says in plain numbers."""

import re

import pytest

from helpers.site.answers.board import Answer
from helpers.site.answers.quotable import Numbers
from helpers.site.claim_summary import summarise_claim
from helpers.site.languages import LANGUAGES, Words

REPEATED = re.compile(r"(?<![\d.,])([−+]?[\d.,]+%?) ?(?:to|到|–) ?\1(?![\d.,]*\d)")


@pytest.fixture(scope="module", params=LANGUAGES)
def summaries(request, syntheses):
    """Return the texts at the top of every claim's page, by claim."""
    t, numbers = Words(request.param), Numbers([])
    answers = [
        Answer(claim=c, word=None, cells=(), synthesis=s) for c, s in syntheses.items()
    ]
    return {one.claim: summarise_claim(one, numbers, t) for one in answers}


def test_no_interval_runs_from_a_number_to_itself(summaries):
    """A number whose limits are rounded to it is given once, not as "20 to 20"."""
    shown = {
        (name, text)
        for name, one in summaries.items()
        for _, text in one.absolute
        if REPEATED.search(text)
    }
    assert sum(len(one.absolute) for one in summaries.values()) > 50
    rows = [
        (name, re.sub(r"<[^>]+>|\u202f%", "", str(row.value)))
        for name, one in summaries.items()
        for chart in one.charts
        for section in chart.sections
        for row in section.rows
    ]
    assert not shown
    assert not [row for row in rows if REPEATED.search(row[1])]


def test_a_number_that_two_sources_share_is_given_once(summaries):
    """Two sources with 20 of 100 each: about 20, not 20 to 20."""
    ((_, text), *_) = summaries["s0-lurkers-still-identify"].absolute
    assert "about 20 of 100" in text or "约 20 个" in text
