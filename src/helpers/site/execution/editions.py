"""Copies of an executed notebook in one language, for other notebook viewers.

The source of a chapter is in two languages and its folded cells are marked by a tag,
which only the site understands. An edition has the texts and outputs of one language,
headings in cells of their own, and what the chapter needs in one cell at the top.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.figures.display import MIME
from helpers.prose import select_language
from helpers.site.execution.blocks import MARKDOWN, is_chinese
from helpers.site.languages import Language

HIDDEN = "hide-input"
PICTURE = "image/png"
STYLE = "figures.use_style()"  # in the set-up code of every chapter
HEADING = re.compile(r"(#+ [^\n]+)\n+", re.MULTILINE)


def build_edition(
    notebook: NotebookNode, language: Language, figures: Path
) -> NotebookNode:
    """Build the English or Chinese copy of an executed notebook.

    Parameters
    ----------
    notebook
        In both languages, executed.
    figures
        Where the figures were saved; one that is there in the language replaces the
        picture.
    """
    cells = _join_setup(_select_texts(notebook.cells, language))
    edition: NotebookNode = nbformat.v4.new_notebook(
        cells=[_translate(cell, language, figures) for cell in cells],
        metadata=notebook.metadata,
    )
    return edition


def drop_pictures(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with only titles and captions of its figures."""
    lean: NotebookNode = nbformat.from_dict(notebook)
    for cell in lean.cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                output.data.pop(PICTURE, None)
                output.metadata.pop(PICTURE, None)
    return lean


def split_heading(text: str) -> list[str]:
    r"""Split a text at its first line if that is a heading.

    >>> split_heading("## Data\n\nTwo tables."), split_heading("Two tables.")
    (['## Data', 'Two tables.'], ['Two tables.'])
    """
    match = HEADING.match(text)
    if not match or match.end() == len(text):
        return [text]
    return [match[1], text[match.end() :]]


def _select_texts(
    cells: Iterable[NotebookNode], language: Language
) -> Iterator[NotebookNode]:
    for cell in cells:
        if cell.cell_type != "markdown":
            yield cell
        elif is_chinese(cell) == (language == "zh"):
            for part in split_heading(cell.source):
                yield nbformat.v4.new_markdown_cell(part)


def _join_setup(cells: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Join consecutive hidden code cells that have no output into one."""
    last: NotebookNode | None = None
    for cell in cells:
        tags = cell.metadata.get("tags", ())
        silent = cell.cell_type == "code" and HIDDEN in tags and not cell.outputs
        if silent and last is not None:
            last.source = f"{last.source}\n\n{cell.source}"
            continue
        if last is not None:
            yield last
        last = nbformat.from_dict(cell) if silent else None
        if not silent:
            yield cell
    if last is not None:
        yield last


def _translate(cell: NotebookNode, language: Language, figures: Path) -> NotebookNode:
    """Return a notebook cell that shows one language, now and when it is run again."""
    if cell.cell_type != "code":
        return cell
    edition: NotebookNode = nbformat.from_dict(cell)
    speak = f'{STYLE}\nnotebooks.use_language("{language}")'
    edition.source = edition.source.replace(STYLE, speak)
    for output in edition.outputs:
        if "data" in output:
            if MIME in output.data and PICTURE in output.get("metadata", {}):
                alt = _describe_picture(output.data, language, figures)
                output.metadata[PICTURE]["alt"] = alt
            output.data = dict(_translate_data(output.data, language, figures))
    return edition


def _translate_data(
    data: NotebookNode, language: Language, figures: Path
) -> Iterator[tuple[str, Any]]:
    """Yield each format of a cell's output, in one language only."""
    for mime, value in data.items():
        if mime == MIME or (mime == "text/plain" and MARKDOWN in data):
            continue  # for the site, and what Markdown says better
        if mime in {MARKDOWN, "text/html"}:
            yield mime, select_language(value, language)
        elif mime == PICTURE and MIME in data:
            yield mime, _find_picture(data, language, figures)
        elif MIME in data:
            yield mime, _describe_picture(data, language, figures)
        else:
            yield mime, value


def _describe_picture(data: NotebookNode, language: Language, figures: Path) -> str:
    """Return a figure's alternative text, Chinese where it was saved."""
    name = json.loads(data[MIME])["id"]
    saved = figures / f"{name}.json"
    if language == "en" or not saved.is_file():
        return str(data["text/plain"])
    facts = json.loads(saved.read_text("utf-8"))
    return str(facts.get("zh", facts)["alt"])


def _find_picture(data: NotebookNode, language: Language, figures: Path) -> str:
    name = json.loads(data[MIME])["id"]
    own = figures / f"{name}.{language}.png"
    if language == "en" or not own.is_file():
        return str(data[PICTURE])
    return base64.b64encode(own.read_bytes()).decode("ascii")
