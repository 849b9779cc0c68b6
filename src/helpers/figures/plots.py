"""Plots for notebooks, with labels in the picture: estimates with ranges, and lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any, Literal, cast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import offset_copy

from helpers.checks import check_choice, check_rows, read_numbers
from helpers.figures.drawing import GREY

Unit = Literal["share", "ratio", "number", "points"]
ROW, MARGIN = 0.34, 1.0  # inches: of a row, and around the rows
TICKS = (0.125, 0.25, 0.5, 1, 2, 4, 8)  # of a scale of ratios
NEAR = 0.07  # of the height: closer labels are moved apart
MARKERS = "osD^vPX*<>hdp"
READABLE = 4.5  # contrast of words on white
FORMATS: Mapping[str, Callable[[float], str]] = {
    "share": lambda value: f"{value:.0%}",
    "ratio": lambda value: f"{value:.2f}",
    "number": lambda value: f"{value:,.0f}",
    "points": lambda value: f"{value:+.1f}".replace("-", "−"),
}


def plot_ranges(
    rows: pd.DataFrame,
    x: str,
    y: str,
    *,
    ends: tuple[str, str] = ("low", "high"),
    by: str | None = None,
    marks: Mapping[float, str] | None = None,
    unit: Unit = "share",
    ax: Axes | None = None,
) -> Axes:
    """Plot estimates with their ranges, a row each, with numbers in the picture.

    Parameters
    ----------
    rows
        A row per estimate, from the bottom up.
    x, y
        Columns of the estimates and of their names.
    ends
        Columns of the ends of the ranges; missing ends are not drawn.
    by
        Column of a grouping, in colours and words.
    marks
        Words for values that the reader compares with, such as ``{0.5: "half"}``.
    unit
        ``share`` (from nought to one), ``ratio`` (a scale of ratios), ``number`` or
        ``points``.
    ax
        Where to draw, if not on a figure of its own.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"place": ["a"], "share": [0.2], "low": [0.1], "high": [0.4]}
    ... )
    >>> ax = plot_ranges(rows, "share", "place", marks={0.5: "half"})
    >>> [text.get_text() for text in ax.texts]
    ['20%', 'half']
    >>> plt.close(ax.figure)
    """
    check_rows(rows, [x, y, *ends, *([by] if by else [])])
    check_choice(unit, FORMATS, "unit")
    for name in (x, *ends):
        read_numbers(rows[name], f"column {name}")
    names = list(dict.fromkeys(rows[y]))
    if ax is None:
        _, ax = plt.subplots(figsize=(6, MARGIN + ROW * len(names)))
    height = rows[y].map({name: at for at, name in enumerate(names)})
    kinds = rows[by] if by else pd.Series("", rows.index)
    names_of = [*dict.fromkeys(kinds)]
    palette = map(_darken, sns.color_palette("colorblind", len(names_of)))
    colours = dict(zip(names_of, palette, strict=True))
    offset = _spread(rows[y])
    for (kind, colour), markers in zip(colours.items(), cycle(MARKERS), strict=False):
        own = kinds.eq(kind)
        part, at = rows[own], (height + offset)[own]
        ax.hlines(at, part[ends[0]], part[ends[1]], color=colour, alpha=0.5, lw=1.6)
        ax.plot(part[x], at, markers, color=colour, ms=6, zorder=3)
    _set_scale(ax, rows, x, ends, unit)
    far = rows[ends[1]].fillna(rows[x]).clip(upper=ax.get_xlim()[1])
    for value, edge, at in zip(rows[x], far, height + offset, strict=True):
        ax.annotate(
            FORMATS[unit](value), (edge, at), (4, 0), textcoords="offset points",
            va="center", fontsize=9, color=GREY,
        )  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="", ylabel="", ylim=(-0.7, len(names) - 0.3))
    for value, word in (marks or {}).items():
        ax.axvline(value, color=GREY, ls=":", zorder=0)
        ax.annotate(
            word, (value, 1), (0, 2), xycoords=("data", "axes fraction"),
            textcoords="offset points", ha="center", va="bottom", fontsize=9,
            color=GREY,
        )  # fmt: skip
    if by:
        _name_kinds(ax, kinds, height, colours)
    return ax


def _spread(names: pd.Series[Any]) -> pd.Series[float]:
    """Return offsets that separate several estimates of one row."""
    nth = names.groupby(names).cumcount()
    n = names.map(names.value_counts())
    return (nth - (n - 1) / 2) * 0.32


def _darken(colour: Any) -> tuple[float, float, float]:  # noqa: ANN401 - matplotlib's
    """Return a colour, darker until words in it can be read on white.

    >>> [round(part, 2) for part in _darken("w")]
    [0.45, 0.45, 0.45]
    """
    red, green, blue = to_rgb(colour)
    while True:  # by the relative luminance of WCAG 2
        linear = np.power((np.array([red, green, blue]) + 0.055) / 1.055, 2.4)
        if 1.05 / (float(linear @ (0.2126, 0.7152, 0.0722)) + 0.05) >= READABLE:
            return red, green, blue
        red, green, blue = (0.97 * part for part in (red, green, blue))


def _set_scale(
    ax: Axes, rows: pd.DataFrame, x: str, ends: tuple[str, str], unit: Unit
) -> None:
    if unit == "share":
        ax.set_xlim(0, 1.08)
        ax.set_xticks(np.linspace(0, 1, 5))
        ax.xaxis.set_major_formatter("{x:.0%}")
    elif unit == "ratio":
        seen = rows[[x, *ends]].to_numpy(float)
        low, high = np.nanmin(seen[seen > 0]), np.nanmax(seen[np.isfinite(seen)])
        ax.set(xscale="log", xlim=(max(low, 0.1) / 1.3, min(high, 10) * 1.6))
        inside = [tick for tick in TICKS if low / 1.3 < tick < high * 1.3]
        ax.set_xticks(inside, [f"{tick:g}" for tick in inside])
        ax.minorticks_off()


def _name_kinds(
    ax: Axes, kinds: pd.Series[Any], height: pd.Series[int], colours: Mapping[Any, Any]
) -> None:
    """Write each kind once at the right margin, in its colour."""
    last = pd.Series("", range(int(height.max()) + 1))
    if height.is_unique:
        places = {at: kind for kind, at in zip(kinds, height, strict=True)}
    else:
        places = dict(zip(range(len(last) - 1, -1, -1), colours, strict=False))
    for at, kind in places.items():
        ax.annotate(
            kind, (1.01, at), xycoords=("axes fraction", "data"), va="center",
            fontsize=9, color=colours[kind],
        )  # fmt: skip


def hold_figures() -> None:
    """Let a notebook show figures only where `save_figure` saves them.

    Examples
    --------
    >>> hold_figures()
    >>> plt.isinteractive()
    False
    """
    plt.switch_backend(plt.get_backend())  # an inline backend turns interactive
    plt.ioff()


def label_lines(ax: Axes, rows: pd.DataFrame, x: str, y: str, by: str) -> Axes:
    """Write the names of lines at the right, in their colours, in place of a legend.

    A dotted line leads from where a line ends to its name.

    Parameters
    ----------
    ax
        Axes with lines in several colours, and a legend.
    rows
        What was drawn, a row per point.
    x, y, by
        Columns of the points, and of the lines' names.

    Examples
    --------
    >>> rows = pd.DataFrame({"x": [0, 1] * 2, "y": [0, 1, 1, 0], "who": list("uudd")})
    >>> ax = sns.lineplot(rows, x="x", y="y", hue="who", ax=plt.figure().gca())
    >>> [text.get_text() for text in label_lines(ax, rows, "x", "y", "who").texts]
    ['d', 'u']
    >>> plt.close(ax.figure)
    """
    handles, names = ax.get_legend_handles_labels()
    colours = {
        name: _darken(plt.getp(handle, "color"))
        for handle, name in zip(handles, names, strict=True)
    }
    known = rows.dropna(subset=[x, y]).sort_values(x, kind="stable")
    last = known.groupby(by, observed=True).last().sort_values(y, kind="stable")
    right, beside = (
        last[x].max(),
        offset_copy(ax.transData, cast("Figure", ax.figure), x=6, units="points"),
    )
    for name, x_end, y_end, height in zip(
        last.index, last[x], last[y], _move_apart(last[y], ax), strict=True
    ):
        colour = colours.get(str(name), GREY)
        leader: dict[str, Any] = {"arrowstyle": "-", "lw": 0.8, "ls": ":"}
        leader |= {"color": colour, "relpos": (0, 0.5)}  # to the left of the name
        ax.annotate(
            str(name), (x_end, y_end), (right, height), textcoords=beside,
            va="center", fontsize=9, color=colour, annotation_clip=False,
            arrowprops=leader if x_end < right else None,
        )  # fmt: skip
    if legend := ax.get_legend():
        legend.remove()
    return ax


def _move_apart(y: pd.Series[float], ax: Axes) -> list[float]:
    """Return heights of labels, lowest first, so that neighbours do not touch."""
    low, high = ax.get_ylim()
    heights = np.array(y.clip(low, high), float)
    for order, sign in ((range(len(y)), 1), (range(len(y))[::-1], -1)):
        bound = -np.inf
        for at in order:
            heights[at] = sign * max(sign * heights[at], bound)
            bound = sign * heights[at] + NEAR * (high - low)
        heights = np.minimum(heights, high)
    return [float(height) for height in heights]
