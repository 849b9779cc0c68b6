"""Plots with labels in the picture, and the figure that moves."""

import io
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
from PIL import Image

from helpers.figures.plots import label_lines, plot_ranges
from helpers.figures.png import draw_png
from helpers.figures.svg import draw_svg


@pytest.fixture(autouse=True)
def _closed():
    """Work without a screen, and leave no figure open."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


def test_range_beyond_the_scale_keeps_its_number_inside():
    """A range to infinity wrote its number outside the picture."""
    rows = pd.DataFrame({"place": ["a"], "x": [2.0], "low": [1.0], "high": [1e9]})
    ax = plot_ranges(rows, "x", "place", unit="ratio")
    assert ax.texts[0].xy[0] <= ax.get_xlim()[1]


def test_estimates_of_one_place_do_not_cover_each_other():
    """Two readings of one place lie beside each other."""
    rows = pd.DataFrame({"place": ["a", "a"], "x": [0.2, 0.2], "by": ["one", "two"]})
    rows = rows.assign(low=0.1, high=0.3)
    ax = plot_ranges(rows, "x", "place", by="by")
    assert len({text.xy[1] for text in ax.texts[:2]}) == 2


@pytest.mark.parametrize("n", [9, 14])
def test_every_kind_has_its_mark(n):
    """The ninth kind had a number and no mark; eleven raised KeyError."""
    names = [f"row {at}" for at in range(n)]
    rows = pd.DataFrame({"x": 0.5, "low": 0.4, "high": 0.6, "y": names, "by": names})
    ax = plot_ranges(rows, "x", "y", by="by")
    assert len([line for line in ax.lines if line.get_marker() != "None"]) == n


def test_names_of_lines_that_end_together_are_apart():
    """Seven names were written over each other."""
    rows = pd.DataFrame({"x": [0, 1] * 5, "y": [0.0, 1.0] * 5})
    rows["who"] = [name for name in "abcde" for _ in range(2)]
    ax = label_lines(sns.lineplot(rows, x="x", y="y", hue="who"), rows, "x", "y", "who")
    heights = sorted(text.xyann[1] for text in ax.texts)
    low, high = ax.get_ylim()
    assert all(b - a > 0.06 * (high - low) for a, b in pairwise(heights))
    assert heights[-1] <= high


def test_name_of_a_line_that_ends_early_stands_beside_all_lines():
    """A name at the end of its line was crossed by a longer one."""
    rows = pd.DataFrame({"x": [0, 1, 0, 2], "y": [0.0, 1, 1, 0], "who": list("aabb")})
    ax = label_lines(sns.lineplot(rows, x="x", y="y", hue="who"), rows, "x", "y", "who")
    assert [text.xyann[0] for text in ax.texts] == [2, 2]


def test_moving_figure_shows_the_whole_where_nothing_moves():
    """Steps appear one after the other, once; the still picture has all of them."""
    figure, ax = plt.subplots(figsize=(2, 1))
    steps = [[ax.scatter([n], [n], s=50, color="k")] for n in range(3)]
    still = Image.open(io.BytesIO(draw_png(figure))).convert("L")
    picture = Image.open(io.BytesIO(draw_png(figure, steps)))
    assert picture.n_frames == 1 + 3
    assert picture.info["loop"] == 1
    assert picture.default_image
    assert picture.convert("L").tobytes() == still.tobytes()
    svg = draw_svg(figure, steps)
    assert svg.count('class="step step-') == 3
    assert "prefers-reduced-motion" in svg
