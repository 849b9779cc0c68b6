"""One table of what is seen of silent members, for pictures and sentences."""

from __future__ import annotations

import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.lurkers.attention import COLUMNS, summarise_attention
from helpers.study import open_studies, open_study

NAMES = ["chicago_rug", "community_reads", "rcontrib_slack", "stackexchange"]


@pytest.fixture(scope="module")
def table():
    """Tell it once."""
    return summarise_attention(open_studies(NAMES))


def test_attention_table_has_every_kind_of_trace(table):
    """Silence, later visits, reactions, words, other places, windows, bounds."""
    assert tuple(table.columns) == COLUMNS
    assert set(table["what"]) == {
        "silent", "seen again", "reacted", "wrote after all", "wrote elsewhere",
        "opened", "opened, bounds",
    }  # fmt: skip
    assert set(table.loc[table["what"].eq("opened"), "days"]) == {1, 7, 30}


def test_attention_shares_lie_within_their_limits(table):
    """A share is did of people; bounds have none."""
    told = table[table["what"].ne("opened, bounds")]
    assert told["share"].eq(told["did"] / told["people"]).all()
    assert (told["low"].le(told["share"]) & told["share"].le(told["high"])).all()
    assert table.loc[table["what"].eq("opened, bounds"), "share"].isna().all()


def test_follow_up_classes_add_up_to_all_members(table):
    """Three classes, and their sum."""
    seen = table[table["what"].eq("seen again") & table["days"].eq(28)]
    total = seen["followed"].eq("everybody")
    by = ["place", "who"]
    sums = seen[~total].groupby(by)[["did", "people"]].sum()
    assert sums.equals(seen[total].groupby(by)[["did", "people"]].sum())


def test_attention_shares_equal_the_verdicts(table):
    """What the table tells of the offline group is the verdict's number."""
    found = evaluate("s0-lurkers-still-identify", open_study("chicago_rug"))
    (row,) = table[
        table["who"].eq("without an attendance")
        & table["followed"].eq("84–168")
        & table["days"].eq(28)
    ].itertuples()
    assert (row.share, row.low, row.high) == pytest.approx(
        (found.estimate, found.low, found.high)
    )


def test_study_without_a_roster_has_no_attention_row():
    """Nothing is said of who is not listed."""
    assert summarise_attention(open_studies(["fcc_gitter"])).empty
