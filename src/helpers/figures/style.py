"""The house style: colours, letters, and the words around the axes."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from helpers import fonts
from helpers.figures.drawing import (
    BODY,
    COLOURS,
    GREY,
    INK,
    LEADING,
    MARGIN,
    MM,
    SMALL,
    TITLE,
    WIDE,
    wrap_text,
)
from helpers.files import read_own_rows

_TEXT = ("axes.labelsize", "font.size", "legend.fontsize")
STYLE: MappingProxyType[str, Any] = MappingProxyType(
    {
        **read_own_rows("figures", "style.toml"),
        **dict.fromkeys((*_TEXT, "xtick.labelsize", "ytick.labelsize"), SMALL),
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), GREY),
        **dict.fromkeys(("axes.labelcolor", "text.color"), INK),
        **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor"), INK),
        "axes.prop_cycle": cycler(color=COLOURS),
        "axes.titlesize": BODY,
        "figure.figsize": (WIDE * MM, 80 * MM),
        "font.family": [fonts.FAMILY],
    }
)


def use_style() -> None:
    """Use the house style in this session; before drawing, and after `sns.set_theme`.

    `sns.set_theme()` sets everything anew, so that this must be called last.

    Examples
    --------
    >>> with mpl.rc_context():
    ...     use_style()
    ...     bool(mpl.rcParams["axes.spines.top"])
    False
    """
    fonts.register_font()
    mpl.rcParams.update(dict[Any, Any](STYLE))


@contextmanager
def apply_style() -> Iterator[None]:
    """Apply the house style while a with block runs."""
    with mpl.rc_context():
        use_style()
        yield


def frame_figure(figure: Figure, title: str, note: str, width_mm: float) -> None:
    """Set a figure's width, its title above and its note below the axes.

    The axes keep their height; a figure that is framed again loses the former words.
    """
    for text in [*figure.texts]:
        if str(text.get_gid() or "").startswith(("title-", "foot-")):
            text.remove()
    own = getattr(figure, "shequn_height", None) or figure.get_figheight() * 72
    figure.shequn_height = own  # type: ignore[attr-defined]
    across = width_mm * MM * 72 - 2 * MARGIN
    head = wrap_text(title, across, TITLE) if title else []
    tail = wrap_text(note, across, SMALL) if note else []
    above = len(head) * TITLE * LEADING + 2 * MARGIN
    below = len(tail) * SMALL * LEADING + MARGIN
    total = own + above + below
    figure.set_size_inches(width_mm * MM, total / 72)
    room = (0.0, below / total, 1.0, 1 - (above + below) / total)
    pad = MARGIN / 72
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=room, w_pad=pad, h_pad=pad))
    left = MARGIN / (width_mm * MM * 72)
    rows = [
        ("title", TITLE, INK, head, total - MARGIN),
        ("foot", SMALL, GREY, tail, below),
    ]
    for kind, size, colour, lines, top in rows:
        for at, line in enumerate(lines):
            height = (top - size - at * size * LEADING) / total
            text = figure.text(left, height, line, fontsize=size, color=colour)
            text.set_gid(f"{kind}-{at}")


def settle_layout(figure: Figure) -> None:
    """Lay a figure out once, so that its pictures need not do so again."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
