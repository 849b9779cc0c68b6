"""The page of a claim whose fit the data do not determine."""

from helpers.claims.contract.card import Text
from helpers.site.answers.board import Answer, Board, Cell
from helpers.site.answers.quotable import Numbers
from helpers.site.claim_pages import Surroundings, render_claim_page

CLAIM = "s4-retention-beats-acquisition"
WHY = "the fit does not converge"


def test_a_page_without_an_estimate_says_why_and_not_how_it_was_measured():
    """It said that what was measured is what is claimed."""
    said = Text("undecided", "说不准")
    answer = Answer(
        claim=CLAIM, word="INCONCLUSIVE", heard="INCONCLUSIVE", said=said,
        sentence=Text(f"Undecided: {WHY}.", f"说不准：{WHY}。"),
        cells=(Cell(study="own", word="INCONCLUSIVE", reason=WHY),),
    )  # fmt: skip
    board = Board((answer,), {})
    around = Surroundings(board, {}, {}, ("13.html", "Verdicts"))
    page = render_claim_page(answer, Numbers([]), around, "en")
    assert WHY in page.casefold()
    assert "was measured itself" not in page
