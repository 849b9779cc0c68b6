"""Figure style: font, Okabe and Ito's colours, journal widths.

Colours are those of Okabe & Ito (2002, Color Universal Design); series differ in
line style and marker as well, so that grey paper shows them apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import matplotlib as mpl
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from helpers import fonts
from helpers.figures.lettering import measure_line_height, wrap_text

INK, GREY = "#1a1a1a", "#595959"
BLUE, VERMILION, PURPLE, GREEN = "#0072B2", "#D55E00", "#CC79A7", "#009E73"
WIDTHS_MM = MappingProxyType({"one": 89.0, "two": 183.0})
MM = 1 / 25.4  # inches
MARGIN = 4.0  # points
SMALL, BODY, TITLE = 7.0, 8.0, 9.5
Lines = list[tuple[float, str, list[str]]]  # size, colour, text line by line


@dataclass(frozen=True, slots=True)
class Series:
    """Colour, line style and marker of one series in a plot."""

    colour: str
    line: Any
    marker: str


SERIES = (
    Series(BLUE, "-", "o"),
    Series(VERMILION, (0, (5, 2)), "s"),
    Series(INK, (0, (1, 1.5)), "^"),
    Series(PURPLE, (0, (6, 2, 1, 2)), "D"),
    Series(GREEN, (0, (3, 1)), "v"),
)


STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GREY,
    "axes.facecolor": "none",
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.6,
    "axes.prop_cycle": cycler(color=[series.colour for series in SERIES]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": BODY,
    "figure.figsize": (WIDTHS_MM["two"] * MM, 70.0 * MM),
    "font.family": [fonts.FAMILY],
    "font.size": SMALL,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "pdf.fonttype": 42,  # what printers and archives take
    "svg.fonttype": "none",  # text that can be searched and edited
    "svg.hashsalt": "shequn",
    "text.color": INK,
    "text.hinting": "none",  # letters are as wide as we measure them
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
}


def use_style() -> None:
    """Use the project's figure style from now on; call once per notebook."""
    fonts.register_font()
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)


@contextmanager
def apply_style() -> Iterator[None]:
    """Apply the project's matplotlib style while a with block runs."""
    with mpl.rc_context():
        use_style()
        yield


def create_figure(
    width: Literal["one", "two"],
    height_mm: float,
    *,
    title: str,
    foot: str = "",
) -> Figure:
    """Create an empty figure with a title and source line, and room for axes.

    Whatever is drawn into it is drawn inside `apply_style`, or has other fonts.
    The title is the finding, the foot source and n.
    `height_mm` is that of the axes; the words come on top of it.
    """
    figure = Figure(figsize=(WIDTHS_MM[width] * MM, height_mm * MM))
    with apply_style():
        set_words(figure, title=title, foot=foot)
    return figure


def set_words(figure: Figure, *, title: str, foot: str = "") -> list[Artist]:
    """Set title and source line of a figure, which grows to make room.

    Returns
    -------
    list of Artist
        The lines, so that another language's can take their place.
    """
    points = figure.get_figheight() * 72
    across = figure.get_figwidth() * 72 - 2 * MARGIN
    head = [(TITLE, INK, wrap_text(title, across, TITLE))]
    tail = [(SMALL, GREY, wrap_text(foot, across, SMALL))] if foot else []
    above, below = _measure_blocks(head), _measure_blocks(tail)
    total = points + above + below
    room = (0, below / total, 1, 1 - (above + below) / total)
    pad = MARGIN / 72
    layout = ConstrainedLayoutEngine(rect=room, w_pad=pad, h_pad=pad)
    figure.set_layout_engine(layout)
    figure.set_figheight(total / 72)
    top = _set_blocks(figure, head, total - MARGIN, total)
    return top + _set_blocks(figure, tail, below, total)


def _measure_blocks(blocks: Lines) -> float:
    lines = sum(len(text) * measure_line_height(size) for size, _, text in blocks)
    return lines + MARGIN if blocks else MARGIN


def _set_blocks(
    figure: Figure, blocks: Lines, top: float, total: float
) -> list[Artist]:
    left = MARGIN / (figure.get_figwidth() * 72)
    drawn: list[Artist] = []
    for size, colour, lines in blocks:
        for line in lines:
            place = (left, (top - size) / total)
            text = figure.text(*place, line, fontsize=size, color=colour, va="baseline")
            drawn.append(text)
            top -= measure_line_height(size)
    return drawn
