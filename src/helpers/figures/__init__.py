"""One style for every figure, and one `save`."""

from helpers.figures.checks import FigureError, MissingGlyphError
from helpers.figures.lettering import drawable
from helpers.figures.saving import SavedFigure, save
from helpers.figures.style import SERIES, Threshold, blank, house_style, thousands

__all__ = [
    "SERIES",
    "FigureError",
    "MissingGlyphError",
    "SavedFigure",
    "Threshold",
    "blank",
    "drawable",
    "house_style",
    "save",
    "thousands",
]
