"""Lay out figures for phones: one column, row names above their rows.

Where rows are filled (bars, boxes, tiles), names stay beside them, in several lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, IdentityTransform

from helpers.figures.lettering import (
    measure_line_height,
    measure_width,
    shorten_text,
    wrap_text,
)
from helpers.figures.style import MM, SMALL, WIDTHS_MM

ACROSS, LEGEND = 215.0, 120.0  # points for a line of words, and of a legend
LONG = 55.0  # points: wider names of rows go above them
ABOVE, RISE = 4.0, 1.55  # points above a row; how much higher named rows are
ROW = 22.0  # points that a row with its name above takes
SLANT = 90.0  # degrees of names that would run into each other
BESIDE = 80.0  # points for names that stay beside filled rows
FAINT = 0.5  # more opaque than that, a patch hides what is written on it
APART = 3.0  # pixels between the numbers of an axis


@contextmanager
def draw_narrow(
    figure: Figure, height: float, set_words: Callable[[], object]
) -> Iterator[None]:
    """Lay out a figure for phones while a with block runs, then restore it.

    Parameters
    ----------
    height
        Of the axes alone, in inches; words come on top of it.
    set_words
        Sets them.
    """
    panels = [axes for axes in figure.axes if axes.axison]
    with ExitStack() as undo:
        undo.callback(figure.set_size_inches, *figure.get_size_inches())
        columns = _stack_panels(figure, panels, undo)
        long = any(
            _is_long(label) for axes in panels for label in axes.get_yticklabels()
        )
        close = [_make_room_for_names(axes, undo) for axes in panels if long]
        for axes in panels:
            _break_words(axes, undo)
        higher = RISE if any(close) else 1.0
        keys = sum(_move_legend_above(axes, undo) for axes in panels)
        figure.set_size_inches(WIDTHS_MM["one"] * MM, height * columns * higher + keys)
        set_words()
        figure.draw_without_rendering()  # lays it out: what touches depends on that
        for axes in panels:
            _reduce_crowding(axes, undo)
        yield


def _stack_panels(figure: Figure, panels: list[Axes], undo: ExitStack) -> int:
    """Put side-by-side panels below each other; return how many columns there were."""
    places = [(axes, axes.get_subplotspec()) for axes in panels]
    placed = [(axes, place) for axes, place in places if place is not None]
    columns = max((place.get_gridspec().ncols for _, place in placed), default=1)
    if columns == 1 or len(placed) < len(panels):
        return 1
    grid = GridSpec(len(placed), 1, figure=figure)
    for row, (axes, place) in enumerate(placed):
        undo.callback(axes.set_subplotspec, place)
        axes.set_subplotspec(grid[row, 0])
    return columns


def _is_long(label: Text) -> bool:
    return measure_width(label.get_text(), SMALL) >= LONG


def _move_legend_above(axes: Axes, undo: ExitStack) -> float:
    """Place a legend above its plot; return the legend's height in inches."""
    legend: Any = axes.get_legend()
    if legend is None:
        return 0.0
    anchor = (legend._bbox_to_anchor, IdentityTransform())  # noqa: SLF001
    undo.callback(legend.set_bbox_to_anchor, *anchor)  # in pixels already
    undo.callback(legend.set_loc, legend._loc)  # noqa: SLF001
    legend.set_loc("lower left")
    legend.set_bbox_to_anchor((0, 1))
    return float(legend.get_window_extent().height) / axes.figure.dpi


def _make_room_for_names(axes: Axes, undo: ExitStack) -> bool:
    """Make room for long row labels; return whether rows are still too close."""
    filled = any(
        isinstance(collection, QuadMesh) for collection in axes.collections
    ) or any((patch.get_alpha() or 1) > FAINT for patch in axes.patches)
    return (_break_names if filled else _move_names_above)(axes, undo)


def _break_names(axes: Axes, undo: ExitStack) -> bool:
    """Break long row labels into lines; return whether rows are too close."""
    axis = axes.yaxis
    undo.callback(axis.set_major_formatter, axis.get_major_formatter())
    undo.callback(axis.set_major_locator, axis.get_major_locator())
    labels = [label.get_text() for label in axis.get_ticklabels()]
    names = ["\n".join(wrap_text(text, BESIDE, SMALL)) for text in labels]
    axis.set_ticks(axis.get_ticklocs(), names)
    lines = sum(name.count("\n") + 1 for name in names)
    return _measure_height(axes) < measure_line_height(SMALL) * lines


