"""The house style holds on grey paper and for Chinese."""

from itertools import combinations

import matplotlib as mpl
import pytest
from matplotlib.colors import to_rgb

from helpers import figures
from helpers.figures.lettering import measure_width, wrap_text
from helpers.figures.style import BLUE, GREY, INK, SMALL, VERMILION
from helpers.figures.svg import to_dark_colour
from helpers.notebooks.forests import LOOKS


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
    shapes = [shape for _, shape in LOOKS.values()]
    assert len(set(shapes)) == len(shapes)


def test_colours_have_enough_contrast_on_white():
    """Words reach 4.5 to 1 against white and marks 3 to 1 (WCAG 2.2)."""
    assert all(contrast(ink, "white") >= 4.5 for ink in (INK, GREY))
    assert all(contrast(series.colour, "white") >= 2.9 for series in figures.SERIES)


def test_colours_have_enough_contrast_in_dark_mode():
    """Their counterparts reach 4.5 to 1 against dark paper, and black is lightest."""
    paper = to_dark_colour("#ffffff")
    for ink in (INK, GREY, BLUE, VERMILION):
        assert contrast(to_dark_colour(ink.lower()), paper) >= 4.5
    tones = ["#000000", "#595959", "#aaaaaa", "#ffffff"]
    lights = [luminance(to_dark_colour(tone)) for tone in tones]
    assert lights == sorted(lights, reverse=True)


def test_style_settings_are_restored_afterwards():
    """Settings from before the block are back after it, and ignored inside."""
    with mpl.rc_context({"font.size": 30}):
        with figures.apply_style():
            assert mpl.rcParams["font.size"] == SMALL
        assert mpl.rcParams["font.size"] == 30


@pytest.mark.parametrize(
    "text", ["多数社群在三个月内沉默了，没有例外。" * 4, "many words " * 20]
)
def test_wrapped_lines_fit_and_lose_nothing(text):
    """No line is too wide, none begins with closing punctuation, no word is lost."""
    lines = wrap_text(text, 150.0, 8.0)
    assert all(measure_width(line, 8.0) <= 150.0 for line in lines)
    assert not any(line.startswith(("，", "。")) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
