"""One style for every figure, and one `save`."""

from helpers.figures.checks import FigureError, MissingGlyphError
from helpers.figures.forest import forest_plot
from helpers.figures.lettering import drawable
from helpers.figures.saving import Drawn, SavedFigure, save, save_both
from helpers.figures.shares import share_bars
from helpers.figures.showing import show
from helpers.figures.specifications import specification_curve
from helpers.figures.style import (
    SERIES,
    Threshold,
    blank,
    house_style,
    thousands,
    use_style,
)
from helpers.figures.survival import survival_panels

__all__ = [
    "SERIES",
    "Drawn",
    "FigureError",
    "MissingGlyphError",
    "SavedFigure",
    "Threshold",
    "blank",
    "drawable",
    "forest_plot",
    "house_style",
    "save",
    "save_both",
    "share_bars",
    "show",
    "specification_curve",
    "survival_panels",
    "thousands",
    "use_style",
]