def _measure_height(axes: Axes) -> float:
    """Return the height of a plot, in points."""
    return float(axes.get_window_extent().height) * 72 / axes.figure.dpi


def _move_names_above(axes: Axes, undo: ExitStack) -> bool:
    """Move row labels above their rows; return whether rows are too close.

    Returns whether rows are too close for that.
    """
    # asked of the axis: beside another panel, labels are hidden and not listed
    labels = axes.yaxis.get_major_formatter().format_ticks(list(axes.get_yticks()))
    undo.callback(axes.tick_params, axis="y", labelleft=True, left=True)
    axes.tick_params(axis="y", labelleft=False, left=False)
    undo.callback(axes.set_ylim, *axes.get_ylim())
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + (0.3 if top > bottom else -0.3))
    for place, text in zip(axes.get_yticks(), labels, strict=True):
        if min(bottom, top) <= place <= max(bottom, top):
            _place_above(axes, 0.0, place, shorten_text(text, ACROSS, SMALL), undo)
    for beside in [text for text in axes.texts if _is_row_note(text)]:
        undo.callback(beside.set, visible=True)
        beside.set_visible(False)
        moved = _place_above(axes, 1.0, float(beside.xy[1]), beside.get_text(), undo)  # type: ignore[attr-defined]
        moved.set(ha="right", color=beside.get_color())
    return _measure_height(axes) < ROW * len(labels)


def _place_above(
    axes: Axes, across: float, place: float, text: str, undo: ExitStack
) -> Annotation:
    put = axes.annotate(
        text,
        (across, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(2 - 4 * across, ABOVE),
        textcoords="offset points",
        va="bottom",
        annotation_clip=False,
    )
    undo.callback(put.remove)
    return put


def _is_row_note(text: Text) -> bool:
    """Return whether a text annotates a row, to the right of the plot."""
    return (
        isinstance(text, Annotation)
        and text.xycoords == text.axes.get_yaxis_transform()  # type: ignore[union-attr]
        and float(text.xy[0]) > 1
    )


def _break_words(axes: Axes, undo: ExitStack) -> None:
    legend = axes.get_legend()
    left = axes._left_title  # type: ignore[attr-defined]  # noqa: SLF001
    lines = [(text, ACROSS) for text in (axes.title, left, axes.xaxis.label)]
    lines += [(text, LEGEND) for text in (legend.get_texts() if legend else ())]
    for text, across in lines:
        undo.callback(text.set_text, text.get_text())
        text.set_text("\n".join(wrap_text(text.get_text(), across, SMALL)))


def _reduce_crowding(axes: Axes, undo: ExitStack) -> None:
    """Drop axis tick labels that would overlap, and rotate category names."""
    axis = axes.xaxis
    low, high = sorted(axis.get_view_interval())
    ticks = [
        (tick.get_loc(), tick.label1.get_text(), tick.label1.get_window_extent())
        for tick in axis.get_major_ticks()
        if tick.label1.get_visible() and low <= tick.get_loc() <= high
    ]
    kept: list[tuple[Any, str, Bbox]] = []
    for tick in sorted(ticks, key=lambda tick: tick[2].x0):
        if not kept or tick[2].x0 >= kept[-1][2].x1 + APART:
            kept.append(tick)
    if len(kept) == len(ticks):
        return
    if any(letter.isalpha() for _, text, _ in ticks for letter in text):
        slant = axis.get_major_ticks()[0].label1.get_rotation()
        undo.callback(axes.tick_params, axis="x", labelrotation=slant)
        axes.tick_params(axis="x", labelrotation=SLANT)
        return
    undo.callback(axis.set_major_formatter, axis.get_major_formatter())
    undo.callback(axis.set_major_locator, axis.get_major_locator())
    axis.set_ticks([place for place, _, _ in kept], [text for _, text, _ in kept])
