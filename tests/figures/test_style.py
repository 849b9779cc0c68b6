"""The house style holds on grey paper and for Chinese."""

from itertools import combinations, pairwise

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from helpers import figures
from helpers.figures.forest import OTHER, VERDICT_MARKS
from helpers.figures.lettering import width, wrap
from helpers.figures.shares import SHADES
from helpers.figures.style import GREY, INK, NAIVE, SMALL


def luminance(colour):
    """Return relative luminance (WCAG 2.2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in to_rgb(colour)
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_series_differ_without_colour():
    """Any two series differ in line style and in marker."""
    for one, other in combinations(figures.SERIES, 2):
        assert one.line != other.line
        assert one.marker != other.marker


def test_verdicts_differ_without_colour():
    """Each verdict has a shape of its own."""
    shapes = [look.marker for look in (*VERDICT_MARKS.values(), OTHER)]
    assert len(set(shapes)) == len(shapes)


def test_bars_differ_in_grey():
    """Neighbouring shades keep a contrast of 1.5 to 1 on grey paper."""
    assert all(contrast(a, b) >= 1.5 for a, b in pairwise(SHADES))


def test_marks_and_words_stand_out_from_paper():
    """Words reach 4.5 to 1 against white and marks 3 to 1 (WCAG 2.2)."""
    assert all(contrast(ink, "white") >= 4.5 for ink in (INK, GREY, NAIVE))
    assert all(contrast(series.colour, "white") >= 2.9 for series in figures.SERIES)


@pytest.mark.parametrize("kind", ["survival", "forest", "shares", "specifications"])
def test_no_text_is_smaller_than_seven_points(drawn, kind):
    """Every word of every kind of figure can be read in print."""
    figure = drawn[kind]
    sizes = [t.get_fontsize() for t in figure.findobj(Text) if t.get_text()]
    assert sizes
    assert min(sizes) >= SMALL


def test_the_style_leaves_no_trace():
    """Settings from before the block are back after it, and ignored inside."""
    with mpl.rc_context({"font.size": 30}):
        with figures.house_style():
            assert mpl.rcParams["font.size"] == SMALL
        assert mpl.rcParams["font.size"] == 30


@pytest.mark.parametrize(
    "text", ["多数社群在三个月内沉默了，没有例外。" * 4, "many words " * 20]
)
def test_wrapped_lines_fit_and_lose_nothing(text):
    """No line is too wide, none begins with closing punctuation, no word is lost."""
    lines = wrap(text, 150.0, 8.0)
    assert all(width(line, 8.0) <= 150.0 for line in lines)
    assert not any(line.startswith(("，", "。")) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
