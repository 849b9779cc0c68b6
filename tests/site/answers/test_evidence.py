"""The records that pages are made of."""

from helpers.site.answers.evidence import build_board
from helpers.site.answers.strips import build_strip
from helpers.site.answers.told import classify_state
from helpers.site.languages import Words
from helpers.study import open_studies


def test_claim_answered_only_by_pooled_sources_counts_as_tested():
    """Sources too small alone answer as strata: a chart, not no data."""
    chats = open_studies(["fcc_gitter", "zulip_archives"])
    (answer,) = build_board(chats, ["s0-size-10-30-best"]).answers

    assert not answer.speaking
    assert classify_state(answer) == "tested"
    assert build_strip(answer, Words("en")).lines
