"""Checks of a figure before it is saved: width, legibility, glyphs."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.errors import ShequnError
from helpers.figures.lettering import find_missing_glyphs
from helpers.figures.style import MM, WIDTHS_MM

SMALLEST = 7.0  # points, at the printed size
ROUNDING = 0.01  # mm
SLACK = 1.5  # pixels that a glyph may hang over its box


class FigureError(ShequnError):
    """A figure breaks a rule for figures, such as on its width or text size."""


class MissingGlyphError(FigureError):
    """The font has no glyph for a character, which would be an empty box."""


def check_id(figure_id: str) -> None:
    """Raise unless a figure id is valid in links and file names.

    Raises
    ------
    FigureError
        If it isn't words of a–z and 0–9 joined by single hyphens.

    Examples
    --------
    >>> check_id("s0-three-month-death")
    >>> check_id("Fig. 1")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    helpers.figures.checks.FigureError: Fig. 1: is not a valid figure id. Hint: ...
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", figure_id):
        remedy = "write it in a-z, 0-9 and single hyphens"
        raise FigureError("is not a valid figure id", where=figure_id, remedy=remedy)


def check_figure(figure: Figure, figure_id: str) -> None:
    """Raise unless a drawn figure has a print width and legible text.

    Raises
    ------
    FigureError
        If the width is neither 89 nor 183 mm, or if a text is smaller than 7 pt or
        runs off the figure.
    MissingGlyphError
        If our face lacks a character of it.
    """
    _check_width(figure, figure_id)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # told below
        figure.draw_without_rendering()
    # laid out once: drawing again must change nothing, and need not lay out again
    none: Any = {"figure.constrained_layout.use": False, "figure.autolayout": False}
    with rc_context(none):
        figure.set_layout_engine(None)
    for text in _iterate_texts(figure):
        _check_text(text, figure, f"{figure_id}: “{text.get_text()}”")


def _check_width(figure: Figure, figure_id: str) -> None:
    across = figure.get_figwidth() / MM
    if min(abs(across - allowed) for allowed in WIDTHS_MM.values()) > ROUNDING:
        raise FigureError(
            f"is {across:.1f} mm wide, neither one nor two columns",
            where=figure_id,
            remedy="create it with helpers.figures.create_figure",
        )


def _iterate_texts(figure: Figure) -> Iterator[Text]:
    beyond = set(_find_hidden_ticks(figure))
    for artist in figure.findobj(Text):
        if isinstance(artist, Text) and artist.get_visible() and artist not in beyond:
            yield artist


def _find_hidden_ticks(figure: Figure) -> Iterator[Text]:
    """Yield the tick labels that matplotlib creates but does not draw."""
    for axis in (a for axes in figure.axes for a in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def _check_text(text: Text, figure: Figure, where: str) -> None:
    if not text.get_text():
        return
    if lacking := find_missing_glyphs(text.get_text()):
        raise MissingGlyphError(
            f"the figure font has no glyph for {lacking}",
            where=where,
            remedy="use other words, or apply helpers.figures.replace_missing_glyphs",
        )
    if (size := float(text.get_fontsize())) < SMALLEST:
        raise FigureError(
            f"its text of {size:.1f} pt is too small to print",
            where=where,
            remedy=f"set it in {SMALLEST:.0f} pt or more",
        )
    box, page = text.get_window_extent(), figure.bbox
    over = max(page.x0 - box.x0, page.y0 - box.y0, box.x1 - page.x1, box.y1 - page.y1)
    if over > SLACK:
        raise FigureError(
            f"the text runs {over / figure.dpi / MM:.1f} mm off the figure",
            where=where,
            remedy="shorten the text, or break it into lines",
        )
