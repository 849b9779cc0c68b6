"""Numbers keep their names, and say the same in every file."""

import csv
import json

import pytest

from helpers import __version__, paths
from helpers.claims import read_register
from helpers.claims.contract.card import get_card
from helpers.errors import ShequnError
from helpers.prose import Prose
from helpers.site.answers.board import Answer, Board, Cell, Range
from helpers.site.answers.evidence import build_board
from helpers.site.answers.quotable import (
    Number,
    Numbers,
    list_headline_numbers,
    list_prose_numbers,
    list_recorded_names,
)
from helpers.site.pages import list_board_names, list_notebook_names
from helpers.study import open_studies

CLAIM = "s0-three-month-death"


def answer(*cells):
    """Return a claim over some studies."""
    pooled = (Range("mean", 0.5, 0.4, 0.6),)
    return Answer(claim=CLAIM, word=None, cells=cells, pooled=pooled)


def test_number_name_contains_claim_study_and_part():
    """Estimate, limits and number of groups; a study that is silent has none."""
    spoke = Cell(
        study="a_b", word="SUPPORTED", n=7, components=(Range("", 0.61, 0.5, 0.7),)
    )
    board = Board((answer(spoke, Cell(study="c", word="UNTESTABLE")),), {})
    found = {
        one.name.removeprefix(f"{CLAIM}."): one.value
        for one in list_headline_numbers(board)
    }
    assert found == {
        "a_b.estimate": 0.61,
        "a_b.low": 0.5,
        "a_b.high": 0.7,
        "a_b.n": 7.0,
        "pooled-mean.estimate": 0.5,
        "pooled-mean.low": 0.4,
        "pooled-mean.high": 0.6,
    }


def test_single_strata_have_their_own_named_numbers():
    """Of each place that an estimate over sources was combined from."""
    places = (Range("fcc_gitter", 1.4, 1.2, 1.6), Range("zulip_archives/rust", 1, 0, 2))
    components = (Range("", 1.1, 1.0, 1.2),)
    cell = Cell(
        study="corpora_at_hand", word="SUPPORTED", components=components, places=places
    )
    found = {one.name: one for one in list_headline_numbers(Board((answer(cell),), {}))}

    one = found[f"{CLAIM}.corpora_at_hand.fcc_gitter.low"]
    assert one.value == 1.2
    assert "learning to code, alone" in one.label
    assert found[f"{CLAIM}.corpora_at_hand.zulip_archives.rust.high"].value == 2


def test_the_three_files_hold_the_same_numbers(tmp_path):
    """JSON, CSV and LaTeX agree in names, and infinity is no JSON number."""
    some = [Number("a.x", 0.5, "50\u202f%", "p"), Number("b.y", float("inf"), "∞", "p")]
    Numbers(some).write(tmp_path)
    told = json.loads((tmp_path / "numbers.json").read_text("utf-8"))
    known = told["numbers"]
    assert known["a.x"]["value"] == 0.5
    assert known["a.x"]["text"] == "50%"
    assert known["a.x"]["page"] == "p"
    assert (told["version"], told["language"]) == (__version__, "en")
    assert known["b.y"]["value"] is None
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["a.x", "b.y"]
    tex = (tmp_path / "numbers.tex").read_text("utf-8")
    assert r"\@namedef{shequn@a.x}{50\,\%}" in tex
    assert r"\@namedef{shequn@b.y}{$\infty$}" in tex


def test_quotable_number_has_label_unit_and_page():
    """Label and unit come from the claim's card, or from the sentence."""
    spoke = Cell(
        study="fcc_gitter", word="SUPPORTED", n=7, components=(Range("", 1, 0, 1),)
    )
    found = {
        one.name: one for one in list_headline_numbers(Board((answer(spoke),), {}))
    }
    low = found[f"{CLAIM}.fcc_gitter.low"]
    assert low.unit == "share"
    assert get_card(CLAIM).components[0].measure("en") in low.label
    assert low.label.endswith("lower limit")
    (told,) = list_prose_numbers(
        ['So <span data-number="a" data-value="0.5">50 %</span>.'], "p"
    )
    assert (told.label, told.unit, told.page) == ("So 50 %.", "share", "p#number-a")


@pytest.mark.notebook
@pytest.mark.usefixtures("kept_verdicts")
def test_two_numbers_of_one_source_bear_their_frames():
    """The headline counts all groups founded; the answer those that ever spoke."""
    board = build_board(open_studies())
    numbers = list(list_headline_numbers(board))
    labels = {one.name: one.label for one in numbers}
    values = {one.name: one.value for one in numbers}
    listed, decides = f"{CLAIM}.fcc_gitter", f"{CLAIM}.fcc_gitter.decides"
    assert values[f"{decides}.estimate"] < values[f"{listed}.estimate"]
    assert "(groups that ever spoke)" in labels[f"{decides}.low"]
    assert "(all groups listed)" in labels[f"{CLAIM}.fcc_gitter.estimate"]
    assert "(groups that ever spoke)" in labels[f"{CLAIM}.pooled-mean.estimate"]


def test_number_label_is_the_english_sentence():
    """Who quotes a number reads what it is in English, without marks of emphasis."""
    said = Prose('*So* <span data-number="a" data-value="0.5">50 %</span>.', "一半。")
    (told,) = list_prose_numbers([said._repr_markdown_()], "p")
    assert told.label == "So 50%."


def test_one_name_never_stands_for_two_numbers():
    """Two values under one name are an error that names both pages."""
    with pytest.raises(ShequnError, match=r"a\.x is 1\.0 on p and 2\.0 on q"):
        Numbers([Number("a.x", 1.0, "1", "p"), Number("a.x", 2.0, "2", "q")])


def test_number_on_a_page_is_marked_with_name_and_value():
    """The mark carries name and full value, and its words are escaped."""
    marked = Number("a.x", 0.125, "<13>", "p").marked
    about = 'data-number="a.x" data-value="0.125"'
    assert marked == f"<span {about}>&lt;13&gt;</span>"


def test_number_names_in_sentences_equal_the_recorded_ones():
    """Renaming or dropping a number that notebooks tell needs a decision by hand."""
    claims = set(read_register())
    recorded = {
        n for n in list_recorded_names() if n.split(".")[0] not in claims | {"front"}
    }
    told = list_notebook_names(sorted(paths.NOTEBOOKS.glob("*.ipynb")))
    assert recorded - told == set(), "a write-up may rely on these"
    assert told - recorded == set(), "`make notebooks` records them"


@pytest.mark.notebook
@pytest.mark.usefixtures("kept_verdicts")
def test_estimate_names_equal_the_recorded_ones():
    """No estimate that can be quoted goes or changes its name unnoticed."""
    board = build_board(open_studies())
    claims = set(read_register())
    recorded = {
        n for n in list_recorded_names() if n.split(".")[0] in claims | {"front"}
    }
    assert recorded - list_board_names(board) == set(), "a write-up may rely on these"
