"""What a chapter shows: sentences, and places above its code for answer and figure."""

from __future__ import annotations

import sys
from typing import Any

from helpers.errors import ShequnError
from helpers.wording.messages import Message, render

FIRST = ("answer", "figure", "links", "note")  # outputs above the code that makes them


def show_answer_first() -> None:
    """Reserve the place above a chapter's code for its answer, figure and note.

    ``say`` and ``save_figure`` fill it with ``at="answer"``, ``"figure"`` and
    ``"note"``, so that readers see them before the code in every viewer. A script,
    which shows things as they come, reserves nothing.

    Examples
    --------
    >>> show_answer_first()
    """
    for place in FIRST:
        show_output(_Sentence(""), at=place, is_new=True)


def show_output(
    shown: object,
    *,
    at: str = "",
    is_new: bool = False,
    **how: Any,  # noqa: ANN401 - as IPython takes them
) -> None:
    """Display an object below its cell, or in a place that was reserved for it."""
    if at and at not in FIRST:
        raise ShequnError(
            "there is no such place above a chapter",
            where=f"at={at!r}",
            remedy=f"use one of {', '.join(FIRST)}",
        )
    if not _is_interactive():  # a script displays nothing
        return
    from IPython.display import display  # noqa: PLC0415 - only where notebooks run

    place = {"display_id": at, "update": not is_new} if at else {}
    display(shown, **place, **how)  # type: ignore[no-untyped-call]


def show_sentence(text: str, *, at: str = "") -> None:
    """Show a computed sentence as Markdown.

    Pages in Chinese look it up in the catalogue, with its numbers as fields.

    Parameters
    ----------
    text
        Markdown in English, with its numbers already in it.
    at
        ``"answer"`` or ``"note"`` puts it above the chapter (`show_answer_first`).

    Raises
    ------
    ShequnError
        If there is no such place.

    Examples
    --------
    >>> share, n = 0.25, 1200
    >>> show_sentence(f"{share:.0%} of {n:,} groups")
    25% of 1,200 groups
    """
    about = {"zh": render(text, "zh")} if isinstance(text, Message) else {}
    show_output(_Sentence(text), at=at, metadata=about)
    if not _is_interactive():
        sys.stdout.write(f"{text}\n")


def _is_interactive() -> bool:
    """Return whether IPython runs this, and not a script."""
    return "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None


class _Sentence(str):
    """A text that notebooks show as Markdown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)
