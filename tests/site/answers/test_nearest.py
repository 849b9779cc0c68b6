"""What comes nearest to the groups that the articles mean is told where it matters."""

import pytest

from helpers.prose import format_count
from helpers.site import sections
from helpers.site.answers.board import Answer, Board, Cell, Range
from helpers.site.answers.nearest import list_near_answers, list_near_sources
from helpers.site.answers.quotable import Numbers, list_headline_numbers
from helpers.site.frontpage import render_front_page
from helpers.site.languages import LANGUAGES, Words, read_entries
from helpers.site.reference_pages import render_study_page
from helpers.study import open_studies

NEAR = "zh_s1_lounges"


@pytest.fixture(scope="module")
def board():
    """Return a claim that lounges answer, numbered groups do not, and a chat does."""
    found = (Range("", 0.4, 0.3, 0.5),)
    cells = (
        Cell(study="fcc_gitter", word="SUPPORTED", components=found),
        Cell(study="zh_numbered_groups", word="UNTESTABLE"),
        Cell(study=NEAR, word="INCONCLUSIVE", components=found),
    )
    lacking = {"word": None, "population": "UNTESTABLE"}
    return Board((Answer(claim="s1-not-centralised", cells=cells, **lacking),), {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_claim_page_lists_answers_of_the_nearest_sources(board, language):
    """With answer and number; not who has none."""
    t, numbers = Words(language), Numbers(list_headline_numbers(board))
    (told,) = list_near_answers(board.answers[0], numbers, t)
    assert (told.name, told.word) == (t.source(NEAR), "INCONCLUSIVE")
    assert "40" in told.number


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_and_data_list_describe_the_nearest_sources(board, language):
    """Both sources, each with what it is and what it is not."""
    t = Words(language)
    studies = open_studies(list(board.studies))
    front = render_front_page(board, language, Numbers([]))
    data = sections.render_data_page(studies, board, language)
    for one in list_near_sources(board.studies, t):
        for page in (front, data):
            assert one.is_ in page
            assert one.is_not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_list_names_labelled_sets_with_licence_and_rows(board, language):
    """Labelled messages were read and counted, and no page named them."""
    t, words = Words(language), dict(read_entries("labelled"))
    head = words.pop("head")
    data = sections.render_data_page(open_studies(list(board.studies)), board, language)
    used = {"n": format_count(1563), "of": format_count(1770)}
    assert t.either(head["used"]).format(**used) in data
    for one in words.values():
        for key in ("name", "shows", "licence"):
            assert t.either(one[key]) in data


def test_only_pages_of_nearest_sources_are_marked_as_such(board):
    """And that of another does not."""
    numbers = Numbers(list_headline_numbers(board))
    chat, _, lounges = open_studies(list(board.studies))
    said = Words("en")("nearest.study")
    assert said in render_study_page(lounges, board, numbers, "en")
    assert said not in render_study_page(chat, board, numbers, "en")
