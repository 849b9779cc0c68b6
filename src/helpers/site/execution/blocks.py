"""Read titles, sentences, numbers and figures from executed notebooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from helpers.figures.display import MIME

MARKDOWN = "text/markdown"
CHINESE = "zh"  # a tag
NUMBER = re.compile(r'<span data-number="([^"]+)" data-value="([^"]+)">(.*?)</span>')
ANSWERED = re.compile(r'<span data-claim="([^"]+)">(.*?)</span>')
HEADING = re.compile(r"^#+ +(.+)$", flags=re.MULTILINE)


def is_chinese(cell: NotebookNode) -> bool:
    """Return whether a notebook cell is Chinese text."""
    return CHINESE in cell.metadata.get("tags", ())


def read_title(notebook: NotebookNode, language: str = "en") -> str:
    """Return the first heading of a notebook, in one language."""
    cells = (c for c in notebook.cells if c.cell_type == "markdown")
    texts = (c.source for c in cells if is_chinese(c) == (language == "zh"))
    match = re.search(r"^# +(.+)$", next(texts, ""), flags=re.MULTILINE)
    return match[1].strip() if match else ""


def _list_sentences(cell: NotebookNode) -> list[str]:
    return [o.data[MARKDOWN] for o in cell.outputs if MARKDOWN in o.get("data", {})]


def list_figure_ids(notebook: NotebookNode) -> list[str]:
    """List the ids of the figures in a notebook, in order."""
    return [figure["id"] for figure in _collect_figures(notebook)]


def list_figure_titles(notebook: NotebookNode) -> list[tuple[str, str]]:
    """List id and title of the figures in a notebook, in order."""
    return [(figure["id"], figure["title"]) for figure in _collect_figures(notebook)]


def _collect_figures(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield json.loads(output.data[MIME])


def list_prose(notebook: NotebookNode) -> list[str]:
    """List the sentences with computed numbers in a notebook."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [text for cell in code for text in _list_sentences(cell)]


def number_spans(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """List the computed numbers in a notebook, with ids and texts."""
    return [span for text in list_prose(notebook) for span in NUMBER.findall(text)]


def list_claim_sections(notebook: NotebookNode, language: str) -> list[tuple[str, str]]:
    """List the claims with a verdict in a notebook, with section."""
    sections: list[tuple[str, str]] = []
    heading = read_title(notebook, language)
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            claims = dict(ANSWERED.findall(" ".join(_list_sentences(cell))))
            sections += [(name, heading) for name in claims]
        elif is_chinese(cell) == (language == "zh"):
            heading = (HEADING.findall(cell.source) or [heading])[-1].strip()
    return sections
