"""Picture and sentence shown when a page is shared."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.style import BLUE, GREY, INK, VERMILION, apply_style
from helpers.files import replace_file
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.dots import Dot, Plot, plot_of
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.told import Told, describe_answer
from helpers.site.frontpage import QUOTED
from helpers.site.languages import LANGUAGES, Words
from helpers.site.rendering import find_in_language

NAME = "share.png"
SIZE, DPI = (12.0, 6.3), 100  # 1200 × 630 pixels
WIDE = {"en": 62, "zh": 34}  # letters in a line of the answer
COLOURS = {"SUPPORTED": BLUE, "CONTRADICTED": VERMILION}
SIDE = "#dcebf6"


def draw_share_picture(told: Told, plot: Plot, t: Words, file: Path) -> None:
    """Draw a claim's question, answer and sources as a PNG of 1200 × 630 pixels."""
    with apply_style():
        figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
        figure.text(0.05, 0.88, told.question, size=36, color=INK, va="center")
        lines = textwrap.wrap(told.sentence, WIDE[t.language])
        answer = "\n".join([t.verdict(told.word), *lines])
        figure.text(0.05, 0.80, answer, size=19, color=INK, va="top", linespacing=1.5)
        if plot.rows:
            _draw_picture(figure.add_axes((0.40, 0.10, 0.42, 0.42)), plot)
        figure.text(0.05, 0.04, t("site.name"), size=16, color=GREY)
        file.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(file) as partial:
            figure.savefig(partial, format="png", metadata={"Software": None})


def _draw_picture(axes: Axes, plot: Plot) -> None:
    if plot.side:
        start, width = plot.side
        axes.axvspan(start, start + width, color=SIDE, lw=0)
    for place, row in enumerate(plot.rows):
        _build_row(axes, row, len(plot.rows) - place)
    axes.set_xlim(0, 100)
    axes.set_ylim(0.4, len(plot.rows) + 0.6)
    axes.set_yticks([])
    axes.set_xticks([at for at, _ in plot.ticks], [text for _, text in plot.ticks])
    axes.tick_params(labelsize=14, colors=GREY)
    for name in ("left", "right", "top"):
        axes.spines[name].set_visible(False)


def _build_row(axes: Axes, row: Dot, height: float) -> None:
    colour = COLOURS.get(row.word, GREY)
    axes.plot([row.left, row.left + row.width], [height] * 2, color=colour, lw=4)
    axes.plot([row.at], [height], "o", color=colour, ms=11)
    axes.text(-3, height, row.name, size=14, color=INK, ha="right", va="center")
    axes.text(103, height, row.value, size=16, color=INK, va="center")


def draw_share_pictures(
    board: Board, numbers: Numbers, figures: Iterable[str], folder: Path
) -> dict[str, object]:
    """Draw the share pictures in both languages; return their texts.

    Parameters
    ----------
    figures
        Ids of the figures, whose pages pass on their own pictures.
    folder
        Where the pictures lie.
    """
    quoted = next((answer for answer in board.answers if answer.claim == QUOTED), None)
    if quoted is not None:
        _draw_in_both(quoted, numbers, folder)
    return {
        "about": dict(_list_page_topics(board, quoted)),
        "shared": quoted is not None,
        "pictures": [f"{name}.png" for name in figures],
    }


def _list_page_topics(board: Board, quoted: Answer | None) -> Iterator[tuple[str, str]]:
    """Yield each page with the sentence that summarises it."""
    pages = [(f"claims/{answer.claim}", answer) for answer in board.answers]
    pages += [("index", quoted)] if quoted is not None else []
    for page, answer in pages:
        for language in LANGUAGES:
            line = answer.conclusion.bottom_line(language)
            yield find_in_language(page, language), line


def _draw_in_both(quoted: Answer, numbers: Numbers, folder: Path) -> None:
    for language in LANGUAGES:
        t = Words(language)
        file = folder / find_in_language(NAME, language).replace("/", "-")
        plot = plot_of(quoted, numbers, t)
        draw_share_picture(describe_answer(quoted, language), plot, t, file)
