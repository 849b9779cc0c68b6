"""Dots on one axis are of one measure."""

from dataclasses import replace

from helpers.site.answers.board import Answer, Cell, Range
from helpers.site.answers.dots import build_plots, plot_of
from helpers.site.answers.quotable import Numbers
from helpers.site.languages import Words

CLAIM = "s0-lurkers-are-many"


def answer(*cells, **more):
    """Return an answer of some cells."""
    return Answer(claim=CLAIM, word=None, cells=cells, **more)


def cell(study, at, **more):
    """Return what a study says."""
    legs = (Range("", at, at - 0.1, at + 0.1),)
    return Cell(study=study, word="INCONCLUSIVE", legs=legs, **more)


OWN, OTHER = cell("raku_irc", 0.44), cell("rust_teams", 0.15, variant="never")


def test_each_measure_has_its_axis_and_its_words():
    """Never having taken part is not being silent for twelve weeks."""
    plots = build_plots(answer(OTHER, OWN), Numbers([]), Words("en"))
    assert [len(plot.rows) for plot in plots] == [1, 1]
    assert [plot.title for plot in plots] == [
        "Members silent for 84 days while others talked",
        "Listed members who never took part",
    ]


def test_what_the_sentence_tells_of_comes_first():
    """A row of the list draws what its sentence says."""
    told = answer(OWN, OTHER, variant="never")
    assert plot_of(told, Numbers([]), Words("en")).title.endswith("never took part")


def test_a_claim_without_an_estimate_has_an_empty_plot():
    """Nothing is drawn, and nothing breaks."""
    assert plot_of(answer(), Numbers([]), Words("zh")).rows == ()


def test_a_picture_shows_what_its_sentence_tells_of():
    """A stand-in is left to the claim's page, where others measure the thing."""
    other, t = cell("chicago_rug", 0.3, qualifiers=("proxy",)), Words("en")
    both = answer(OWN, other)
    assert [row.at for row in plot_of(both, Numbers([]), t).rows] == [44.0]
    (whole,) = build_plots(both, Numbers([]), t)
    assert [row.stands_in for row in whole.rows] == [False, True]
    assert [row.at for row in plot_of(answer(other), Numbers([]), t).rows] == [30.0]


def test_the_shaded_side_is_the_claims():
    """From the threshold to the end of the axis."""
    start, width = plot_of(answer(OWN), Numbers([]), Words("zh")).side
    assert start > 0
    assert start + width == 100


def test_an_axis_of_ratios_names_its_ends_and_marks_no_effect():
    """A share's axis needs neither; an interval without end leaves on its side."""
    legs = (Range("", 0.5, 0.25, float("inf")),)
    one = Cell(study="w3c_groups", word="INCONCLUSIVE", legs=legs)
    asked = replace(answer(one), claim="s0-novelty-decay")
    plot = plot_of(asked, Numbers([]), Words("zh"))
    assert plot.ends == ("← 更少", "更多 →")
    assert 0 < plot.null < 100
    assert plot.rows[0].beyond == ("right",)
    share = plot_of(answer(OWN), Numbers([]), Words("en"))
    assert (share.ends, share.null, share.rows[0].beyond) == ((), None, ())
