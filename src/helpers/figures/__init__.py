"""Figures: a common style, checks, and saving with data and citation."""

from helpers.figures.checks import FigureError, MissingGlyphError
from helpers.figures.lettering import replace_missing_glyphs
from helpers.figures.saving import Drawn, SavedFigure, save_figure
from helpers.figures.showing import show_figure
from helpers.figures.style import SERIES, apply_style, create_figure, use_style

__all__ = [
    "SERIES",
    "Drawn",
    "FigureError",
    "MissingGlyphError",
    "SavedFigure",
    "apply_style",
    "create_figure",
    "replace_missing_glyphs",
    "save_figure",
    "show_figure",
    "use_style",
]
