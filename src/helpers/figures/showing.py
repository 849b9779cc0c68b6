"""Save and show the seaborn figure of a notebook cell in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import (
    FuncFormatter,
    LogFormatter,
    LogLocator,
    NullFormatter,
    ScalarFormatter,
)
from seaborn import FacetGrid

from helpers.figures.narrow import draw_narrow
from helpers.figures.saving import Drawn, SavedFigure, save_figure
from helpers.figures.style import MM, WIDTHS_MM, apply_style, set_words
from helpers.figures.wording import CHINESE, ENGLISH, Wording
from helpers.prose import format_count, write_numbers_plainly

if TYPE_CHECKING:
    from helpers.study import Study

WRITTEN = (ScalarFormatter, LogFormatter)  # how matplotlib writes plain numbers
FEW_DECADES = 1e4  # below that a logarithmic axis has room for 2 and 5 as well
MANY = 8  # sources: from here on their number stands for their names


def show_figure(
    drawn: Axes | Figure | FacetGrid,
    figure_id: str,
    *,
    data: pd.DataFrame,
    title: str,
    zh: str,
    studies: Sequence[Study] = (),
    claims: Iterable[str] = (),
    words: Mapping[str, str] | None = None,
    note: tuple[str, str] = ("", ""),
) -> SavedFigure:
    """Add title and sources to a figure; save it in two languages and show it.

    Its own words (axes, legends, notes) are put into Chinese by the table ``label`` of
    ``wording.toml``; names of sources by their manifests.

    Parameters
    ----------
    drawn
        What seaborn drew into: the axes, or the figure of several.
    figure_id, data, claims
        As `save_figure` takes them.
    title, zh
        The finding in English and in Chinese.
    studies
        The sources that the figure draws.
    words
        Chinese for further words in it, by the English ones.
    note
        What the caption adds, in English and in Chinese.

    Raises
    ------
    FigureError, MissingGlyphError, NotIdentifiableError
        As `save_figure`.
    """
    figure = cast("Figure", drawn.figure)
    names = {study.manifest.title_en: study.manifest.title_zh for study in studies}
    height = figure.get_figheight()
    figure.set_size_inches(WIDTHS_MM["two"] * MM, height)
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        _write_numbers(axis)
    for text in figure.findobj(Text):
        if isinstance(text, Text) and "%" in text.get_text():
            text.set_text(write_numbers_plainly(text.get_text()))
    around = _Words(figure, height, names, words or {}, len(data), note=note)
    english = around.set(ENGLISH, title)
    try:
        return save_figure(
            english,
            figure_id,
            data=data,
            claims=claims,
            studies=[study.folder for study in studies],
            chinese=partial(around.again, zh),
        )
    finally:
        plt.close(figure)


def _write_numbers(axis: Axis) -> None:
    """Format an axis's numbers: shares as percentages, log scales in full digits."""
    if not isinstance(axis.get_major_formatter(), WRITTEN):
        return  # somebody chose what is written
    if "share" in axis.get_label_text():
        axis.set_major_formatter(FuncFormatter(lambda x, _: f"{100 * x:.6g}%"))
    elif axis.get_scale() == "log":
        axis.set_major_formatter(FuncFormatter(lambda x, _: _format_value(x)))
    if axis.get_scale() == "log":
        low, high = axis.get_view_interval()
        if high < FEW_DECADES * low:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_minor_formatter(NullFormatter())


def _format_value(value: float) -> str:
    return write_numbers_plainly(format_count(value)) if value >= 1 else f"{value:g}"


class _Words:
    """Title, sources and labels of a figure, in English and in Chinese."""

    def __init__(
        self,
        figure: Figure,
        height: float,
        names: Mapping[str, str],
        words: Mapping[str, str],
        rows: int,
        *,
        note: tuple[str, str],
    ) -> None:
        self.figure, self.height, self.rows = figure, height, rows
        self.note = note
        self.names = names
        # the figure's texts are set with plain numbers before they are translated
        self.words = {
            write_numbers_plainly(en): write_numbers_plainly(zh)
            for en, zh in words.items()
        }
        self.lines: list[Artist] = []

    def set(self, t: Wording, title: str) -> Drawn:
        """Set title and sources around the axes; return the figure for saving."""
        joint = t.either("; ", "；")
        sources = joint.join(t.either(*pair) for pair in self.names.items())
        if len(self.names) > MANY:
            sources = t("chapter.many", n=len(self.names))
        foot_key = "chapter.foot" if sources else "chapter.invented"
        title = write_numbers_plainly(title)
        rows = write_numbers_plainly(format_count(self.rows))
        foot = t(foot_key, rows=rows, sources=sources)
        around = partial(self._around, title, foot)
        around()
        shown = [_describe_axis(axes) for axes in self.figure.axes if axes.axison]
        axes = joint.join(filter(None, shown))
        alone = f"{title}{t.either('.', '。')}"
        alt = t("chapter.alt", title=title, axes=axes) if axes else alone
        note = t.either(*self.note)
        added = f"{t.either(' ', '')}{note}" if note else ""
        caption = f"{title}{t.either('. ', '。')}{foot}{added}"
        narrow = partial(draw_narrow, self.figure, self.height, around)
        return Drawn(self.figure, title, caption, alt, narrow, note)

    def _around(self, title: str, foot: str) -> None:
        """Set the figure's title above its axes and the source line below them."""
        for line in self.lines:
            line.remove()
        with apply_style():
            self.lines = set_words(self.figure, title=title, foot=foot)

    def again(self, title: str) -> Drawn:
        """Set all texts of the figure again, in Chinese."""
        self.figure.set_figheight(self.height)
        translations = CHINESE.labels | dict(self.names) | dict(self.words)
        for axes in self.figure.axes:
            _translate_ticks(axes, translations)
        for text in self.figure.findobj(Text):
            if isinstance(text, Text) and text.get_text() in translations:
                text.set_text(translations[text.get_text()])
        return self.set(CHINESE, title)


def _describe_axis(axes: Axes) -> str:
    parts = (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel())
    return " · ".join(" ".join(part.split()) for part in parts if part)


def _translate_ticks(axes: Axes, translations: Mapping[str, str]) -> None:
    """Translate the category names on the axes."""
    for axis in (axes.xaxis, axes.yaxis):
        written: list[Any] = [label.get_text() for label in axis.get_ticklabels()]
        if any(text in translations for text in written):
            axis.set_ticks(
                axis.get_ticklocs(), [translations.get(t, t) for t in written]
            )
