"""What the page on trust counts, and the texts that it fills."""

import re
from types import SimpleNamespace

import pytest

from helpers.site import sections
from helpers.site.languages import LANGUAGES
from helpers.synthesis.decision import Answer


def test_analyses_of_undecided_claims_confirm_no_answer():
    """Of 136 that "agree", 86 were of single sources on undecided claims."""
    board = SimpleNamespace(
        answers=[
            SimpleNamespace(agreement=agreement, conclusion=SimpleNamespace(answer=of))
            for of, agreement in [
                (Answer.NOT_SUPPORTED, (31, 35, 0)),
                (Answer.UNDECIDED, (20, 24, 12)),
            ]
        ]
    )
    counts = [n for n, of in sections._count_alternatives(board) if of == 59]

    assert counts == [31, 8, 12, 8]


@pytest.mark.parametrize("language", LANGUAGES)
def test_trust_page_says_how_often_worlds_were_drawn(board, language):
    """What was "each many times" were 20 times for some."""
    page = sections.render_trust_page(board, language)
    _, drawn = sections._read_calibration()

    assert int(drawn["often"]) < int(drawn["worlds"])
    assert re.search(rf"{drawn['worlds']}.*{drawn['often']}.*{drawn['least']}\b", page)
