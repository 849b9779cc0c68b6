"""What goes along when a page is passed on: a sentence and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.site.board import Answer, Board
from helpers.site.dots import plot_of
from helpers.site.frontpage import QUOTED
from helpers.site.languages import LANGUAGES, Words
from helpers.site.quotable import Numbers
from helpers.site.rendering import in_language
from helpers.site.share_picture import NAME, draw_share_picture
from helpers.site.told import told_answer


def passed_on(
    board: Board, numbers: Numbers, figures: Iterable[str], folder: Path
) -> dict[str, object]:
    """Draw the picture of the first page in both languages; return what pages tell.

    Parameters
    ----------
    figures
        Ids of the figures, whose pages pass on their own pictures.
    folder
        Where the pictures lie.
    """
    quoted = next((one for one in board.answers if one.claim == QUOTED), None)
    if quoted is not None:
        _draw(quoted, numbers, folder)
    return {
        "about": dict(_about(board, quoted)),
        "shared": quoted is not None,
        "pictures": [f"{name}.png" for name in figures],
    }


def _about(board: Board, quoted: Answer | None) -> Iterator[tuple[str, str]]:
    """Yield a page and the sentence that says what it is about."""
    pages = [(f"claims/{one.claim}", one) for one in board.answers]
    pages += [("index", quoted)] if quoted is not None else []
    for page, answer in pages:
        for language in LANGUAGES:
            yield in_language(page, language), told_answer(answer, language).sentence


def _draw(quoted: Answer, numbers: Numbers, folder: Path) -> None:
    for language in LANGUAGES:
        t = Words(language)
        file = folder / in_language(NAME, language).replace("/", "-")
        plot = plot_of(quoted, numbers, t)
        draw_share_picture(told_answer(quoted, language), plot, t, file)
