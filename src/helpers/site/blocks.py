"""What the outputs of notebooks become on a page."""

from __future__ import annotations

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

import nbformat

from helpers.figures.display import MIME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

__all__ = [
    "NUMBER",
    "anchored",
    "answers",
    "claim_sections",
    "figure_ids",
    "number_spans",
    "page_notebook",
    "prose",
    "title",
]

ANSWERING = {"Answer", "In short"}
MARKDOWN = "text/markdown"
NUMBER = re.compile(r'<span data-number="([^"]+)" data-value="([^"]+)">(.*?)</span>')
ANSWERED = re.compile(r'<span data-claim="([^"]+)">(.*?)</span>')
HEADING = re.compile(r"^#+ +(.+)$", flags=re.MULTILINE)
DOWNLOADS = {"svg": "SVG", "pdf": "PDF", "png": "PNG", "csv": "data (CSV)"}
DOWNLOADS |= {"json": "provenance", "bib": "BibTeX"}


def title(notebook: NotebookNode) -> str:
    """Return a notebook's first heading, which is its question."""
    found = re.search(r"^# +(.+)$", notebook.cells[0].source, flags=re.MULTILINE)
    return found[1].strip() if found else "Untitled"


def answers(notebook: NotebookNode) -> list[str]:
    """Return the sentences computed under the headings that answer the question."""
    found: list[str] = []
    heading = ""
    for cell in notebook.cells:
        heads = re.findall(r"^#+ +(.+)$", cell.source, flags=re.MULTILINE)
        if cell.cell_type == "markdown" and heads:
            heading = heads[-1].strip()
        if cell.cell_type == "code" and heading in ANSWERING:
            found += _sentences(cell)
    return found


def _sentences(cell: NotebookNode) -> list[str]:
    return [o.data[MARKDOWN] for o in cell.outputs if MARKDOWN in o.get("data", {})]


def figure_ids(notebook: NotebookNode) -> list[str]:
    """Return the ids of the figures that a notebook shows, in their order."""
    return [figure["id"] for figure in _figures(notebook)]


def _figures(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield json.loads(output.data[MIME])


def prose(notebook: NotebookNode) -> list[str]:
    """Return the sentences that a notebook computed."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [text for cell in code for text in _sentences(cell)]


def number_spans(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """Return id, full value and wording of each number that a notebook computed."""
    return [found for text in prose(notebook) for found in NUMBER.findall(text)]


def claim_sections(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return each claim that a notebook answers, with the heading above it."""
    found: list[tuple[str, str]] = []
    heading = title(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = (HEADING.findall(cell.source) or [heading])[-1].strip()
        else:
            told = ANSWERED.findall(" ".join(_sentences(cell)))
            found += [(name, heading) for name, _ in told]
    return found


def page_notebook(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook whose figures and sentences are text of the page.

    Code that only supplies is folded away (its cell is tagged ``hide-input``), figures
    become numbered and can be referred to, and tables scroll inside themselves.
    """
    cells = [new for cell in notebook.cells for new in _page_cells(cell)]
    page: NotebookNode = nbformat.v4.new_notebook(
        cells=cells, metadata=notebook.metadata
    )
    return page


def _page_cells(cell: NotebookNode) -> Iterator[NotebookNode]:
    if cell.cell_type != "code":
        yield cell
        return
    texts = [(output, _as_text(output)) for output in cell.outputs]
    kept = [_scrolling(output) for output, text in texts if not text]
    metadata = {"tags": list(cell.metadata.get("tags", ()))}
    yield nbformat.v4.new_code_cell(cell.source, outputs=kept, metadata=metadata)
    for _, text in texts:
        if text:
            yield nbformat.v4.new_markdown_cell(text)


def _as_text(output: NotebookNode) -> str:
    data = output.get("data", {})
    if MIME in data:
        return figure_block(json.loads(data[MIME]))
    return anchored(data.get(MARKDOWN, ""))


def anchored(text: str) -> str:
    """Return prose whose marked numbers and claims can be linked to.

    >>> print(anchored('<span data-number="a.b" data-value="1.0">1</span>'))
    <span id="number-a.b" data-number="a.b" data-value="1.0">1</span>
    >>> print(anchored('<span data-claim="s0-x">“Most die”</span>'))
    <a id="claim-s0-x" href="claims/s0-x.html">“Most die”</a>
    """
    linked = ANSWERED.sub(r'<a id="claim-\1" href="claims/\1.html">\2</a>', text)
    return NUMBER.sub(_with_id, linked)


def _with_id(found: re.Match[str]) -> str:
    return found[0].replace("<span ", f'<span id="number-{found[1]}" ', 1)


def _scrolling(output: NotebookNode) -> NotebookNode:
    table = output.get("data", {}).get("text/html", "")
    if "<table" in table and "tabindex" not in table:
        box = 'class="scrolling" tabindex="0" role="group" aria-label="Table"'
        output.data["text/html"] = f"<div {box}>{table}</div>"
    return output


def figure_block(words: dict[str, Any]) -> str:
    """Return a figure as MyST Markdown: numbered, described, to download and cite."""
    name = words["id"]
    links = " · ".join(
        f'<a href="figures/{name}.{ending}" download>{label}</a>'
        for ending, label in DOWNLOADS.items()
    )
    links = f'<a href="figures/{name}.html">Figure page</a> · {links}'
    cite = f"<details><summary>Cite</summary><pre>{escape(words['citation'])}</pre>"
    return "\n".join(
        [
            f"```{{figure}} figures/{name}.svg",
            f":name: {name}",
            f":alt: {json.dumps(_one_line(words['alt']), ensure_ascii=False)}",
            f":target: figures/{name}.svg",
            "",
            _literal(_one_line(words["caption"])),
            "",
            f'<p class="downloads">{links}</p>',
            f"{cite}</details>",
            "```",
        ]
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _literal(text: str) -> str:
    r"""Return text that Markdown shows as it is.

    >>> print(_literal("F_105 < 0.5 *"))
    F\_105 \< 0.5 \*
    """
    return re.sub(r"([\\`*_{}\[\]<>#|$~&^!])", r"\\\1", text)
