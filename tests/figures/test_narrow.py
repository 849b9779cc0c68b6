"""A figure is redrawn for a phone, and comes back as it was."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.text import Text

from helpers import figures
from helpers.figures.checks import check_figure
from helpers.figures.lettering import measure_width
from helpers.figures.narrow import draw_narrow
from helpers.figures.style import set_words


def state(figure):
    """Return all that a phone's picture changes."""
    words = [(one.get_text(), one.get_visible()) for one in figure.findobj(Text)]
    axes = [
        (one.get_subplotspec(), one.get_ylim(), list(one.get_xticks()))
        for one in figure.axes
    ]
    return list(figure.get_size_inches()), words, axes


def drawn_narrow(figure):
    """Return the block in which a figure is narrow."""
    return draw_narrow(figure, 3.0, lambda: set_words(figure, title="Some title"))


def test_a_narrow_figure_is_one_column_wide_and_legible(drawn):
    """It is 89 mm wide, no word is small or runs off, and panels stand in a row."""
    drawn.draw_without_rendering()
    with figures.apply_style(), drawn_narrow(drawn):
        assert drawn.get_figwidth() * 25.4 == pytest.approx(89)
        check_figure(drawn, "x")
        lefts = {round(axes.get_position().x0, 2) for axes in drawn.axes}
        assert len(lefts) == 1


def test_figure_is_restored_after_narrow_drawing(drawn):
    """Ticks, names, words and places of panels are restored."""
    with figures.apply_style():
        drawn.draw_without_rendering()
        before = state(drawn)
        with draw_narrow(drawn, 3.0, lambda: None):
            assert state(drawn) != before
        drawn.draw_without_rendering()
    assert state(drawn) == before


def test_long_row_names_do_not_narrow_the_plot(drawn):
    """Names that would take a third of a phone's width go above their rows."""
    drawn.draw_without_rendering()
    names = [one.get_text() for one in drawn.axes[0].get_yticklabels()]
    if max(measure_width(name, 7) for name in names) < 60:
        pytest.skip("its rows have no long names")
    with figures.apply_style(), drawn_narrow(drawn):
        left = drawn.axes[0].get_position().x0
        shown = [one.get_text() for one in drawn.axes[0].texts if one.get_visible()]
    assert left < 0.1
    assert {*names, "supported"} <= set(shown)


def test_bar_names_are_wrapped_beside_the_bars():
    """Nothing is written on what is filled; long names take several lines."""
    figures.use_style()
    figure = sns.barplot(x=[3, 5], y=["a name as long as this one is", "b"]).figure
    (axes,) = figure.axes
    with figures.apply_style(), drawn_narrow(figure):
        assert not axes.texts
        assert "\n" in axes.get_yticklabels()[0].get_text()
    assert "\n" not in axes.get_yticklabels()[0].get_text()
    plt.close(figure)


def test_rotated_tick_labels_are_restored():
    """On a phone they are upright; the next language is drawn wide, as this one was."""
    with figures.apply_style():
        figure, axes = plt.subplots()
        axes.set_xlim(0, 9)
        axes.set_xticks(range(9), ["a rather long name"] * 9, rotation=30)
        with drawn_narrow(figure):
            assert axes.get_xticklabels()[0].get_rotation() == 90
        assert axes.get_xticklabels()[0].get_rotation() == 30
    plt.close(figure)


def test_legend_does_not_cover_marks_or_names(drawn):
    """It goes above the plot."""
    axes = drawn.axes[0]
    axes.plot([0], [0], label="something")
    axes.legend(loc="upper left")
    with figures.apply_style(), drawn_narrow(drawn):
        box, plot = axes.get_legend().get_window_extent(), axes.get_window_extent()
        above = box.y0 >= plot.y1
    assert above
    assert axes.get_legend()._loc == 2


def test_legend_position_is_restored():
    """It was moved above the plot, and where it had been is in pixels."""
    figure, axes = plt.subplots()
    axes.plot([1, 2], label="a")
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    before = legend.get_bbox_to_anchor().bounds
    with figures.apply_style(), draw_narrow(figure, 3.0, lambda: None):
        pass
    assert legend.get_bbox_to_anchor().bounds == pytest.approx(before)
    plt.close(figure)


def test_panel_without_names_of_its_own_gets_them_when_panels_are_stacked():
    """Panels that share row names list them once; each has all of them on a phone."""
    names = ["A name that is as long as a line", "Another name of some length"]
    rows = {"name": names * 2, "at": [1, 2, 3, 4], "of": ["a", "a", "b", "b"]}
    with figures.apply_style():
        grid = sns.FacetGrid(pd.DataFrame(rows), col="of")
        grid.map_dataframe(sns.scatterplot, x="at", y="name")
        grid.figure.draw_without_rendering()
        with drawn_narrow(grid.figure):
            shown = [
                [one.get_text() for one in axes.texts if one.get_visible()]
                for axes in grid.axes.flat
            ]
        plt.close(grid.figure)
    assert [len(texts) for texts in shown] == [2, 2]
