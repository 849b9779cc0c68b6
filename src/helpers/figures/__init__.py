"""One style for every figure, and one way to save it."""

from helpers.figures.checks import FigureError, MissingGlyphError
from helpers.figures.lettering import drawable
from helpers.figures.saving import Drawn, SavedFigure, save
from helpers.figures.showing import show
from helpers.figures.style import SERIES, blank, house_style, use_style

__all__ = [
    "SERIES",
    "Drawn",
    "FigureError",
    "MissingGlyphError",
    "SavedFigure",
    "blank",
    "drawable",
    "house_style",
    "save",
    "show",
    "use_style",
]
