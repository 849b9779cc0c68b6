"""The records that pages are made of."""

from helpers.site.answers.dots import build_plots
from helpers.site.answers.evidence import build_board
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.told import classify_state
from helpers.site.languages import Words
from helpers.study import open_studies


def test_what_only_several_sources_answer_is_tested():
    """Sources too small alone answer as strata: a row of a plot, not no data."""
    chats = open_studies(["fcc_gitter", "zulip_archives"])
    (answer,) = build_board(chats, ["s0-size-10-30-best"]).answers

    assert not answer.speaking
    assert classify_state(answer) == "tested"
    (row,) = build_plots(answer, Numbers(()), Words("en"))[0].rows
    assert row.name == "The sources taken together"
    assert not row.page
