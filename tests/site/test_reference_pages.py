"""What the page of a source says of numbers that follow one another."""

import pytest

from helpers.claims.quantities.successions import list_successions, list_successors
from helpers.site.answers.evidence import build_board
from helpers.site.answers.quotable import Number, Numbers, list_headline_numbers
from helpers.site.reference_pages import (
    describe_succession,
    render_numbers_page,
    render_study_page,
)
from helpers.study import open_studies, open_study


def test_every_followed_number_of_a_lounge_is_counted_once():
    """In its year, with the middle of the days to the next."""
    study = open_study("zh_s1_lounges")
    each, told = list_successions(study), describe_succession(study)
    assert sum(int(row[1]) for row in told.rows) == len(each)
    year, _, days, _ = told.rows[-1]
    assert float(days) == pytest.approx(
        each.query(f"year == {year}")["days"].median(), abs=0.051
    )


def test_every_group_that_filled_is_counted_once():
    """Shares of a year add up to all of it."""
    study = open_study("zh_numbered_groups")
    told = describe_succession(study)
    assert sum(int(row[1]) for row in told.rows) == len(list_successors(study))
    for row in told.rows:
        parts = [float(cell.split()[0].replace("%", "")) for cell in row[2:]]
        assert sum(parts) == pytest.approx(100, abs=2)


def test_source_without_numbered_groups_has_no_succession_text():
    """Events alone are no numbers."""
    assert describe_succession(open_study("komodo_discord")) is None


def test_what_an_answer_takes_from_a_source_is_on_its_page_with_its_groups():
    """Its communities disagree, so it has no main estimate, and no number was there."""
    claim, name = "s1-over-90-fail", "sig_groups"
    board = build_board(open_studies(), [claim])
    numbers = Numbers(list_headline_numbers(board))
    page = render_study_page(open_study(name), board, numbers, "en")
    assert f"{claim}.{name}.in_answer.estimate" in page
    assert "(groups that ever spoke, silence only)" in page


def test_only_a_survey_says_nothing_on_joins_and_silence():
    """A bare list of groups has no more tables than a survey has of its own kind."""
    board = build_board(open_studies(), ["s1-over-90-fail"])
    numbers = Numbers(list_headline_numbers(board))
    says = {
        name: "## What it can tell" in render_study_page(study, board, numbers, "en")
        for name in ("so_survey_2017", "london_meetup", "xiaobot_paid")
        for study in [open_study(name)]
    }
    assert says == {
        "so_survey_2017": False,
        "london_meetup": True,
        "xiaobot_paid": True,
    }


def test_numbers_of_one_sentence_share_its_description():
    """It was printed once for each, and the page was 780,000 pixels high."""
    said = (("low", "from [2] to 9"), ("high", "from 2 to [9]"))
    both = [Number(f"a.{n}", 1.0, "1", "claims.html", text) for n, text in said]
    page = render_numbers_page(Numbers(both), "en")
    assert page.count("from 2 to 9") == 1
    assert page.index("a.low") < page.index("from 2 to 9")


def test_joins_recorded_for_a_while_are_not_said_to_be_unrecorded():
    """Its own notes say for how long; the list above them said never."""
    board = build_board(open_studies(), ["s1-over-90-fail"])
    numbers = Numbers(list_headline_numbers(board))
    page = render_study_page(open_study("komodo_discord"), board, numbers, "en")
    assert "joins: recorded in part" in page
    assert "joins: not recorded" not in page
