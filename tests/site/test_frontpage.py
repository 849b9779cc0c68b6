"""The front page says what a forecast of groups is worth."""

import pandas as pd
import pytest

from helpers.claims.contract.card import get_card
from helpers.forecast.record import POOLED, read_record
from helpers.site.answers.board import Answer, Board, Cell
from helpers.site.answers.quotable import Numbers
from helpers.site.frontpage import render_front_page
from helpers.site.languages import LANGUAGES, Words, read_entries


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_says_where_a_forecast_fails(language):
    """The finding stood in its chapter only."""
    cells = (Cell(study="fcc_gitter", word="INCONCLUSIVE"),)
    answer = Answer(
        claim="s0-three-month-death", cells=cells, word=None, population="UNTESTABLE"
    )
    page = render_front_page(Board((answer,), {}), language, Numbers([]))
    scores = read_record("scores")
    rows = scores[
        scores["kind"].eq("chat")
        & scores["days"].eq(28)
        & scores["model"].isin(["all features", "size alone"])
        & scores["outcome"].eq("alive")
        & scores["source"].ne(POOLED)
    ]
    pairs = rows["alive"] * (rows["groups"] - rows["alive"])
    sums = pd.DataFrame({"won": rows["auc"] * pairs, "pairs": pairs})
    ranked = sums.groupby([rows["model"], rows["held_out"]]).sum().eval("won / pairs")

    for tried in (
        ("all features", "groups"), ("all features", "source"), ("size alone", "source")
    ):  # fmt: skip
        assert f"{100 * ranked[tried]:.0f}%" in page
    assert Words(language)("front.forecast") in page
    refused = Words(language)("front.forecast_none") in page
    assert refused != read_record("use")["usable"].any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_famous_claim_without_data_is_not_left_out(language):
    """Of five famous claims the one on advertisements was not mentioned."""
    answer = Answer(
        claim="s1-ad-flood-is-death",
        cells=(Cell(study="fcc_gitter", word="UNTESTABLE"),),
        word="UNTESTABLE",
        population="UNTESTABLE",
    )
    page = render_front_page(Board((answer,), {}), language, Numbers([]))

    assert get_card(answer.claim).question(language) in page
    assert answer.sentence(language) in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_page_defines_failed_and_dead(language):
    """Its first two cards use both words."""
    page = render_front_page(Board((), {}), language, Numbers([]))

    for name in ("failed", "death"):
        assert read_entries("glossary")[name][language][1] in page
