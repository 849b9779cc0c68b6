"""Printed numbers: who asked, how many, and what they are of."""

import math

import pandas as pd
import pytest

from helpers.claims.printed import list_polls
from helpers.claims.quantity import get_quantity
from helpers.claims.register import get_claim
from helpers.errors import FewNetworksError
from helpers.files import read_description
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study
from pipeline.corpora.sources.press_surveys import FILES
from tests.raw_corpora import needs_raw, read_whole

CLAIM = "s2-overload-fatigue"


def test_polls_of_several_houses_are_no_single_place():
    """Two houses would be added up as if one panel had been asked."""
    tables = Evidence.of(open_study("press_surveys"))
    said = get_quantity("said").estimate
    with pytest.raises(FewNetworksError):
        said(
            tables, questions=["WeChat groups disturb normal life"], answers=["agrees"]
        )


@needs_raw
def test_overload_is_recomputed_from_the_raw_rows():
    """Independent recomputation: two polls of one house, Wilson's limits by hand."""
    rows = read_whole("press_surveys", "numbers.csv")
    own = rows[rows["claim"].eq(CLAIM) & rows["share"].isin([0.732, 0.754])]
    n, did = own["n"].sum(), (own["share"] * own["n"]).round().sum()
    share, z = did / n, 1.959963984540054
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n * n))
    tables = Evidence.of(open_study("press_surveys")).within("China Youth Daily")
    questions = own["question"].unique()
    found = get_quantity("said").estimate(
        tables, questions=questions, answers=["agrees"]
    )
    assert (found.low, found.high) == pytest.approx((middle - half, middle + half))
    assert found.n == n == 4006


def test_every_printed_number_has_chinese_words_and_a_place():
    """A page in Chinese must not print an English question."""
    polls = list_polls()
    words = polls[["question_zh", "answer_zh", "population_zh", "house_zh", "page"]]
    assert len(polls) == 124
    assert words.notna().all(axis=None)
    assert list_polls(CLAIM)["own"].iloc[0]


@needs_raw
def test_every_correction_is_of_a_raw_row():
    """A text that is not in the raw files would mend nothing."""
    rows = pd.concat([read_whole("press_surveys", name) for name in FILES])
    for column, texts in read_description("press_surveys")["corrected"].items():
        assert {*texts} <= {*rows[column]}, column


@needs_raw
@pytest.mark.parametrize(
    ("claim", "house", "did", "n"),
    [
        ("s1-ad-flood-is-death", "Xiamen Evening News", 159, 282),
        ("s0-community-not-fading", "China Youth Daily", 1499, 2002),
        ("s0-lurk-from-fear", "China Youth Daily", 1425, 2001),
        ("s2-moments-decline", "Dongguan forum", 382, 545),
        ("s2-low-value-majority", "China Youth Daily", 1750, 2002),
        ("s0-many-groups-exit", "China Youth Daily", 769, 2002),
    ],
)
def test_people_behind_a_share_are_those_of_the_printed_one(claim, house, did, n):
    """Counts worked out by hand from the printed shares and numbers of people."""
    reading = next(one for one in get_claim(claim).readings if one.key == "said")
    tables = Evidence.of(open_study("press_surveys")).within(house)
    found = get_quantity("said").estimate(tables, **reading.params)
    assert (found.n, round(found.estimate * n)) == (n, did)
