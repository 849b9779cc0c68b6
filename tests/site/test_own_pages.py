"""Pages of a user's own groups are worded for their owner."""

from dataclasses import replace

import pytest

from helpers.site.answers.board import Answer, Board, Cell
from helpers.site.answers.quotable import Numbers
from helpers.site.claims_page import render_claims_page
from helpers.site.frontpage import render_front_page
from helpers.site.languages import LANGUAGES, Words
from helpers.site.reference_pages import render_study_page
from helpers.study import open_study
from helpers.study.own.own_manifest import READ_BY_RUN
from helpers.study.publish.study import YOURS

CARDS = "../your-groups.html"


@pytest.fixture
def board():
    """Return a claim that a user's groups cannot answer."""
    cells = (Cell(study="own", word="UNTESTABLE"),)
    lacking = {"word": "UNTESTABLE", "population": "UNTESTABLE"}
    return Board((Answer(claim="s0-three-month-death", cells=cells, **lacking),), {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_owner_page_does_not_mention_public_sources(board, language):
    """The owner's own export was called 1 public data sources."""
    t = Words(language)
    page = render_front_page(board, language, Numbers([]), own_cards=CARDS)

    assert t("front.title_own") in page
    assert "public" not in page
    assert "公开" not in page
    for said_to_others in ("front.run_text", "front.wechat_ours"):
        assert t(said_to_others) not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_of_claims_does_not_mention_public_sources(board, language):
    """Its key said that no public source records what the test needs."""
    page = render_claims_page(board, language)

    assert Words(language)("key.no_data_own") in page
    assert "public source" not in page.lower()
    assert "公开来源" not in page


def test_page_of_the_groups_is_linked_first(board):
    """It stood below nine claims without data."""
    page = render_front_page(board, "en", Numbers([]), own_cards=CARDS)
    assert page.index(CARDS) < page.index('class="famous"')


def test_list_of_groups_has_no_group_page(board):
    """A list has no messages, so no page of its groups."""
    assert "your-groups.html" not in render_front_page(board, "en", Numbers([]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_of_the_data_gives_the_answer_of_the_claim_s_own_page(language):
    """It said not supported, where the claim's page could not tell."""
    cell = Cell(study="own", word="CONTRADICTED")
    answer = Answer(claim="s0-three-month-death", word="CONTRADICTED", cells=(cell,))
    study = replace(open_study("zh_s1_lounges"), name="own")
    page = render_study_page(study, Board((answer,), {}), Numbers(()), language)
    assert answer.conclusion.word(language) in page
    assert "CONTRADICTED" not in page


def test_page_of_the_data_has_no_english_in_chinese():
    """Source, licence and row of one's own data were English."""
    study = replace(open_study("zh_s1_lounges"), name="own")
    facts = replace(
        study.manifest,
        source=f"{READ_BY_RUN}: WhatsApp TXT",
        licence=YOURS,
        row="a message of an export",
    )
    study = replace(study, manifest=facts)
    page = render_study_page(study, Board((), {}), Numbers(()), "zh")
    assert "读入的导出：WhatsApp TXT" in page
    assert "你自己的" in page
    assert "导出里的一条消息" in page
