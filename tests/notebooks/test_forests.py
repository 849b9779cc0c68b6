"""A chapter's picture says of each answer what it rests on and where it ends."""

import math

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.notebooks import draw_forest, forests

COLUMNS = ["claim", "source", "answer", "how", "estimate", "low", "high"]
DECAY, SHELLS, FEE = "s0-novelty-decay", "s0-200-of-343-shells", "s4-paying-is-a-gap"


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws answers: the figure, and its Chinese words."""
    kept = {}
    monkeypatch.setattr(
        forests, "show_figure", lambda f, _, **how: kept.update(how, figure=f)
    )

    def draw(*rows, variant="", frame="", barred=False):
        answers = pd.DataFrame(rows, columns=COLUMNS).assign(variant=variant, n=9)
        answers["study"] = "w3c_groups"
        answers["frame"], answers["barred"] = frame, barred
        draw_forest(answers, [], "a-forest", title="T", zh="题")
        kept["figure"].draw_without_rendering()
        return kept["figure"].axes[0], kept["words"]

    yield draw
    plt.close("all")


def words(axes):
    """Return what is written into a panel."""
    return [text.get_text() for text in axes.texts]


def test_the_ends_of_an_axis_are_named_in_both_languages(drawn):
    """Messages are fewer or more; the line of no effect is at 1."""
    axes, chinese = drawn((DECAY, "a", "supported", "", 0.4, 0.3, 0.5))
    assert {"← fewer", "more →"} < set(words(axes))
    assert chinese["← fewer"] == "← 更少"
    assert any(line.get_xdata()[0] == 1 for line in axes.lines)


def test_percentages_on_an_axis_have_no_space(drawn):
    """Titles say 40%, and the axis below them had said 40 %."""
    axes, _ = drawn((SHELLS, "a", "undecided", "", 0.4, 0.3, 0.5))
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert "40%" in labels


def test_several_values_of_an_axis_of_ratios_are_written(drawn):
    """However narrow the intervals are."""
    axes, _ = drawn((DECAY, "a", "supported", "", 1.01, 0.99, 1.02))
    low, high = axes.get_xlim()
    assert sum(low <= tick <= high for tick in axes.get_xticks()) > 3


def test_an_interval_that_leaves_the_picture_ends_in_an_arrow(drawn):
    """On either side, and it is drawn up to there."""
    axes, _ = drawn((DECAY, "a", "undecided", "", 0.4, 0.3, math.inf))
    assert [line.get_marker() for line in axes.lines].count(">") == 1
    right = axes.get_xlim()[1]
    assert any(list(line.get_xdata()) == [0.3, right] for line in axes.lines)


def test_a_ratio_without_a_lower_limit_keeps_its_axis(drawn):
    """It stays logarithmic, and an arrow says that the interval goes on."""
    axes, _ = drawn((DECAY, "a", "undecided", "", 0.4, 0.0, 3.0))
    assert axes.get_xscale() == "log"
    assert [line.get_marker() for line in axes.lines].count("<") == 1


def test_line_of_no_effect_does_not_cross_axis_labels(drawn):
    """It strikes through no word."""
    axes, _ = drawn((DECAY, "a", "supported", "", 0.4, 0.3, 0.5))
    bottom, top = axes.get_ylim()
    (null,) = (one for one in axes.lines if list(one.get_xdata()) == [1, 1])
    assert null.get_ydata()[0] * (bottom - top) >= 0.9


def test_counts_and_indirect_measures_are_labelled(drawn):
    """In both languages, beside the answer."""
    rows = [(SHELLS, name, "supported", name, 0.9, 0.9, 0.9) for name in ("count", "")]
    axes, chinese = drawn(*rows, (SHELLS, "s", "fragile", "indirect", 0.5, 0.4, 0.6))
    assert words(axes) == ["supported, a count", "supported", "fragile, indirect"]
    assert chinese["supported, a count"].endswith("，计数")


def test_failure_by_silence_alone_is_labelled(drawn):
    """Shares that count silence only had stood among failures, unmarked."""
    row = ("s1-over-90-fail", "a", "undecided", "indirect", 0.3, 0.2, 0.4)
    axes, chinese = drawn(row, frame="all created, silence alone")
    assert words(axes) == ["undecided, indirect, silence only"]
    assert chinese["undecided, indirect, silence only"].endswith("，只看沉寂")


def test_a_barred_source_is_labelled(drawn):
    """An interval far from the threshold had stood there as undecided, unexplained."""
    row = ("s1-over-90-fail", "a", "undecided", "", 0.3, 0.2, 0.4)
    axes, chinese = drawn(row, barred=True)
    assert words(axes) == ["undecided, barred"]
    assert chinese["undecided, barred"].endswith("，不许用来下结论")


def test_differences_of_shares_are_labelled_in_points(drawn):
    """A share more by a tenth is ten points, and nothing is on the axis."""
    axes, _ = drawn((FEE, "a", "supported", "", 0.2, 0.15, 0.3))
    written = [label.get_text() for label in axes.get_xticklabels()]
    assert {"+0", "+10"} <= set(written)


def test_sources_indirect_measure_the_order_of_their_estimates(drawn):
    """The largest first, as on a claim's page."""
    axes, _ = drawn(
        (DECAY, "less", "supported", "", 0.2, 0.1, 0.3),
        (DECAY, "more", "supported", "", 0.4, 0.3, 0.5),
    )
    assert [label.get_text() for label in axes.get_yticklabels()] == ["more", "less"]


def test_shaded_side_is_that_of_the_number_drawn(drawn):
    """Mails after a meeting were called deaths, and shaded below 0.8."""
    row = ("s3-offline-meetups-help", "a", "undecided", "indirect", 1.1, 0.7, 1.6)
    axes, _ = drawn(row, variant="seville")
    assert axes.get_xlabel().startswith("Mails")
    (side,) = axes.patches
    assert side.get_x() == 1.2
